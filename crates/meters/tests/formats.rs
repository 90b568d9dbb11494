//! Files in the form of each writer, the generic table in its many forms, and what is refused.

use std::fs;
use std::path::Path;

use joulegram_meters::fault::Fault;
use joulegram_meters::format::{Column, Options, all, read};
use joulegram_meters::trace::{Timing, Trace};
use joulegram_meters::windows::{self, Span, edges};
use proptest::prelude::*;

fn open(text: &str) -> Result<Trace, Fault> {
    read("t", text.as_bytes(), None, &Options::default())
}

fn with(text: &str, options: &Options) -> Result<Trace, Fault> {
    read("t", text.as_bytes(), None, options)
}

fn column(role: &str, heading: &str) -> Column {
    Column { role: role.to_owned(), heading: heading.to_owned() }
}

#[track_caller]
fn near(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-9 * expected.abs(), "{got}, expected {expected}");
}

#[track_caller]
fn mean_watts(trace: &Trace, expected: f64) {
    near(trace.mean(&trace.samples.watts).unwrap(), expected);
}

#[test]
fn monsoons_milliseconds_are_seconds_and_rows_share_a_stamp() {
    // Six rows a packet, 5000 rows a second, a separator at the end of rows.
    let mut text = "Time(ms),Main(mA),USB(mA),Aux(mA),Main Voltage(V),USB Voltage(V)\n".to_owned();
    for row in 0..600_u32 {
        let stamp = f64::from(row / 6) * 0.0012;
        text.push_str(&format!("{stamp:.4},{},0,0,4.0,0,\n", 100 + row % 2));
    }
    let trace = open(&text).unwrap();
    assert_eq!((trace.format, trace.timing, trace.samples.len()), ("monsoon", Timing::RowCount, 600));
    near(trace.period, 0.0002);
    assert!((trace.span().1 - 0.12).abs() < 1e-9);
    mean_watts(&trace, 0.1005 * 4.0);
    assert_eq!(trace.flaws, []);
    // Tabs, and a channel alone.
    let tabs = open(&text.replace(',', "\t")).unwrap();
    assert_eq!(tabs.samples, trace.samples);
    assert!(trace.notes[0].starts_with("Its times are seconds in spite of their heading"));
}

#[test]
fn um25c_has_semicolons_dates_and_its_own_totals() {
    let mut text = "Date;Voltage (V);Intensity (A);Power (W);Resistance (Ohm);USB D+ (V);USB D- (V);Charging Mode;\
                    Temperature (°C);Model;Recording;Record duration (sec);Record intensity (A);Record capacity (Ah);\
                    Record energy (Wh);Capacity (Ah);Energy (Wh)\r\n"
        .to_owned();
    for row in 0..20_u32 {
        let capacity = f64::from(row) * 0.5 * 0.5 / 3600.0;
        text.push_str(&format!(
            "2024-10-30 18:42:{:06.3};5.0;0.5;2.5;10;0.1;0.1;UNKNOWN;24;UM25C;False;0;0.01;0;0;{capacity:.9};{:.9}\r\n",
            f64::from(row) * 0.5,
            capacity * 5.0
        ));
    }
    let trace = open(&text).unwrap();
    assert_eq!((trace.format, trace.timing), ("um25c", Timing::HostClock));
    mean_watts(&trace, 2.5);
    for (what, difference) in trace.against_totals() {
        assert!(difference.abs() < 1e-4, "{what} {difference}");
    }
    // Its range ends at five amperes.
    let clipped = open(&text.replace(";0.5;2.5;", ";5.0;25;")).unwrap();
    assert_eq!(clipped.flaws[0].kind.name(), "clipped");
    assert!(clipped.check().unwrap_err().to_string().starts_with(
        "t: it has readings at the end of the meter's range: 20 (100.00 %), the first in line 2: 5 A"
    ));
}

