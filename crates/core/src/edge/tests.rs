use super::*;
use proptest::prelude::*;

/// What the first MLPerf Tiny reference board draws in 41 to 48 mW windows, an inference of 0.1 s each second.
fn load(rest: f64) -> Load {
    Load {
        inferences: 86_400.0,
        joules: Joules::wrap(0.0045),
        seconds: Seconds::wrap(0.1),
        rest: Watts::wrap(rest),
        sensor: Joules::ZERO,
        reports: 0.0,
        report: Joules::ZERO,
    }
}

fn days(capacity: f64, usable: f64, loss: f64, taken: f64) -> f64 {
    let shelf = Years::wrap(1000.0);
    battery_days(capacity, Share::wrap(usable), YearlyLoss::wrap(loss), taken, shelf)
}

#[test]
fn a_board_that_waits_at_31_to_36_of_41_to_48_milliwatts_spends_its_day_waiting() {
    for idle in [0.031, 0.036] {
        let day = load(idle).day();
        assert_eq!(day.active.value(), 86_400.0 * 0.0045);
        assert!((day.rest.value() - 0.9 * 86_400.0 * idle).abs() < 1e-9);
        assert!(day.rest.value() > 0.85 * day.total().value(), "{day:?}");
    }
}

#[test]
fn a_coin_cell_at_ten_microampere_lasts_as_long_as_the_hand_says() {
    // 225 mAh, 90 % of it, 0.24 mAh a day: 844 days; with 1 % a year lost, 831.
    assert!((days(0.225, 0.9, 0.0, 0.000_24) - 843.75).abs() < 1e-9);
    let with_loss = days(0.225, 0.9, 0.01, 0.000_24);
    // Step by step, a day at a time.
    let (mut left, mut steps) = (0.225, 0.0);
    let daily: f64 = 0.99_f64.powf(1.0 / 365.25);
    while left > 0.1 * 0.225 {
        left = left * daily - 0.000_24;
        steps += 1.0;
    }
    assert!((with_loss / steps - 1.0).abs() < 0.005, "{with_loss} {steps}");
    assert!(with_loss < 835.0 && with_loss > 825.0, "{with_loss}");
}

#[test]
fn a_linear_regulator_takes_current_and_a_switching_one_power() {
    let day = Joules::wrap(3600.0);
    // 3.6 kJ at 1.8 V are 2,000 C; from 3 V cells that is more energy than the device took.
    assert!((linear_amp_hours(day, Volts::wrap(1.8)) - 2000.0 / 3600.0).abs() < 1e-12);
    let switching = switching_amp_hours(day, Utilisation::wrap(0.9), Volts::wrap(3.0));
    assert!((switching - 3600.0 / 0.9 / 3.0 / 3600.0).abs() < 1e-12);
}

#[test]
fn an_adapter_adds_its_own_day_and_a_harvester_gives_nothing_back() {
    let plug = from_mains(Joules::wrap(864.0), Utilisation::wrap(0.75), Watts::wrap(0.05));
    assert!((plug.value() - (1152.0 + 4320.0)).abs() < 1e-9);
    assert_eq!(after_harvest(Joules::wrap(5.0), Joules::wrap(7.0)), Joules::ZERO);
}

#[test]
fn nothing_lasts_longer_than_its_shelf_life() {
    let shelf = Years::wrap(10.0);
    for (loss, taken) in [(0.0, 0.0), (0.01, 0.0), (0.01, 1e-9)] {
        let days = battery_days(0.225, Share::ALL, YearlyLoss::wrap(loss), taken, shelf);
        assert_eq!(days, 3652.5);
    }
    assert_eq!(sets_of_cells(Years::wrap(2.0), 365.25), 2.0);
    assert_eq!(sets_of_cells(Years::wrap(2.0), 365.0), 3.0);
    assert_eq!(sets_of_cells(Years::wrap(0.1), 3652.5), 1.0);
}

proptest! {
    #[test]
    fn more_rest_power_never_lengthens_a_life(
        less in 0.0..0.1_f64, more in 0.0..0.1_f64, loss in 0.0..0.5_f64, usable in 0.01..=1.0_f64,
    ) {
        let life = |watts| days(0.225, usable, loss, linear_amp_hours(load(watts).day().total(), Volts::wrap(1.8)));
        prop_assert!(life(less + more) <= life(less));
    }

    #[test]
    fn a_larger_charge_and_a_smaller_loss_never_shorten_a_life(
        charge in 0.01..10.0_f64, more in 1.0..10.0_f64, loss in 0.0..0.9_f64, less in 0.0..=1.0_f64,
        taken in 1e-6..1.0_f64, usable in 0.01..=1.0_f64,
    ) {
        prop_assert!(days(charge * more, usable, loss, taken) >= days(charge, usable, loss, taken) * 0.999_999_999);
        prop_assert!(days(charge, usable, loss * less, taken) >= days(charge, usable, loss, taken) * 0.999_999_999);
    }
}
