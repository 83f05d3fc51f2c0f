#!/usr/bin/env bash
# The benchmarks that are named, one figure a line: NAME VALUE UNIT goal OP VALUE ok|short. Exits 0 whatever falls short.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export AGORA_BUILD=build/release
echo "# machine: $(nproc) cores, $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), Linux $(uname -r)"
echo "# PostgreSQL $(/usr/lib/postgresql/15/bin/postgres --version | awk '{print $3}'), libmicrohttpd $(pkg-config --modversion libmicrohttpd), $(gcc --version | head -1)"
for name in "$@"; do
    bench=tests/bench/$name.py
    if [ -f "$bench" ]; then
        echo "# command: $bench"
        /usr/bin/python3 "$bench" || echo "# $bench ended with status $?"
    else
        echo "# $bench is not there: nothing of it was measured"
    fi
done
exit 0