#[test]
fn hwmon_files_are_known_by_their_names_and_units() {
    let text = "time_s,/sys/class/hwmon/hwmon0/in1_input,hwmon0/curr1_input\n0,5000,100\n0.1,5000,100\n0.2,5000,100\n";
    let trace = open(text).unwrap();
    assert_eq!(trace.format, "hwmon");
    mean_watts(&trace, 0.5);
    mean_watts(&open("timestamp,power1_input\n1730313753.0,2500000\n1730313754.0,2500000\n").unwrap(), 2.5);
    // An energy counter alone: what it grows a second; that it began again is a reading that is missing.
    let counter = open("time_s;energy1_input\n0;100\n1;2000100\n2;4000100\n3;500\n4;2000500\n").unwrap();
    mean_watts(&counter, 2.0);
    assert_eq!((counter.flaws[0].kind.name(), counter.flaws[0].first_line), ("not_a_number", 5));
    let fault = open("time_s,power1_input,power2_input\n0,1,1\n1,1,1\n").unwrap_err();
    assert_eq!(fault.to_string(), "t: power2_input: two columns are a power sensor's: keep one of them");
}

#[test]
fn ina_logs_take_volts_times_amperes() {
    let trace = open("time_ms,bus_V,current_mA,power_mW\n0,3.3,10,33\n10,3.3,10,33\n20,3.3,10,33\n").unwrap();
    assert_eq!((trace.format, trace.notes.len()), ("ina", 0));
    mean_watts(&trace, 0.033);
    let shunt = "time_ms,shunt_mV,bus_V\n0,1,5\n10,1,5\n20,1,5\n";
    let trace = with(shunt, &Options { shunt_ohms: Some(0.1), ..Options::default() }).unwrap();
    mean_watts(&trace, 0.05);
    assert_eq!(
        open(shunt).unwrap_err().to_string(),
        "t: it has the shunt's voltage and no current: give the shunt's resistance in ohms, `--shunt`"
    );
}

#[test]
fn the_lpm01as_own_stream_is_amperes_or_joules_as_its_commands_say() {
    let mut stream =
        "PowerShield > ack output energy\nPowerShield > ack freq 1k\nPowerShield > ack volt 3000m\n"
            .to_owned();
    for second in 0..2 {
        stream.push_str(&format!("TimeStamp: 00{second}s 000ms, buff 05%\n\0"));
        for sample in 0..1000 {
            if sample == 500 {
                stream.push_str("event 00 ris\n");
            }
            stream.push_str("3000-08\n");
        }
    }
    let trace = open(&stream).unwrap();
    assert_eq!((trace.format, trace.samples.len(), trace.timing), ("lpm01a", 2000, Timing::StatedRate));
    mean_watts(&trace, 0.03);
    assert_eq!(trace.given_volts, Some(3.0));
    let event = edges::channel(&trace, None, edges::Edge::Falling).unwrap();
    assert_eq!(event.falling, [0.5, 1.5]);
    // Without the commands the rate is counted; what a sample is must be said.
    let (_, bare) = stream.split_once("3000m\n").unwrap();
    assert!(
        open(bare)
            .unwrap_err()
            .to_string()
            .contains("no `output` command says whether samples are amperes or joules")
    );
    let counted =
        with(bare, &Options { columns: vec![column("energy", "1")], ..Options::default() }).unwrap();
    mean_watts(&counted, 0.03);
    let amperes =
        with(bare, &Options { columns: vec![column("current", "1")], ..Options::default() }).unwrap();
    near(amperes.mean(&amperes.samples.amperes).unwrap(), 3e-5);
    // A sample that was cut on its way, and a hundred that were lost.
    let cut = open(&stream.replacen("3000-08\n", "00-08\n", 1)).unwrap();
    assert_eq!((cut.flaws[0].kind.name(), cut.flaws[0].first_line), ("not_a_number", 5));
    let lost = open(&stream.replacen(&"3000-08\n".repeat(100), "", 1)).unwrap();
    assert_eq!(lost.flaws[0].kind.name(), "gap");
    assert!((lost.flaws[0].share - 0.05).abs() < 1e-3, "{:?}", lost.flaws);
}

