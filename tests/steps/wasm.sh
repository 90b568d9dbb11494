# The page is built; its WebAssembly gives the command line's JSON to the bit, and refuses hostile input, in Node.
hold page
need_target wasm32-unknown-unknown
need_package node nodejs
need_package npm npm

build_release() { cargo build --release -p joulegram-cli; }

check "the command line" build_release
check "bash web/build" bash web/build
tests "crates/wasm in Node" node tests/page/module.mjs "$target/page/modules"
while read -r line; do say "  $line"; done < <(grep -oE '^  [0-9]+ (answers|faults)$' "$log")
