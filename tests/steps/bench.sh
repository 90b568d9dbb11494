# Estimate, levers and comparison, each with ranges of 10,000 draws, process start included: instructions and memory against the record.
#
# Budgets: 50 ms on a machine of today and 20 MB. Seconds depend on the machine and on what else it does, so the test is
# of instructions: at most a fifth more than the command's last line of tests/bench/record.csv, which leaves room for
# another compiler's code and none for another algorithm. A change that is meant adds lines to the record, as printed.
need_package valgrind valgrind
need_package /usr/bin/time time

scenarios=fixtures/scenarios
commands=(
  "estimate fixtures/models/kws.tflite --device nucleo-l4r5zi --grid DE"
  "estimate $scenarios/kws-sensor.json"
  "levers $scenarios/kws-battery.json"
  "levers $scenarios/gpt3.json"
  "levers $scenarios/paper-100x170.json"
  "compare $scenarios/spotter-small.json $scenarios/spotter-searched.json"
)
record=tests/bench/record.csv

build_release() { cargo build --release -p joulegram-cli; }
# Its arguments are words, as on a command line.
joulegram() { IFS=' ' read -ra words <<<"$1"; shift; "$@" "$target/release/joulegram" "${words[@]}"; }
count_instructions() { joulegram "$1" valgrind --tool=callgrind --callgrind-out-file=/dev/null; }
peak_memory() { joulegram "$1" /usr/bin/time --format 'kilobytes %M'; }
# The fastest of ten: what the machine does besides only ever adds.
least_milliseconds() {
  local start microseconds least=
  for _ in {1..10}; do
    start=${EPOCHREALTIME/[.,]/}
    joulegram "$1" env >/dev/null
    microseconds=$((${EPOCHREALTIME/[.,]/} - start))
    if [ -z "$least" ] || [ "$microseconds" -lt "$least" ]; then least=$microseconds; fi
  done
  awk -v us="$least" 'BEGIN { printf "milliseconds %.1f\n", us / 1000 }'
}
at_most() { echo "$1 of at most $2"; [ "$1" -le "$2" ]; }

check "the release build" build_release
machine=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
for command in "${commands[@]}"; do
  check "$command: under callgrind" count_instructions "$command"
  instructions=$(sed -n 's/^==[0-9]*== Collected : //p' "$log")
  check "$command: memory" peak_memory "$command"
  kilobytes=$(sed -n 's/^kilobytes //p' "$log")
  check "$command: time" least_milliseconds "$command"
  milliseconds=$(sed -n 's/^milliseconds //p' "$log")
  recorded=$(grep -F ",$command," "$record" | tail -n 1 | cut -d, -f5)
  check "$command: instructions within a fifth of the record" at_most "${instructions:?}" $((recorded * 6 / 5))
  check "$command: memory within 20 MB" at_most "${kilobytes:?}" 20000
  megabytes=$(awk -v kb="$kilobytes" 'BEGIN { printf "%.1f", kb / 1000 }')
  say "  record: $(date +%F),$machine,$(rustc --version | cut -d' ' -f2),$command,$instructions,$milliseconds,$megabytes"
done
