# The page in Chromium: the command line's JSON, no request to others, offline, one file, hostile input, axe, Lighthouse, bytes.
#
# Pictures of the first screen are in target/tests. Bytes are gated by tests/page/limits.json; times are printed only.
hold page
need_target wasm32-unknown-unknown
need_package node nodejs
need_package npm npm
need_package chromium chromium

packages=tests/page/node_modules/.package-lock.json
if [ ! -e "$packages" ] || [ tests/page/package-lock.json -nt "$packages" ]; then
  install "playwright-core, axe and Lighthouse with npm" npm ci --prefix tests/page --ignore-scripts --no-audit --no-fund
fi
# What the other tests print for people.
figures() { while IFS= read -r line; do say "  $line"; done < <(sed -n 's/^  \([a-z0-9][^|]*\)$/\1/p' "$log" | grep -v '^at ' || true); }

build_release() { cargo build --release -p joulegram-cli; }
check "the command line" build_release
check "bash web/build" bash web/build
tests "the page" timeout 900 node tests/page/page.mjs "$logs"
figures
tests "axe and Lighthouse" timeout 900 node tests/page/access.mjs
figures
tests "bytes and times" timeout 900 node tests/page/figures.mjs
figures
