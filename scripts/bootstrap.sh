#!/usr/bin/env bash
# Installs the Debian packages that are missing; asks nothing of the network when all are there.
# usage: scripts/bootstrap.sh [test]     with "test", what the tests need as well
set -euo pipefail

build=(gcc make pkg-config git python3 python3-yaml libc6-dev libmicrohttpd-dev libpq-dev libjansson-dev
    libssl-dev libsodium-dev libcurl4-openssl-dev libtalloc-dev libinih-dev libsystemd-dev zlib1g-dev libgnutls28-dev
    libjpeg62-turbo-dev libpng-dev libwebp-dev libseccomp-dev libc-ares-dev raptor2-utils poppler-utils poppler-data
    postgresql-15 openssl ca-certificates)
tests=(libcmocka-dev postgresql-15-pgtap postgresql-15-plpgsql-check libtap-parser-sourcehandler-pgtap-perl
    python3-pytest python3-jsonschema python3-psycopg2 python3-jwt python3-cryptography python3-jwcrypto python3-pil python3-vobject clamav-daemon
    libfaketime clang clang-format clang-tidy libclang-rt-14-dev cppcheck shellcheck mandoc universal-ctags chromium wrk curl valgrind)

wanted=("${build[@]}")
[ "${1:-}" = test ] && wanted+=("${tests[@]}")
# A release archive brings the built browser app; only a checkout needs Node. Any Node will do here:
# scripts/web.sh brings a newer one where this is too old.
if ! [ -f web/dist/.release ] && ! { command -v node && command -v npm; } >/dev/null 2>&1; then
    wanted+=(nodejs npm)
fi

missing=()
for p in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Missing packages: ${missing[*]}. Install them, or run as root." >&2; exit 1; }
    sudo=(sudo)
fi
echo "Installing ${#missing[@]} packages: ${missing[*]}"
# Debian starts a cluster of its own when PostgreSQL is installed; Agora brings its own under var/.
if ! [ -e /etc/postgresql-common/createcluster.conf ]; then
    "${sudo[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${sudo[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
