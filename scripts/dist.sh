#!/usr/bin/env bash
# usage: scripts/dist.sh VERSION
# A release archive under build/: the sources as committed, and the built browser app, so that who
# installs it needs no Node.
set -euo pipefail
cd "$(dirname "$0")/.."
name=agora-$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive --prefix="$name/" HEAD | tar -x -C "$work"
mkdir -p "$work/$name/web/dist"
cp -a web/dist/. "$work/$name/web/dist/"
touch "$work/$name/web/dist/.release"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -czf "build/$name.tar.gz" "$name"
echo "build/$name.tar.gz"
