//! `--format latex`: what a paper needs, energy and emissions each in its place.

use crate::run::{BOARD, NETWORKS, estimate, run, scenarios};

#[test]
fn ga_70_the_statement_can_not_swap_energy_and_emissions() {
    let mut all: Vec<Vec<String>> =
        scenarios().into_iter().map(|scenario| vec!["estimate".to_owned(), scenario]).collect();
    all.push(estimate(NETWORKS[0], &BOARD).into_iter().map(str::to_owned).collect());
    for args in all {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let latex = run(&[&args[..], &["--format", "latex"]].concat()).ok();
        let rows: Vec<&str> =
            latex.lines().filter(|line| line.ends_with(" \\\\") && !line.contains("stage &")).collect();
        assert!(rows.len() >= 2, "{latex}");
        for row in rows {
            let cells: Vec<&str> = row.trim_end_matches(" \\\\").split(" & ").collect();
            let [_, energy, emissions] = cells[..] else { panic!("{row}") };
            assert!(energy == "not known" || (energy.contains("Wh") && !energy.contains("CO")), "{row}");
            assert!(
                emissions == "not known"
                    || (emissions.contains("\\textsubscript{2}e") && !emissions.contains("Wh")),
                "{row}"
            );
        }
        let sentence = latex.lines().next().unwrap();
        let (energy, emissions) = sentence.split_once(", its emissions as ").unwrap();
        assert!(energy.contains("Wh") && !energy.contains("\\textsubscript"), "{sentence}");
        assert!(emissions.split(" (").next().unwrap().contains("\\textsubscript{2}e"), "{sentence}");
        assert!(latex.contains("@software{joulegram,") && latex.contains("\\cite{joulegram}"));
    }
}

#[test]
fn eit_15_a_run_of_no_length_has_a_statement_too() {
    let args = [&estimate(NETWORKS[0], &BOARD)[..], &["--inferences", "0", "--format", "latex"]].concat();
    assert!(run(&args).ok().contains("0 kWh"));
}

#[test]
fn what_has_no_statement_says_so() {
    for args in [&["grids", "DE"][..], &["estimate", NETWORKS[0]], &["import", "imports/nvidia_smi.csv"]] {
        let sentence = run(&[args, &["--format", "latex"]].concat()).refused();
        assert_eq!(sentence, "--format latex: only the answer of `estimate` for one device has it");
    }
}
