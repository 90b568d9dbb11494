use joulegram::units::Quantity;

use super::*;

fn fixture(name: &str) -> String {
    let path = format!("{}/../../fixtures/imports/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn reading(name: &str) -> Reading {
    read(name, fixture(name).as_bytes(), None).unwrap()
}

#[track_caller]
fn refused(name: &str, from: &str, to: &str, sentence: &str) {
    let text = fixture(name);
    assert!(text.contains(from), "{from}");
    let fault = read(name, text.replace(from, to).as_bytes(), None).unwrap_err().to_string();
    assert_eq!(fault, sentence);
}

#[track_caller]
fn near(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-9 * expected, "{got}, expected {expected}");
}

#[test]
fn every_file_states_the_energy_that_is_read() {
    for (name, tool, kilowatt_hours, pue) in [
        // The sum of its two rows' energy_consumed.
        (
            "codecarbon_emissions.csv",
            Tool::Codecarbon,
            3.120_057_105_885_963e-5 + 3.139_826_338_181_738_7e-5,
            None,
        ),
        ("experiment_impact_tracker_summary.json", Tool::ExperimentImpactTracker, 1.58, Some(1.58)),
        // 50 s of 50 W, and of 200 W rising to 210 W.
        (
            "experiment_impact_tracker_data.json",
            Tool::ExperimentImpactTracker,
            (50.0 * 50.0 + 205.0 * 50.0) / 3.6e6,
            None,
        ),
        ("carbontracker_output.log", Tool::Carbontracker, 0.000_175_843_973, None),
        ("carbontracker.log", Tool::Carbontracker, 50.0 * (4.00 + 4.01) / 3.6e6, None),
        ("energyusage.txt", Tool::Energyusage, 1.16e-4, None),
        // 10 s of 100 W rising to 200 W, and of 60 W.
        ("nvidia_smi.csv", Tool::NvidiaSmi, (1500.0 + 600.0) / 3.6e6, None),
        ("green_algorithms.csv", Tool::GreenAlgorithms, 8.293_353_6, Some(1.67)),
        ("slurm_sacct.txt", Tool::Slurm, 19.5, None),
    ] {
        let reading = reading(name);
        assert_eq!(reading.tool, tool, "{name}");
        near(reading.energy_kilowatt_hours.mode().value(), kilowatt_hours);
        assert_eq!(reading.pue.map(Quantity::value), pue, "{name}");
        assert!(!reading.not_covered.is_empty(), "{name}");
    }
}

#[test]
fn pue_is_inside_only_where_the_tool_puts_it() {
    let inside = |name| reading(name).pue_included;
    for name in ["experiment_impact_tracker_summary.json", "carbontracker_output.log", "green_algorithms.csv"]
    {
        assert!(inside(name), "{name}");
        assert!(!matches!(reading(name).measured().unwrap(), Measured::AtDevice(_)), "{name}");
    }
    for name in [
        "codecarbon_emissions.csv",
        "experiment_impact_tracker_data.json",
        "carbontracker.log",
        "energyusage.txt",
        "nvidia_smi.csv",
        "slurm_sacct.txt",
    ] {
        assert!(!inside(name), "{name}");
        assert!(matches!(reading(name).measured().unwrap(), Measured::AtDevice(_)), "{name}");
    }
    // A user of codecarbon may give one, and then it is inside.
    let text = fixture("codecarbon_emissions.csv").replace(",N,1.0,0.0", ",N,1.5,0.0");
    let reading = read("e.csv", text.as_bytes(), None).unwrap();
    assert_eq!((reading.pue_included, reading.pue.map(Quantity::value)), (true, Some(1.5)));
}

#[test]
fn two_logs_of_one_run_differ_by_its_pue() {
    let with = reading("carbontracker_output.log").energy_kilowatt_hours.mode().value();
    let without = reading("carbontracker.log").energy_kilowatt_hours.mode().value();
    // Durations are printed to 0.01 s of 8 s.
    assert!((with / without / 1.58 - 1.0).abs() < 0.002, "{}", with / without);
}

#[test]
fn a_calculators_figure_is_modelled_and_not_measured() {
    let reading = reading("green_algorithms.csv");
    assert_eq!(reading.evidence, Evidence::Modelled);
    assert!(matches!(reading.measured().unwrap(), Measured::Calculated(_)));
}

