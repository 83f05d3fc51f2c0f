#!/usr/bin/env bash
# Every benchmark, one figure a line: NAME VALUE UNIT goal OP VALUE ok|short. Exits 0 whatever falls short.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export AGORA_BUILD=build/release
echo "# machine: $(nproc) cores, $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), Linux $(uname -r)"
echo "# PostgreSQL $(/usr/lib/postgresql/15/bin/postgres --version | awk '{print $3}'), libmicrohttpd $(pkg-config --modversion libmicrohttpd), $(gcc --version | head -1)"
for bench in tests/bench/starvation tests/bench/search tests/bench/introductions tests/bench/grants; do
    for kind in sh py; do
        [ -f "$bench.$kind" ] || continue
        echo "# command: $bench.$kind"
        if [ "$kind" = py ]; then /usr/bin/python3 "$bench.py"; else bash "$bench.sh"; fi || echo "# $bench.$kind ended with status $?"
    done
done
exit 0
