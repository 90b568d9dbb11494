# One estimate with 10,000 draws, process start included: its instructions and memory against the record.
#
# Budgets: 50 ms on a machine of today and 20 MB. Seconds depend on the machine and on what else it does, so the test is
# of instructions: at most a fifth more than the last line of tests/bench/record.csv, which leaves room for another
# compiler's code and none for another algorithm. A change that is meant adds a line to the record, as printed below.
need_package valgrind valgrind
need_package /usr/bin/time time

estimate=("$target/release/joulegram" estimate fixtures/models/kws.tflite --device nucleo-l4r5zi --grid DE)
build_release() { cargo build --release -p joulegram-cli; }
count_instructions() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "${estimate[@]}"; }
peak_memory() { /usr/bin/time --format 'kilobytes %M' "${estimate[@]}"; }
# The fastest of ten: what the machine does besides only ever adds.
least_milliseconds() {
  local start microseconds least=
  for _ in {1..10}; do
    start=${EPOCHREALTIME/[.,]/}
    "${estimate[@]}" >/dev/null
    microseconds=$((${EPOCHREALTIME/[.,]/} - start))
    if [ -z "$least" ] || [ "$microseconds" -lt "$least" ]; then least=$microseconds; fi
  done
  awk -v us="$least" 'BEGIN { printf "milliseconds %.1f\n", us / 1000 }'
}
at_most() { echo "$1 of at most $2"; [ "$1" -le "$2" ]; }

check "the release build" build_release
check "an estimate under callgrind" count_instructions
instructions=$(sed -n 's/^==[0-9]*== Collected : //p' "$log")
check "an estimate's memory" peak_memory
kilobytes=$(sed -n 's/^kilobytes //p' "$log")
check "an estimate's time" least_milliseconds
milliseconds=$(sed -n 's/^milliseconds //p' "$log")

recorded=$(tail -n 1 tests/bench/record.csv | cut -d, -f4)
check "instructions within a fifth of the record" at_most "${instructions:?}" $((recorded * 6 / 5))
check "memory within 20 MB" at_most "${kilobytes:?}" 20000
machine=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
megabytes=$(awk -v kb="$kilobytes" 'BEGIN { printf "%.1f", kb / 1000 }')
say "  record: $(date +%F),$machine,$(rustc --version | cut -d' ' -f2),$instructions,$milliseconds,$megabytes"
