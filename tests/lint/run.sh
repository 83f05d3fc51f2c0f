#!/usr/bin/env bash
# Each rule is one function that prints what breaks it; a rule that prints nothing has passed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
mapfile -t sources < <(git ls-files -co --exclude-standard '*.c' '*.h')

layout() {
    clang-format --dry-run --Werror "${sources[@]}" 2>&1 | head -40
}

banned() {
    local words
    words=$(paste -sd'|' tests/lint/banned.txt)
    git ls-files -co --exclude-standard 'directory/*.c' 'tmtp-link/*.c' 'tests/*.c' | xargs grep -nE "(^|[^A-Za-z0-9_>.])($words) *\(" /dev/null
    # malloc and realloc: the result is looked at within twelve lines
    # shellcheck disable=SC2016  # the dollars are awk's
    git ls-files -co --exclude-standard 'directory/*.c' 'tmtp-link/*.c' | xargs awk '
        /(^|[^a-z_])(malloc|realloc|calloc)\(/ { name = FILENAME; line = FNR; text = $0; left = 12; ok = /if *\(/ }
        left > 0 { if (/== NULL|!= NULL|if \(!/) ok = 1; if (--left == 0 && !ok) print name ":" line ": unchecked: " text }'
}

# Who may include whom: folder, then what it must not include.
includes() {
    local folder never
    while IFS='|' read -r folder never; do
        git ls-files -co --exclude-standard "$folder/*.c" "$folder/*.h" 2>/dev/null | grep -E "^$folder/[^/]+$" |
            xargs -r grep -nE "^#include [\"<]($never)" /dev/null
    done <<'RULES'
directory/base|directory/(db|domain|http|ctl)|tmtp-link|microhttpd|libpq|postgres
directory/db|directory/(domain|http|ctl)|tmtp-link|microhttpd
directory/score|directory/(base|db|domain|http|ctl)|tmtp-link|stdio|jansson|talloc|microhttpd|libpq|postgres
directory/domain|directory/(http|ctl)|microhttpd|libpq|postgres
directory/http|directory/(db|domain|ctl)/|directory_sql|libpq|postgres|tmtp-link
directory/http/api|directory/(db|ctl)/|directory_sql|libpq|postgres|tmtp-link|microhttpd
directory/sandbox|directory/(db|domain|http|ctl|imager|fetch)/|tmtp-link|microhttpd|libpq
directory/imager|directory/(db|domain|http|ctl|fetch)/|tmtp-link|microhttpd|libpq
directory/fetch|directory/(db|domain|http|ctl|imager)/|tmtp-link|microhttpd|libpq
directory/skos|directory/(db|domain|http|ctl|imager|fetch)/|tmtp-link|microhttpd|libpq
tmtp-link/base|directory|tmtp-link/(wire|client|admin|server|command)|libpq
tmtp-link/wire|directory|tmtp-link/(base|client|admin|server|command)|libpq
tmtp-link/client|directory|tmtp-link/(admin|server|command)|libpq
tmtp-link/admin|directory|tmtp-link/(client|server|command)|libpq
tmtp-link/server|directory|tmtp-link/(client|admin|command)
tmtp-link/command|directory|tmtp-link/server|libpq
RULES
}

# A query lives in sql/, never in C (the listener's LISTEN and transaction words apart).
sql_in_c() {
    git ls-files -co --exclude-standard 'directory/*.c' | grep -v '^directory/db/' |
        xargs grep -nEi '"(select|insert|update|delete|with) ' /dev/null
}

# Left out: what cppcheck 2.10 gets wrong. It takes a variable whose address stands in an array of fields for
# unset (the compilers look after that), and NULL for an int in a variadic call (it is a pointer with glibc).
static_analysis() {
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=0 \
        --suppress=missingIncludeSystem --suppress=varFuncNullUB --suppress=uninitvar -D_GNU_SOURCE -DAGORA_VERSION='"x"' -I. -Ibuild/release/gen directory tmtp-link 2>&1 | head -40
}

tidy() {
    local flags
    make -s build/release/gen/directory_sql.h build/release/gen/tmtpd_sql.h
    flags="-std=gnu17 -D_GNU_SOURCE -DAGORA_VERSION='\"x\"' -I. -Ibuild/release/gen $(pkg-config --cflags-only-I libpq)"
    # shellcheck disable=SC2016  # the inner shell's own words
    git ls-files 'directory/*.c' 'tmtp-link/*.c' | FLAGS=$flags xargs -P "$(nproc)" -n 8 \
        sh -c 'eval "clang-tidy --quiet \"\$@\" -- $FLAGS"' sh 2>/dev/null | grep -E '(warning|error):' | sort -u | head -40
}

shell() {
    git ls-files -co --exclude-standard '*.sh' .ci/run | xargs shellcheck
}

marks() {
    git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.c' '*.h' '*.sql' '*.ts' '*.svelte' '*.py' '*.sh' Makefile | grep -v '^tests/lint/run.sh'
}

# Manual pages; whether the pages they refer to are installed here is no matter.
manuals() {
    mandoc -Tlint docs/man/tmtpd.8 docs/man/tmtpd.conf.5 2>/dev/null | grep -v 'referenced manual not found'
}

# A header compiles alone.
headers() {
    local h flags
    make -s build/release/gen/directory_sql.h build/release/gen/tmtpd_sql.h
    mapfile -t flags < <(pkg-config --cflags-only-I libpq jansson libmicrohttpd | tr ' ' '\n' | grep .)
    for h in $(git ls-files 'directory/*.h' 'tmtp-link/*.h'); do
        echo "#include \"$h\"" | gcc -std=gnu17 -D_GNU_SOURCE -DAGORA_VERSION='"x"' -I. -Ibuild/release/gen "${flags[@]}" -fsyntax-only -x c - 2>&1 | grep -E 'error:' | head -2
    done
}

passed=0 failed=0
rules=("${@:-}")
[ -n "${1:-}" ] || rules=(layout banned includes sql_in_c headers manuals marks shell static_analysis tidy)
for rule in "${rules[@]}"; do
    out=$("$rule" 2>&1)
    if [ -z "$out" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'lint: %s: failed\n%s\n' "$rule" "$out"
    fi
done
echo "lint: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
