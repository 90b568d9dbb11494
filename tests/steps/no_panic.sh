# The core's public functions have no panic: a program of them links only if none of them can unwind.
prove() { cargo build --profile no-panic -p joulegram-no-panic --features "$1"; }

# The proof must be able to fail, and for the function that can panic only.
refuses_a_panic() {
  local output
  if output=$(prove proof,control 2>&1); then
    echo "a function that can panic was linked: the proof is empty"
    return 1
  fi
  echo "$output"
  test "$(grep -o 'detected panic in function.*' <<<"$output" | tr -cd '[:alnum:]_ \n')" = "detected panic in function control_that_can_panic"
}

check "no public function of the core can panic" prove proof
check "a function that can panic is found" refuses_a_panic
