#!/usr/bin/env bash
# Builds every tests/fuzz/NAME_fuzz.c with libFuzzer and runs it from tests/fuzz/corpus/NAME.
# usage: tests/fuzz/run.sh SECONDS_EACH [NAME...]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=$1
shift
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(for f in tests/fuzz/*_fuzz.c; do basename "$f" _fuzz.c; done)
make -s -j"$(nproc)" VARIANT=fuzz CC=clang "${names[@]/#/build/fuzz/fuzz/}"
passed=0 failed=0
for name in "${names[@]}"; do
    found=build/fuzz/found/$name
    new=build/fuzz/corpus/$name
    mkdir -p "$found" "$new" "tests/fuzz/corpus/$name"
    echo "-- $name"
    if "build/fuzz/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$found/" "$new" "tests/fuzz/corpus/$name" 2>"$found/log"; then
        grep -E 'number_of_executed_units|average_exec' "$found/log" || true
        passed=$((passed + 1))
    else
        echo "fuzz: $name: failed"
        tail -40 "$found/log"
        failed=$((failed + 1))
    fi
done
echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
