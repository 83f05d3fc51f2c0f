#!/usr/bin/env bash
# Builds the browser app; `check` runs its own checks (types, texts, unit tests, budget), `e2e` its tests
# in a browser against a whole instance.
#
# usage: scripts/web.sh [build|check|e2e [playwright's arguments]]
#
# Vite wants Node 20.19 or later. Where the system's is older, the registry's package `node-linux-ARCH`
# brings one under var/; npm itself must run under it too, or it leaves out what Node 18 cannot load.
set -euo pipefail
cd "$(dirname "$0")/../web"

NODE_PACKAGE=22.23.3
NPM_PACKAGE=10.9.4
tools=$PWD/../var/node

modern() { # whether the node on PATH is one that Vite runs on
    command -v node >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number)
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}

bring_node() { # a modern node and its npm, once, under var/node
    local arch
    case $(uname -m) in
        x86_64) arch=x64 ;;
        aarch64) arch=arm64 ;;
        *) echo "web.sh: install Node 20.19 or later for $(uname -m)" >&2 && exit 1 ;;
    esac
    if [ ! -x "$tools/bin/node" ]; then
        command -v npm >/dev/null || { echo 'web.sh: npm is missing' >&2 && exit 1; }
        mkdir -p "$tools"
        npm install --prefix "$tools" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
            "node-linux-$arch@$NODE_PACKAGE" "npm@$NPM_PACKAGE"
        mkdir -p "$tools/bin"
        ln -sf "../node_modules/npm/bin/npm-cli.js" "$tools/bin/npm"
        ln -sf "../node_modules/npm/bin/npx-cli.js" "$tools/bin/npx"
        ln -sf "../node_modules/node-linux-$arch/bin/node" "$tools/bin/node"
    fi
    export PATH=$tools/bin:$PATH
}

install_packages() { # only when what is installed is not what the lock says
    local mark=node_modules/.agora-lock
    cmp -s package-lock.json "$mark" && return
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json "$mark"
}

modern || bring_node
install_packages
case ${1:-build} in
    build) npm run --silent build ;;
    check) npm run --silent check && npm test --silent && npm run --silent budget ;;
    e2e) shift && npm run --silent e2e -- "$@" ;;
    *) sed -n '2,6s/^# \{0,1\}//p' ../scripts/web.sh >&2 && exit 2 ;;
esac
