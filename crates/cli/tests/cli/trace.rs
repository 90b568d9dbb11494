//! Power meters' files: windows, means, totals, faults.

use std::fs;

use crate::run::{fixtures, json as answer, run, run_in, scratch};

const EEMBC: [&str; 4] =
    ["trace", "traces/eembc_kws_trace1-energy.bin", "--from", "traces/eembc_kws_trace1-timestamps.json"];

#[test]
fn windows_come_from_edges_stamps_and_steps() {
    let edges = answer(&["trace", "traces/ppk2.csv", "--volts", "3"]);
    let windows = edges["windows"].as_array().unwrap();
    assert_eq!(windows.len(), 2);
    assert!((windows[0]["joules"].as_f64().unwrap() - 0.032_413_2).abs() < 1e-7);
    assert_eq!(edges["channels"][0]["falling_edges"], 5);
    assert_eq!(edges["channels"][1]["is_constant"], true);

    let stamps = answer(&EEMBC);
    assert_eq!(stamps["windows"].as_array().unwrap().len(), 5);
    assert_eq!(stamps["windows"][4]["start_seconds"], 55.324);

    let steps =
        answer(&["trace", "traces/ppk2.csv", "--volts", "3", "--from", "steps", "--least-seconds", "0.5"]);
    for (step, edge) in steps["windows"].as_array().unwrap().iter().zip(windows) {
        let (step, edge) = (step["joules"].as_f64().unwrap(), edge["joules"].as_f64().unwrap());
        assert!((step / edge - 1.0).abs() < 0.02, "{step} {edge}");
    }
    assert!(
        steps["windows"][0]["edge_error_joules"].as_f64() > edges["windows"][0]["edge_error_joules"].as_f64()
    );
    let none = answer(&["trace", "traces/ppk2.csv", "--from", "none"]);
    assert_eq!(none["windows"].as_array().unwrap().len(), 0);
}

#[test]
fn every_format_of_the_answer_has_the_windows() {
    for (format, part) in [
        ("text", "1 2.782 s 11.266 s 506 mJ 89.8 µJ 44.9 mW"),
        ("markdown", "| 1 | 2.782 s | 11.266 s | 506 mJ | 89.8 µJ | 44.9 mW |"),
        ("csv", "1,2.782,11.266,0.5056"),
        ("json", "\"joules\": 0.5056"),
        ("html", "<td class=\"number\">506 mJ</td>"),
    ] {
        let text = run(&[&EEMBC[..], &["--format", format]].concat()).ok();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(part), "{format}: {part}: {text}");
    }
}

#[test]
fn without_volts_a_current_has_no_energy_and_the_answer_says_how_to_give_them() {
    let text = run(&["trace", "traces/ppk2.csv"]).ok().replace('\n', " ");
    assert!(
        text.contains("its energy is not known, as the file has no volts: give them, --volts."),
        "{text}"
    );
    let document = answer(&["trace", "traces/ppk2.csv"]);
    assert!(document["whole"]["joules"].is_null() && document["windows"][0]["joules"].is_null());
    assert!(document["windows"][0]["coulombs"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_resistor_shows_how_far_off_the_meter_is() {
    let document = answer(&["trace", "traces/joulescope_downsample.csv", "--resistor", "1000"]);
    let error = document["resistor"]["relative_error"].as_f64().unwrap();
    assert!((-2e-3..0.0).contains(&error), "{error}");
    assert_eq!(
        run(&["trace", "traces/ppk2.csv", "--resistor", "1000"]).refused(),
        "traces/ppk2.csv: --resistor: a resistor is compared by volts and amperes, and one of them is not known: give `--volts`"
    );
}

#[test]
fn what_is_wrong_is_one_sentence_with_file_line_and_value() {
    let folder = scratch("trace_wrong");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("cell.csv", "Timestamp(ms),Current(uA)\n0,1\n1,abc\n");
    write("back.csv", "time_s,power_W\n0,1\n1,1\n0.5,1\n2,1\n3,1\n");
    write("unit.csv", "time_s,current\n0,1\n1,1\n");
    write("stamps.csv", "start,end\n1,2\n2,x\n");
    write("good.csv", "time_s,power_W\n0,1\n1,1\n2,1\n3,1\n");
    for (args, sentence) in [
        (vec!["none.csv"], "none.csv: there is no such file"),
        (vec!["cell.csv"], "cell.csv: line 3 Current(uA): `abc` is not a number"),
        (
            vec!["back.csv"],
            "back.csv: it has times that run backwards: 1 (20.00 %), the first in line 4: 0.5 s after 1 s; at most 0.10 % may be so",
        ),
        (
            vec!["unit.csv"],
            "unit.csv: line 2 current: neither the heading nor the cell says its unit: name it, `--column current=NAME [mA]`",
        ),
        (vec!["good.csv", "--volts", "3,3"], "--volts: `3,3` is not a number; did you mean `3.3`?"),
        (vec!["good.csv", "--volts", "-3"], "--volts: -3 must be a number above 0"),
        (
            vec!["good.csv", "--column", "Strom"],
            "--column: `Strom` is not of the form ROLE=NAME, such as `current=Strom [mA]`",
        ),
        (
            vec!["good.csv", "--column", "current=Strom"],
            "good.csv: --column current=Strom: there is no such column: there are `time_s`, `power_W`",
        ),
        (vec!["good.csv", "--from", "stamps.csv"], "stamps.csv: line 3: `x` is no number of seconds"),
        (
            vec!["good.csv", "--from", "edges"],
            "good.csv: marker: this file has no digital inputs: take windows from stamps or from steps",
        ),
    ] {
        let args = [&["trace"], &args[..]].concat();
        assert_eq!(run_in(&folder, &args).refused(), sentence);
    }
    assert!(
        run_in(&folder, &["trace", "good.csv", "--meter", "x"])
            .refused()
            .starts_with("good.csv: format: `x` is no known format: known are ")
    );
}

#[test]
fn help_names_every_meter() {
    let help = run(&["trace", "--help"]).ok();
    for name in fs::read_to_string(fixtures().join("../crates/report/schema/trace.schema.json"))
        .unwrap()
        .lines()
        .skip_while(|line| !line.contains("\"format\""))
        .skip(2)
        .take(16)
        .map(|line| line.trim().trim_matches(['"', ',']).to_owned())
    {
        assert!(help.contains(&name), "{name}");
    }
}
