//! Devices in the field, through the whole ladder.

use super::*;
use crate::edge::{Adapter, Battery, Converter, Edge, Radio, Rest, Supply, cells};
use crate::sourced::Sourced;
use crate::units::{SECONDS_PER_DAY, Watts};

/// A coin cell behind a switching regulator of 90 %, waiting at a microwatt; the machine's inference takes 0.2 J.
fn coin_cell() -> Edge {
    Edge {
        years: exact(2.0),
        rest: Rest::Sleep,
        rest_watts: Some(exact(1e-6)),
        sensor_joules_per_inference: None,
        radio: None,
        harvested_joules_per_day: None,
        supply: Supply::Battery(Battery {
            cell: cells::find("cr2032").unwrap(),
            in_series: exact(1.0),
            in_parallel: exact(1.0),
            converter: Converter::Switching { efficiency: exact(0.9) },
        }),
    }
}

/// Ten devices that share 73,050 inferences over two years: ten a day each.
fn in_the_field(edge: Edge) -> Scenario {
    with(|_, _, inference| {
        inference.bottom_up = Some(uses(73_050.0));
        inference.device_count = exact(10.0);
        inference.edge = Some(edge);
    })
}

fn refusal(edge: Edge) -> std::string::String {
    std::format!("{}", problem(&in_the_field(edge)).1)
}

#[test]
fn a_day_is_inferences_rest_sensor_and_radio() {
    let edge = Edge {
        sensor_joules_per_inference: Some(exact(0.05)),
        radio: Some(Radio { reports_per_day: exact(4.0), joules_per_report: exact(0.01) }),
        ..coin_cell()
    };
    let ladder = ladder(&in_the_field(edge));
    let rest = 1e-6 * (SECONDS_PER_DAY - 10.0 * 0.002);
    let day = 2.0 + rest + 0.5 + 0.04;
    for (rung, want) in [
        (Rung::EdgeActive, 2.0),
        (Rung::EdgeRest, rest),
        (Rung::EdgeSensor, 0.5),
        (Rung::EdgeRadio, 0.04),
        (Rung::EdgeTaken, day / 0.9),
        (Rung::InferenceJoules, day / 0.9 * 10.0 * 730.5),
    ] {
        assert!((ladder.get(rung).unwrap() / want - 1.0).abs() < 1e-12, "{rung:?}: {:?}", ladder.get(rung));
    }
    assert!((ladder.get(Rung::EdgeLosses).unwrap() - day / 9.0).abs() < 1e-12);
}

#[test]
fn cells_are_whole_ones_and_their_making_is_embodied() {
    let mut edge = coin_cell();
    if let Supply::Battery(battery) = &mut edge.supply {
        battery.cell.grams_co2e = Some(exact(50.0));
        battery.in_parallel = exact(2.0);
    }
    let scenario = in_the_field(edge);
    let days = get(&scenario, Rung::BatteryDays);
    let cells = (730.5 / days).ceil() * 2.0 * 10.0;
    assert_eq!(get(&scenario, Rung::Cells), cells);
    assert!(near(get(&scenario, Rung::CellGrams), 50.0 * cells));
    assert_eq!(get(&scenario, Rung::InferenceEmbodied), get(&scenario, Rung::CellGrams));
    assert_eq!(ladder(&in_the_field(coin_cell())).get(Rung::InferenceEmbodied), None);
}

#[test]
fn an_adapter_takes_its_part_all_day_and_there_is_no_battery() {
    let mains = Supply::Mains(Adapter { efficiency: exact(0.5), idle_watts: exact(0.05) });
    let ladder = ladder(&in_the_field(Edge { supply: mains, ..coin_cell() }));
    let day = 2.0 + 1e-6 * (SECONDS_PER_DAY - 0.02);
    let want = day / 0.5 + 0.05 * SECONDS_PER_DAY;
    assert!((ladder.get(Rung::EdgeTaken).unwrap() / want - 1.0).abs() < 1e-12);
    assert_eq!((ladder.get(Rung::BatteryDays), ladder.get(Rung::Cells)), (None, None));
}

#[test]
fn what_is_harvested_is_not_taken_and_nothing_is_given_back() {
    let harvested = |joules| {
        get(
            &in_the_field(Edge { harvested_joules_per_day: Some(exact(joules)), ..coin_cell() }),
            Rung::EdgeTaken,
        )
    };
    assert!(near(harvested(0.0) - harvested(1.0), 1.0 / 0.9));
    assert_eq!(harvested(1e3), 0.0);
    let idle = in_the_field(Edge { harvested_joules_per_day: Some(exact(1e3)), ..coin_cell() });
    assert_eq!(get(&idle, Rung::BatteryDays), 3652.5);
}

#[test]
fn a_field_that_can_not_be_is_refused() {
    let linear = |volts| {
        let mut edge = coin_cell();
        if let Supply::Battery(battery) = &mut edge.supply {
            battery.converter = Converter::Linear { supply_volts: volts };
        }
        edge
    };
    assert_eq!(
        refusal(Edge { rest_watts: None, ..coin_cell() }),
        "`edge` needs `rest_watts`: the device's own power between inferences is not known"
    );
    assert_eq!(
        refusal(linear(None)),
        "a linear converter needs `supply_volts`: the device's own are not known"
    );
    assert!(
        refusal(linear(Some(exact(3.3)))).starts_with("empty cells give 2 V, and a linear converter needs")
    );
    assert!(Plan::new(&in_the_field(linear(Some(exact(1.8))))).is_ok());
    let busy = Edge { years: exact(1e-7), ..coin_cell() };
    assert!(refusal(busy).starts_with("the inferences of a day take each device "));
    let mut twice = in_the_field(coin_cell());
    if let Some(stage) = &mut twice.inference {
        stage.powered = Some(exact(1e4));
    }
    assert_eq!(problem(&twice).1, Problem::EdgeNeedsBottomUp);
    let elsewhere = with(|_, training, _| training.edge = Some(coin_cell()));
    assert_eq!(problem(&elsewhere), (StageName::Training, Problem::EdgeOfInferenceOnly));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn more_sleep_current_never_lengthens_a_life(less in 0.0..1e-3_f64, more in 0.0..1e-3_f64) {
        let days = |watts: f64| {
            let rest_watts: Sourced<Watts> = exact(watts);
            get(&in_the_field(Edge { rest_watts: Some(rest_watts), ..coin_cell() }), Rung::BatteryDays)
        };
        prop_assert!(days(less + more) <= days(less));
    }

    #[test]
    fn a_fleet_takes_what_its_devices_take(devices in 1.0..1e6_f64) {
        let fleet = |count: f64| with(|_, _, inference| {
            inference.bottom_up = Some(uses(7305.0 * count));
            inference.device_count = exact(count);
            inference.edge = Some(coin_cell());
        });
        let (one, all) = (get(&fleet(1.0), Rung::InferenceJoules), get(&fleet(devices), Rung::InferenceJoules));
        prop_assert!((all / one / devices - 1.0).abs() < 1e-9);
    }
}
