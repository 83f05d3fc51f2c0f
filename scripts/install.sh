#!/usr/bin/env bash
# usage: scripts/install.sh DESTDIR PREFIX BUILD
# Programs, browser app, description of the interface, man pages, systemd units, example configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
to=$1$2 build=$3
install -d "$to/sbin" "$to/bin" "$to/share/agora/web" "$to/share/agora/data" "$to/share/man/man1" "$to/share/man/man5" "$to/share/man/man8" \
    "$to/lib/systemd/system" "$to/libexec/agora" "$1/etc/agora"
install -m 755 "$build/bin/agorad" "$build/bin/agoractl" "$build/bin/tmtpd" "$build/bin/tmtpd-fetch" "$to/sbin/"
install -m 755 "$build/bin/tmtp" "$to/bin/"
install -m 755 "$build/bin/agora-imager" "$build/bin/agora-fetch" "$build/bin/agora-skos" "$to/libexec/agora/"
cp -a web/dist/. "$to/share/agora/web/"
install -m 644 "$build/gen/openapi.json" docs/tmtp-admin.openapi.yaml "$to/share/agora/"
install -m 644 data/*.csv "$to/share/agora/data/"
for page in docs/man/*.[158] "$build"/man/*.[158]; do install -m 644 "$page" "$to/share/man/man${page##*.}/"; done
for unit in docs/systemd/*.service; do sed "s|/usr/local|$2|g" "$unit" >"$to/lib/systemd/system/$(basename "$unit")"; done
for example in docs/examples/*.conf; do
    conf=$1/etc/agora/$(basename "$example")
    [ -e "$conf" ] || { install -m 640 "$example" "$conf" && sed -i "s|/usr/local|$2|g" "$conf"; }
done