#[test]
fn cc_544_ranks_that_each_count_the_whole_node_are_refused() {
    refused(
        "codecarbon_emissions.csv",
        "2026-11-25T03:48:42",
        "2026-11-25T03:48:46",
        "codecarbon_emissions.csv: line 3 run_id: it ran on the same machine at the same time as line 2, and each counts the whole machine: keep one of them, or its energy counts twice",
    );
    // Processes that count themselves may run side by side.
    let text = fixture("codecarbon_emissions.csv")
        .replace("2026-11-25T03:48:42", "2026-11-25T03:48:46")
        .replace(",machine,", ",process,");
    assert_eq!(read("e.csv", text.as_bytes(), None).unwrap().runs, 2);
    let slurm = fixture("slurm_sacct.txt").replace(
        "node07|2025-03-05T13:00:00|2025-03-05T14:30:00",
        "node[07-08]|2025-03-05T12:00:00|2025-03-05T13:30:00",
    );
    let fault = read("s.txt", slurm.as_bytes(), None).unwrap_err().to_string();
    assert_eq!(
        fault,
        "s.txt: line 6 JobID: job 12441090 was on node[07-08] at the same time as job 12441073 in line 2, and each counts the whole nodes: keep one of them"
    );
}

#[test]
fn rows_of_one_run_hold_its_energy_since_the_start() {
    let text = fixture("codecarbon_emissions.csv")
        .replace("232276fd-d3bf-4c1d-bd91-a393f0966ed1", "48be4d85-4349-4865-99bd-34c5637a5004");
    let reading = read("e.csv", text.as_bytes(), None).unwrap();
    assert_eq!(reading.runs, 1);
    near(reading.energy_kilowatt_hours.mode().value(), 3.139_826_338_181_738_7e-5);
}

#[test]
fn cc_788_a_device_that_is_there_twice_is_refused() {
    refused(
        "nvidia_smi.csv",
        "18:42:35.190, 1,",
        "18:42:35.189, 0,",
        "nvidia_smi.csv: line 7 timestamp: GPU 0 has two rows at that time: it counts once",
    );
    refused(
        "slurm_sacct.txt",
        "12441073.batch",
        "12441073",
        "slurm_sacct.txt: line 3 JobID: job 12441073 is there twice: it counts once",
    );
    let without_index: String = fixture("nvidia_smi.csv")
        .lines()
        .map(|line| {
            line.replace(", index,", ",")
                .replace(", 0, NVIDIA", ", NVIDIA")
                .replace(", 1, NVIDIA", ", NVIDIA")
                + "\n"
        })
        .collect();
    let fault = read("n.csv", without_index.as_bytes(), None).unwrap_err().to_string();
    assert!(fault.starts_with("n.csv: index: there is no such column, and rows come in bursts"), "{fault}");
}

#[test]
fn cc_1316_a_missing_energy_is_never_0() {
    for (name, from, to, sentence) in [
        (
            "codecarbon_emissions.csv",
            "3.120057105885963e-05",
            "",
            "codecarbon_emissions.csv: line 2 energy_consumed: it is empty: what is missing is not known, and never 0",
        ),
        (
            "experiment_impact_tracker_summary.json",
            "\"total_power\": 1.58",
            "\"total_power\": null",
            "experiment_impact_tracker_summary.json: total_power: it is missing: what is missing is not known, and never 0",
        ),
        (
            "carbontracker_output.log",
            "Actual",
            "Predicted",
            "carbontracker_output.log: Actual consumption: it is missing: what a log predicts is not measured",
        ),
        (
            "carbontracker.log",
            "for cpu: 50.0\n2026-11-25 03:48:55 - Epoch 2",
            "for cpu: None\n2026-11-25 03:48:55 - Epoch 2",
            "carbontracker.log: epoch 1 cpu: its power is None: the epoch was too short to be measured",
        ),
        (
            "slurm_sacct.txt",
            "|1800000",
            "|0",
            "slurm_sacct.txt: line 6 ConsumedEnergyRaw: the energy of job 12441090 is empty or 0: its nodes have no energy counter, and what is missing is not 0",
        ),
        (
            "slurm_sacct.txt",
            "|1800000",
            "|18446744073709551614",
            "slurm_sacct.txt: line 6 ConsumedEnergyRaw: the energy of job 12441090 is empty or 0: its nodes have no energy counter, and what is missing is not 0",
        ),
        (
            "slurm_sacct.txt",
            "COMPLETED|68400000\n12441073.batch",
            "COMPLETED|\n12441073.batch",
            "slurm_sacct.txt: line 4 ConsumedEnergyRaw: job 12441073 has no energy in its own row, and its steps in line 3 and here each count whole nodes: keep the one that counts",
        ),
    ] {
        refused(name, from, to, sentence);
    }
    let dead: String = fixture("nvidia_smi.csv")
        .lines()
        .map(|line| {
            let cut = line.rfind(", ").unwrap();
            if line.starts_with("timestamp") {
                format!("{line}\n")
            } else {
                format!("{}, [N/A]\n", &line[..cut])
            }
        })
        .collect();
    let fault = read("n.csv", dead.as_bytes(), None).unwrap_err().to_string();
    assert!(fault.ends_with("fewer than two: this GPU has no power meter"), "{fault}");
}