#[test]
fn joulescopes_statistics_come_in_three_headings() {
    let rows = "1,0.1,3.0,0.3,0.1,0.3\n2,0.1,3.0,0.3,0.2,0.6\n3,0.1,3.0,0.3,0.3,0.9\n";
    let names = "time,current,voltage,power,charge,energy";
    for heading in [names.to_owned(), format!("#{names}"), format!("#= header={names}\n#= units=s,A,V,W,C,J")]
    {
        let trace = open(&format!("{heading}\n{rows}")).unwrap();
        assert_eq!(trace.format, "joulescope", "{heading}");
        mean_watts(&trace, 0.3);
        assert_eq!(trace.span(), (0.0, 3.0));
        for (what, difference) in trace.against_totals() {
            assert!(difference.abs() < 1e-9, "{heading}: {what}: {difference}");
        }
    }
    // Absolute times, and none at all.
    let dated = rows
        .replace("1,0.1,3.0", "20241030T184233.50Z,0.1,3.0")
        .replace("2,0.1,3.0", "20241030T184234.50Z,0.1,3.0");
    let dated = dated.replace("3,0.1,3.0", "20241030T184235.50Z,0.1,3.0");
    mean_watts(&open(&format!("#{names}\n{dated}")).unwrap(), 0.3);
    let without = "#current,voltage,power,charge,energy\n0.1,3.0,0.3,0.1,0.3\n0.1,3.0,0.3,0.2,0.6\n";
    assert!(open(without).unwrap_err().to_string().contains("no column holds the time"));
    let rate = Options { samples_per_second: Some(1.0), ..Options::default() };
    mean_watts(&with(without, &rate).unwrap(), 0.3);
}

#[test]
fn a_table_says_the_same_with_any_separator_decimal_sign_unit_and_mark() {
    let plain =
        "Time [ms],Main current [mA],Main voltage [V]\n0,1.5,3.25\n1,2.5,3.25\n2,2.5,3.25\n3,1.5,3.25\n";
    let comma = plain.replace('.', "#").replace(',', ";").replace('#', ",");
    let forms = [
        plain.to_owned(),
        plain.replace(',', "\t"),
        plain.replace(',', ";"),
        comma.clone(),
        comma.replace(';', "\t"),
        format!("\u{feff}{comma}"),
        plain.replace('\n', "\r\n"),
        format!("# by a script\n\n{plain}"),
        plain
            .replace("Time [ms]", "time_ms")
            .replace("Main current [mA]", "I_mA")
            .replace("Main voltage [V]", "U_V"),
        plain
            .replace("Main current [mA]", "Strom (µA)")
            .replace(",1.5,", ",1500,")
            .replace(",2.5,", ",2500,"),
        // Units in cells.
        plain.replace(" [mA]", "").replace(",1.5,", ",1.5 mA,").replace(",2.5,", ",2500 uA,"),
        // Otii: other columns beside.
        plain.replace('\n', ",0\n").replacen("[V],0", "[V],GPI1", 1),
    ];
    let expected = open(plain).unwrap();
    mean_watts(&expected, 2e-3 * 3.25);
    for form in &forms {
        let trace = open(form).unwrap_or_else(|fault| panic!("{fault}\n{form}"));
        assert_eq!(trace.format, "generic", "{form}");
        for (got, expected) in trace.samples.watts.iter().zip(&expected.samples.watts) {
            near(*got, *expected);
        }
        assert_eq!(trace.samples.starts.len(), 4, "{form}");
    }
    // UTF-16, as a spreadsheet's "Unicode text".
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(comma.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read("t", &utf16, None, &Options::default()).unwrap().samples.watts.len(), 4);
}

