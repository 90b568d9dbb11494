use super::*;

#[test]
fn each_restated_formula_gives_what_the_tool_itself_gave() {
    let lines = lines().unwrap();
    assert_eq!(lines.len(), 5);
    for line in lines {
        let answer = Terms::of_line(&line).unwrap().answer();
        for (column, ours) in
            [("kilowatt_hours", answer.energy_kilowatt_hours), ("grams", answer.emissions_grams_co2e)]
        {
            let theirs = line.number(column).unwrap();
            let error = (ours - theirs).abs() / theirs;
            // CodeCarbon converts joules by a constant of six digits.
            assert!(error < 1e-6, "{}: {column} {theirs}, restated {ours}", line.text("tool").unwrap());
        }
    }
}

#[test]
fn the_exchanged_conventions_end_at_the_cores_own_answer() {
    for comparison in comparisons().unwrap() {
        let last = comparison.steps.last().unwrap().emissions_grams_co2e;
        let ours = comparison.ours.emissions_grams_co2e.mode().value();
        assert!((last - ours).abs() <= 1e-9 * ours, "{}: {last} {ours}", comparison.tool);
    }
}

#[test]
fn ml_co2_impact_rounds_16_grams_to_20() {
    let comparisons = comparisons().unwrap();
    let first = comparisons.first().unwrap();
    assert_eq!((first.tool.as_str(), first.theirs.emissions_grams_co2e), ("ML CO2 Impact", 500.0));
    let rounding = first.steps.first().unwrap();
    assert_eq!(rounding.convention, "rounding");
    assert!((rounding.emissions_grams_co2e - 400.0).abs() < 1e-9);
}

#[test]
fn every_scenario_of_a_comparison_is_used() {
    let used = comparisons().unwrap();
    assert!(SCENARIOS.iter().all(|(name, _)| used.iter().any(|comparison| comparison.scenario == *name)));
}