#[test]
fn cc_322_a_negative_energy_is_refused_and_its_line_named() {
    for (name, from, to, sentence) in [
        (
            "codecarbon_emissions.csv",
            "3.120057105885963e-05",
            "-3.12e-05",
            "codecarbon_emissions.csv: line 2 energy_consumed: -0.0000312 is negative",
        ),
        (
            "experiment_impact_tracker_data.json",
            "\"nvidia_estimated_attributable_power_draw\": 204.0",
            "\"nvidia_estimated_attributable_power_draw\": -204.0",
            "experiment_impact_tracker_data.json: sample 3 nvidia_estimated_attributable_power_draw: -204 is negative",
        ),
        (
            "nvidia_smi.csv",
            "120.00 W",
            "-120.00 W",
            "nvidia_smi.csv: line 6 power.draw [W]: -120 W is negative",
        ),
        (
            "energyusage.txt",
            "17.42",
            "-17.42",
            "energyusage.txt: Average process wattage: -17.42 W is negative: the machine was busier before the run than in it",
        ),
        (
            "slurm_sacct.txt",
            "|1800000",
            "|-1800000",
            "slurm_sacct.txt: line 6 ConsumedEnergyRaw: -1800000 J is negative",
        ),
        (
            "carbontracker_output.log",
            "0.000175843973",
            "-0.000175843973",
            "carbontracker_output.log: Energy: -0.000175843973 is negative",
        ),
    ] {
        refused(name, from, to, sentence);
    }
}

#[test]
fn a_gap_in_a_trace_becomes_a_range() {
    let cut: String = fixture("nvidia_smi.csv")
        .lines()
        .filter(|line| {
            !["18:42:36", "18:42:37", "18:42:38", "18:42:39", "18:42:40", "18:42:41"]
                .iter()
                .any(|at| line.contains(at))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let reading = read("n.csv", cut.as_bytes(), None).unwrap();
    let energy = reading.energy_kilowatt_hours;
    // 7 of 10 s are missing: 155 W and 60 W between their ends, 200 W and 60 W at most.
    near(energy.mode().value(), 2100.0 / 3.6e6);
    near(energy.low().value(), (2100.0 - 7.0 * 215.0) / 3.6e6);
    near(energy.high().value(), (2100.0 + 7.0 * (260.0 - 215.0)) / 3.6e6);
    assert!(
        reading.notes.iter().any(|note| note.starts_with("nobody measured for 7 of 10 s")),
        "{:?}",
        reading.notes
    );
}

#[test]
fn what_no_tool_wrote_is_refused_with_the_tools_that_are_known() {
    let fault = |text: &str| read("x.csv", text.as_bytes(), None).unwrap_err().to_string();
    assert!(fault("a,b\n1,2\n").starts_with("x.csv: it is the file of no known tool (codecarbon, "));
    assert_eq!(fault(" \n"), "x.csv: it is empty: a tool's file has at least one reading");
    assert_eq!(fault("timestamp,energy_consumed\n"), "x.csv: it has a heading and no reading below it");
    assert_eq!(
        fault("timestamp,energy_consumed,duration\n2024-01-01T00:00:00,1\n"),
        "x.csv: line 2: it has 2 cells, and the heading 3"
    );
    assert_eq!(
        fault("timestamp,energy_consumed,duration\n2024-01-01T00:00:00,\"1,5\",3\n"),
        "x.csv: line 2 energy_consumed: `1,5` is not a number; did you mean `1.5`?"
    );
    let fault = read("x.csv", b"a,b\n1,2\n", Some(Tool::Codecarbon)).unwrap_err().to_string();
    assert_eq!(fault, "x.csv: energy_consumed: there is no such column");
    assert!(read("x.csv", &[0xff, 0xfe], None).unwrap_err().to_string().contains("no UTF-8 text"));
}

#[test]
fn no_cut_or_changed_file_panics() {
    for name in [
        "codecarbon_emissions.csv",
        "experiment_impact_tracker_summary.json",
        "experiment_impact_tracker_data.json",
        "carbontracker_output.log",
        "carbontracker.log",
        "energyusage.txt",
        "nvidia_smi.csv",
        "green_algorithms.csv",
        "slurm_sacct.txt",
    ] {
        let text = fixture(name);
        let tool = reading(name).tool;
        for cut in (0..text.len()).step_by(7) {
            let _ = read(name, &text.as_bytes()[..cut], Some(tool));
            let mut changed = text.clone().into_bytes();
            changed[cut] = b'-';
            if let Ok(reading) = read(name, &changed, Some(tool)) {
                assert!(reading.energy_kilowatt_hours.low().value() >= 0.0, "{name} at {cut}");
            }
        }
    }
}