#[test]
fn columns_by_hand_have_the_last_word() {
    let text = "t,a,b,c\n0,1,10,1\n1,1,10,1\n2,1,10,0\n";
    let options = Options {
        volts: Some(2.0),
        columns: vec![column("time", "t [s]"), column("current", "b [mA]"), column("marker", "4")],
        ..Options::default()
    };
    let trace = with(text, &options).unwrap();
    mean_watts(&trace, 0.02);
    assert_eq!(
        (trace.channels[0].name.as_str(), trace.channels[0].falling.as_slice()),
        ("c", [2.0].as_slice())
    );
    for (columns, sentence) in [
        (
            vec![column("current", "x")],
            "t: --column current=x: there is no such column: there are `t`, `a`, `b`, `c`",
        ),
        (
            vec![column("colour", "b")],
            "t: --column colour=b: `colour` is nothing a column may hold: known are time, current, voltage, power, energy, charge, marker, counter",
        ),
        (vec![column("current", "b [V]")], "t: --column current=b [V]: its unit is one of voltage"),
        (
            vec![],
            "t: no column holds a current, a power or an energy: name one, `--column current=NAME [mA]`",
        ),
    ] {
        let fault = with(text, &Options { columns, ..Options::default() }).unwrap_err();
        assert_eq!(fault.to_string(), sentence);
    }
}

#[test]
fn what_would_be_a_guess_is_refused() {
    for (text, sentence) in [
        ("", "t: it is empty: a trace has at least one reading"),
        ("\n\n", "t: it is the file of no known meter: name its columns, `--column current=NAME`"),
        ("time_s,power_W\n", "t: it has a heading and no reading below it"),
        (
            "time_s,power\n0,1\n",
            "t: line 2 power: neither the heading nor the cell says its unit: name it, `--column current=NAME [mA]`",
        ),
        (
            "time,power_W\n0,1\n",
            "t: line 2 time: neither the heading nor the cell says its unit: name it, `--column time=NAME [ms]`",
        ),
        (
            "time_s,a [W],b [W]\n0,1,1\n",
            "t: power: columns `a [W]` and `b [W]` both hold it: say which, `--column power=NAME`",
        ),
        (
            "time_s;power_W\n0;1,5\n1;1.5\n",
            "t: line 2: `1,5` has a decimal comma and `1.5` a point: a file has one of them",
        ),
        ("time_s,power_W\n0,x\n", "t: line 2 power_W: `x` is not a number"),
        ("time_s,power_W\nx,1\n", "t: line 2 time_s: `x` is no time"),
        ("time_s,power_W\n0,1 V\n", "t: line 2 power_W: `1 V` has another unit than the column"),
        (
            "time_s,power_W\n0,1\n",
            "t: it has one reading with a time, and a length needs two: give the rate, `--rate`",
        ),
        (
            "1\n2\n3\n",
            "t: it has one column and no time: say what it is and its samples a second, `--column current=1 --rate 1000000`",
        ),
        (
            "Timestamp(ms),D0-D7\n0,00000000\n",
            "t: Current(uA): there is no such column: tick it in the app's export",
        ),
        (
            "Current(uA)\n1\n",
            "t: Timestamp(ms): there is no such column: give the samples a second, `--rate`",
        ),
        (
            "Timestamp(ms),Current(uA),D0-D7\n0,1,0000\n",
            "t: line 2 D0-D7: `0000` is not eight of 0, 1, X and -",
        ),
        (
            "PK\u{3}\u{4}",
            "t: it is no whole zip file, as a .ppk2 is: invalid Zip archive: Could not find EOCD",
        ),
        (
            "timestamp, power.draw [W], index\n2024/10/30 18:42:33, 1 W, 0\n2024/10/30 18:42:33, 1 W, 1\n",
            "t: line 3 index: GPU `1` beside `0`: a trace is of one, `nvidia-smi --id=0`",
        ),
        (
            "3V3_A current(0)=1V\n",
            "t: line 1 3V3_A: `current(0)=1V` is no reading such as `current(0)=0.0478A` or `volt(8)=3.70V`",
        ),
        (
            "[{\"power\": 5}]",
            "t: it is no results.json of the runner: invalid type: integer `5`, expected an object with `samples` and `timestamps` at line 1 column 12",
        ),
    ] {
        assert_eq!(open(text).unwrap_err().to_string(), sentence, "{text}");
    }
    for options in [
        Options { volts: Some(-1.0), ..Options::default() },
        Options { samples_per_second: Some(0.0), ..Options::default() },
        Options { shunt_ohms: Some(f64::NAN), ..Options::default() },
    ] {
        assert!(
            with("time_s,power_W\n0,1\n1,1\n", &options)
                .unwrap_err()
                .to_string()
                .ends_with("must be a number above 0")
        );
    }
}

