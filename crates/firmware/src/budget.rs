//! A board that knows what it costs: runs a model and prints joules, grams since it started, and what is left of the day's
//! budget, with no host.
//!
//! What to change for firmware of one's own: the model, the watts of the board's profile (here what MLPerf Tiny v1.0
//! measured on NUCLEO-L4R5ZI at 1.8 V, so that on other boards the joules are modelled), the grid and the budget.
#![no_std]
#![no_main]

#[expect(dead_code, reason = "here nothing rests")]
mod board;
#[expect(dead_code, reason = "no host sends inputs here")]
mod model;
mod panic;

use core::fmt::Write as _;

use board::Board;
use joulegram::kernel::{Engine, Rounding, Slot};
use joulegram::site::{emissions, facility_energy};
use joulegram::units::{GramsPerKilowattHour, Joules, OutOfRange, Pue, Seconds, Watts};
use joulegram_protocol::{Mode, Port, Text};

const MODE: Mode = Mode::Performance;

const ACTIVE_WATTS: f64 = 0.0446;
/// Germany, 2024.
const GRID_GRAMS_PER_KILOWATT_HOUR: f64 = 344.0;
const BUDGET_JOULES_A_DAY: f64 = 10.0;
const DAY_MICROSECONDS: u64 = 86_400_000_000;

fn run(mut board: Board) -> ! {
    let why = infer_for_ever(&mut board);
    loop {
        // A port takes every text.
        let _ = write!(Text(&mut board), "{}: {why}\r\n", model::NAME);
        board.read();
    }
}

/// Runs the model again and again, and says why not if it can't.
fn infer_for_ever(board: &mut Board) -> &'static str {
    let (mut plan, mut arena) = ([Slot::EMPTY; 256], [0; 128 * 1024]);
    let (input, mut output) = ([0; 27_648], [0; 1024]);
    let Ok(engine) = Engine::new(model::FILE, Rounding::Tflm, &mut plan) else {
        return "the engine refuses it";
    };
    let (Some(input), Some(output)) =
        (input.get(..engine.input_bytes()), output.get_mut(..engine.output_bytes()))
    else {
        return "its input or output is too large";
    };
    let (mut total, mut today, mut clock) = (Joules::ZERO, Joules::ZERO, 0);
    loop {
        let (counter, before, start) = (board.counter(), board.reading(), board.microseconds());
        if engine.run(input, output, &mut arena).is_err() {
            return "its arena is too large";
        }
        let (after, passed) = (board.reading(), board.microseconds().wrapping_sub(start));
        // A loop of its own: what a real device does between inferences costs too, but is not the model's.
        let Ok(spent) = energy(counter.count(before, after, passed), counter.hertz) else {
            return "its time is out of range";
        };
        (total, today) = (total + spent, today + spent);
        clock += u64::from(passed);
        if clock >= DAY_MICROSECONDS {
            (today, clock) = (Joules::ZERO, clock - DAY_MICROSECONDS);
        }
        if report(board, spent, total, today).is_err() {
            return "its sums are out of range";
        }
    }
}

/// Counts of the clock to joules: the counter's time at the profile's watts.
fn energy(counts: u64, hertz: u32) -> Result<Joules, OutOfRange> {
    Ok(Watts::new(ACTIVE_WATTS)? * Seconds::new(counts as f64 / f64::from(hertz))?)
}

fn report(board: &mut Board, spent: Joules, total: Joules, today: Joules) -> Result<(), OutOfRange> {
    // A battery: no power usage effectiveness.
    let grams = emissions(
        facility_energy(total, Pue::NONE),
        GramsPerKilowattHour::new(GRID_GRAMS_PER_KILOWATT_HOUR)?,
    );
    // Whole numbers of small units: formatting fractions takes kilobytes.
    let (spent, total_microjoules) = (spent.value() * 1e6, total.value() * 1e6);
    let (nanograms, left) = (grams.value() * 1e9, 1e3 * (1.0 - today.value() / BUDGET_JOULES_A_DAY).max(0.0));
    let time = if board::EMULATED.is_some() { "emulated time" } else { "measured time" };
    let _ = write!(
        Text(board),
        "{} runs {}: {} uJ, {} uJ and {} ngCO2e since the start, {} per mille of the day's budget left ({time}, modelled watts)\r\n",
        board::NAME,
        model::NAME,
        spent as u64,
        total_microjoules as u64,
        nanograms as u64,
        left as u64
    );
    Ok(())
}