#[test]
fn a_format_can_be_forced_and_every_reader_says_what_it_lacks() {
    let text = "time_s,power_W\n0,1\n1,1\n";
    for (name, title) in all() {
        assert!(!title.is_empty());
        match read("t", text.as_bytes(), Some(name), &Options::default()) {
            Ok(trace) => assert_eq!(trace.format, name),
            Err(fault) => assert!(fault.to_string().starts_with("t: "), "{name}: {fault}"),
        }
    }
    assert_eq!(read("t", text.as_bytes(), Some("generic"), &Options::default()).unwrap().format, "generic");
}

#[test]
fn a_time_step_is_taken_as_it_is() {
    // A gap of a third of the time is not bridged; the rest is summed exactly.
    let trace = open("time_s,power_W\n0,1\n1,1\n2,1\n3,1\n4,1\n5,1\n12,1\n13,1\n").unwrap();
    assert_eq!((trace.flaws[0].kind.name(), trace.flaws[0].count), ("gap", 1));
    assert!(trace.check().unwrap_err().to_string().contains("gaps in time: 1 ("));
    assert!(windows::measure(&trace, Span { start: 0.0, end: 13.0 }).is_err());
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/traces");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .map(|bytes| bytes[..bytes.len().min(4000)].to_vec())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_file_makes_a_reader_panic(file in 0..100_usize, at in 0..4000_usize, with in any::<Vec<u8>>(), cut in 0..4000_usize) {
        let corpus = corpus();
        let mut bytes = corpus[file % corpus.len()].clone();
        bytes.truncate(cut.max(1));
        let at = at % bytes.len();
        bytes.splice(at..at, with);
        for name in all().map(|(name, _)| name) {
            let options = Options { volts: Some(3.0), samples_per_second: Some(1000.0), ..Options::default() };
            if let Ok(trace) = read("t", &bytes, Some(name), &options) {
                let (start, end) = trace.span();
                let _ = windows::measure(&trace, Span { start, end });
            }
        }
    }

    #[test]
    fn a_window_is_the_sum_of_its_parts(readings in prop::collection::vec(0.001..1.0_f64, 60..200), cut in 0.2..0.8_f64) {
        let rows: String = readings.iter().enumerate().map(|(index, reading)| format!("{index},{reading}\n")).collect();
        let trace = open(&format!("Timestamp(ms),Current(uA)\n{rows}")).unwrap();
        let (start, end) = trace.span();
        let middle = start + cut * (end - start);
        let of = |start, end| windows::measure(&trace, Span { start, end }).unwrap().coulombs.unwrap();
        let (whole, parts) = (of(start, end), of(start, middle) + of(middle, end));
        prop_assert!((whole - parts).abs() <= 1e-12 * whole, "{whole} {parts}");
        let sum: f64 = readings.iter().map(|reading| reading * 1e-6 * 1e-3).sum();
        prop_assert!((whole - sum).abs() <= 1e-9 * sum, "{whole} {sum}");
    }
}
