//! Each measure as a change to a scenario.

use super::scale::{StageParts, factor, inverse, stages, times};
use super::{Measure, Refusal, WhatIf};
use crate::device::{Class, Cost, Profile};
use crate::edge::Rest;
use crate::plan::{Ladder, Rung};
use crate::range::Range;
use crate::scenario::{Runs, Scenario, StageName};
use crate::sourced::Sourced;
use crate::units::{Factor, Multiplicity, Quantity};

/// Longest run that shifting by hours helps much: half an hour. [Dodge et al. 2022]
const SHORT_RUN_SECONDS: f64 = 1800.0;
/// Least parameters of a network that sparse activation is for.
const LARGE_PARAMETERS: u64 = 1_000_000_000;

/// float32 over int8 energy, fast kernels: boards L4, F4, F7, two networks. [Heim 2021]
const QUANTIZED_FAST: (f64, f64, f64) = (2.6, 3.2, 5.7);
/// The same with reference kernels: nothing. [Heim 2021]
const QUANTIZED_REFERENCE: (f64, f64, f64) = (0.82, 1.0, 1.12);

type Changed = Result<(), Refusal>;

/// Changes a scenario; `ladder` is that of the scenario as it is.
///
/// # Errors
/// [`Refusal`] where the measure's condition does not hold or a number is missing; the scenario may then be half changed.
pub fn apply(measure: Measure, what_if: &WhatIf, ladder: &Ladder, scenario: &mut Scenario) -> Changed {
    match measure {
        Measure::CpuToGpu => processors(
            scenario,
            measure,
            is_cpu,
            "no stage of search and training runs on a CPU of a computer",
        ),
        Measure::GpuToTpu | Measure::GpuToTpuMeasured => {
            processors(scenario, measure, is_gpu, "no stage of search and training runs on a GPU")
        }
        Measure::OtherDevice => other_device(scenario, what_if),
        Measure::BetterPue => better_pue(scenario, what_if),
        Measure::OtherRegion => other_region(scenario, what_if),
        Measure::TimeShift => time_shift(scenario, ladder),
        Measure::LeanArchitecture => {
            stages(scenario).try_for_each(|mut stage| stage.divide_work(&own_factor(measure)))
        }
        Measure::JointCompression => {
            float_weights(scenario)?;
            inference(scenario)?.divide_work(&own_factor(measure))
        }
        Measure::Quantization => quantize(scenario),
        Measure::Distillation => {
            let student = what_if.student.ok_or(Refusal::Needs("what_if.student, a model"))?;
            let stage = scenario.inference.as_mut().ok_or(NO_INFERENCE)?;
            let uses = stage.bottom_up.as_mut().ok_or(NO_COUNT)?;
            // What was measured was the large network.
            uses.energy_per_inference_joules = None;
            stage.work = Some(student);
            Ok(())
        }
        Measure::SparseActivation => {
            let parameters = scenario.work.map_or(0, |work| work.total().parameters);
            if parameters < LARGE_PARAMETERS {
                return Err(Refusal::Condition("the network has fewer than a thousand million parameters"));
            }
            stages(scenario).try_for_each(|mut stage| stage.divide_work(&own_factor(measure)))
        }
        Measure::TransferLearning => transfer(scenario, what_if),
        Measure::RandomSearch => {
            let runs = what_if.random_runs.clone().ok_or(Refusal::Needs("what_if.random_runs"))?;
            let search =
                scenario.search.as_mut().and_then(|stage| stage.bottom_up.as_mut()).ok_or(NO_SEARCH)?;
            search.runs = Runs::LikeTraining(runs);
            Ok(())
        }
        Measure::FewerRuns => fewer_runs(scenario, &left(what_if)),
        Measure::EarlyStop => {
            let passes = scenario.training.as_mut().and_then(|stage| stage.bottom_up.as_mut());
            let counted = passes.ok_or(Refusal::Condition("no training is given by samples and epochs"))?;
            times(&mut counted.epochs, &left(what_if))
        }
        Measure::SharedArchitecture => {
            let search =
                scenario.search.as_mut().and_then(|stage| stage.bottom_up.as_mut()).ok_or(NO_SEARCH)?;
            times(&mut search.shared_over, &twice(what_if))
        }
        Measure::DeadChannels => {
            let dead = what_if.dead_share.as_ref().ok_or(Refusal::Needs("what_if.dead_share"))?.range;
            let alive = |share: f64| 1.0 - share;
            let left = (alive(dead.high().value()), alive(dead.mode().value()), alive(dead.low().value()));
            if left.0 <= 0.0 {
                return Err(Refusal::Condition("a network of dead channels alone computes nothing"));
            }
            inference(scenario)?.divide_work(&inverse(&factor(left.0, left.1, left.2)))
        }
        Measure::DutyCycle => duty_cycle(scenario, what_if),
        Measure::SleepPower => sleep_power(scenario, &left(what_if)),
        Measure::LongerLife => longer_life(scenario, &twice(what_if)),
        Measure::Batch => batch(scenario, what_if),
    }
}

const NO_INFERENCE: Refusal = Refusal::Condition("no inference is given");
const NO_COUNT: Refusal = Refusal::Condition("inference is not given by its work");
const NO_SEARCH: Refusal = Refusal::Condition("no search is given by its runs");

fn own_factor(measure: Measure) -> Range<Factor> {
    let (low, mode, high) = measure.description().factor.unwrap_or((1.0, 1.0, 1.0));
    factor(low, mode, high)
}

fn left(what_if: &WhatIf) -> Range<Factor> {
    what_if.left.as_ref().map_or(factor(0.5, 0.5, 0.5), |left| left.range)
}

fn twice(what_if: &WhatIf) -> Range<Factor> {
    what_if.times.as_ref().map_or(factor(2.0, 2.0, 2.0), |times| times.range)
}

fn inference(scenario: &mut Scenario) -> Result<StageParts<'_>, Refusal> {
    stages(scenario).find(|stage| stage.name == StageName::Inference).ok_or(NO_INFERENCE)
}

/// Search and training: what runs on computers and can move.
fn making(scenario: &mut Scenario) -> impl Iterator<Item = StageParts<'_>> {
    stages(scenario).filter(|stage| stage.name != StageName::Inference)
}

fn is_named(profile: &Profile, part: &str) -> bool {
    profile.name.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// A computer's device is its processor unless its name says otherwise; a server's if its name says so.
fn is_cpu(profile: &Profile) -> bool {
    match profile.class {
        Class::Computer => !is_named(profile, "gpu"),
        Class::Server => is_named(profile, "cpu"),
        Class::Board | Class::Edge => false,
    }
}

fn is_gpu(profile: &Profile) -> bool {
    match profile.class {
        Class::Server => !is_named(profile, "cpu") && !is_named(profile, "tpu"),
        Class::Computer => is_named(profile, "gpu"),
        Class::Board | Class::Edge => false,
    }
}

fn processors(
    scenario: &mut Scenario,
    measure: Measure,
    is_it: impl Fn(&Profile) -> bool,
    otherwise: &'static str,
) -> Changed {
    // Where all share one device, as the source paper has it, they change it together.
    let together = scenario.mode == crate::scenario::Mode::Paper;
    let mut any = false;
    for mut stage in stages(scenario) {
        if (together || stage.name != StageName::Inference) && stage.device.as_ref().is_some_and(&is_it) {
            stage.divide_power(&own_factor(measure))?;
            any = true;
        }
    }
    if any { Ok(()) } else { Err(Refusal::Condition(otherwise)) }
}

fn other_device(scenario: &mut Scenario, what_if: &WhatIf) -> Changed {
    let device = what_if.device.as_ref().ok_or(Refusal::Needs("what_if.device"))?;
    let mut any = false;
    for stage in making(scenario) {
        // A meter's reading or hours on the clock say nothing of another device.
        if stage.measured.is_none() && stage.top_down.is_none() && stage.device.is_some() {
            *stage.device = Some(device.clone());
            any = true;
        }
    }
    if any { Ok(()) } else { Err(Refusal::Condition("search and training are not given by their work")) }
}

fn better_pue(scenario: &mut Scenario, what_if: &WhatIf) -> Changed {
    let better = match &what_if.pue {
        Some(pue) => pue.clone(),
        None => crate::data::pue::find("google").map_err(|_| Refusal::Needs("what_if.pue"))?.sourced(),
    };
    let mut any = false;
    for stage in stages(scenario) {
        if stage.site.pue.range.mode() > better.range.mode() && stage.measured.is_none() {
            stage.site.pue = better.clone();
            any = true;
        }
    }
    if any { Ok(()) } else { Err(Refusal::Condition("no stage is in a data centre with a worse PUE")) }
}

#[cfg(feature = "data")]
fn cleanest() -> Option<crate::site::Site> {
    use crate::data::{Basis, grid};
    let countries = grid::all().iter().filter(|row| row.iso3.is_some() && row.basis == Basis::LifeCycle);
    let row = countries.min_by(|a, b| a.mode.cmp(&b.mode))?;
    Some(row.site(crate::defaults::pue(None)))
}

#[cfg(not(feature = "data"))]
fn cleanest() -> Option<crate::site::Site> {
    None
}

fn other_region(scenario: &mut Scenario, what_if: &WhatIf) -> Changed {
    let there = what_if.region.clone().or_else(cleanest).ok_or(Refusal::Needs("what_if.region"))?;
    let together = scenario.mode == crate::scenario::Mode::Paper;
    let mut any = false;
    for stage in stages(scenario).filter(|stage| together || stage.name != StageName::Inference) {
        let on_board = stage.device.as_ref().is_some_and(|device| matches!(device.class, Class::Board));
        if !on_board {
            *stage.site = crate::site::Site { pue: stage.site.pue.clone(), ..there.clone() };
            any = true;
        }
    }
    if any { Ok(()) } else { Err(Refusal::Condition("no search or training can move")) }
}

fn time_shift(scenario: &mut Scenario, ladder: &Ladder) -> Changed {
    let devices = scenario.training.as_ref().map(|stage| stage.device_count.range.mode().value());
    let on_clock = scenario.training.as_ref().is_some_and(|stage| stage.top_down.is_some());
    let run = ladder.get(Rung::TrainingSeconds).zip(devices);
    let seconds = run.map(|(seconds, devices)| if on_clock { seconds } else { seconds / devices });
    match seconds {
        None => Err(Refusal::Condition("how long a run of training takes is not known")),
        Some(seconds) if seconds > SHORT_RUN_SECONDS => {
            Err(Refusal::Condition("a run takes more than half an hour: longer ones save far less"))
        }
        Some(_) if scenario.mode == crate::scenario::Mode::Paper => Err(Refusal::Condition(
            "paper mode has one grid for all stages, and inference happens when it is asked for",
        )),
        Some(_) => making(scenario)
            .try_for_each(|stage| times(&mut stage.site.grid, &own_factor(Measure::TimeShift))),
    }
}

/// Refuses where the network's weights are of 8 bits, or there is no network.
fn float_weights(scenario: &Scenario) -> Changed {
    let total = scenario.work.ok_or(Refusal::Condition("the network is not known"))?.total();
    // Scales and biases of 32 bits make an 8-bit network's mean somewhat more than a byte.
    if (total.weight_bytes as f64) < 1.9 * total.parameters as f64 {
        return Err(Refusal::Condition("its weights are of 8 bits already"));
    }
    Ok(())
}

fn quantize(scenario: &mut Scenario) -> Changed {
    float_weights(scenario)?;
    let mut stage = inference(scenario)?;
    let device = stage.device.as_mut().ok_or(NO_COUNT)?;
    let reference = device.software.as_ref().is_some_and(|software| {
        software.as_bytes().windows(9).any(|window| window.eq_ignore_ascii_case(b"reference"))
    });
    match &mut device.cost {
        // A quarter of the bytes is four times the bandwidth; operations cost the same unless the peak says otherwise.
        Cost::Datasheet(sheet) => match &mut sheet.memory_bytes_per_second {
            Some(bandwidth) => times(bandwidth, &factor(4.0, 4.0, 4.0)),
            None => Err(Refusal::Condition(
                "the device's profile prices no bytes, and its operations cost the same",
            )),
        },
        Cost::Calibrated(_) => {
            let (low, mode, high) = if reference { QUANTIZED_REFERENCE } else { QUANTIZED_FAST };
            stage.divide_work(&factor(low, mode, high))
        }
    }
}

fn transfer(scenario: &mut Scenario, what_if: &WhatIf) -> Changed {
    let given = what_if.transfer.as_ref();
    let transfer = given.ok_or(Refusal::Needs("what_if.transfer: samples, epochs and relative_inference"))?;
    let passes = scenario.training.as_mut().and_then(|stage| stage.bottom_up.as_mut());
    let passes = passes.ok_or(Refusal::Condition("no training is given by samples and epochs"))?;
    passes.samples = transfer.samples.clone();
    passes.epochs = transfer.epochs.clone();
    if let Some(overhead) = &transfer.overhead_share {
        passes.overhead_share = overhead.clone();
    }
    let less = inverse(&transfer.relative_inference.range);
    stages(scenario).try_for_each(|mut stage| {
        // Hours, and a whole stage's reading, are those of the network that was trained.
        if stage.measured.is_some() || stage.top_down.is_some() {
            return Ok(());
        }
        stage.divide_work(&less)
    })
}

fn fewer_runs(scenario: &mut Scenario, left: &Range<Factor>) -> Changed {
    let search = scenario.search.as_mut().and_then(|stage| stage.bottom_up.as_mut()).ok_or(NO_SEARCH)?;
    match &mut search.runs {
        Runs::LikeTraining(runs) => times(runs, left),
        Runs::Each(runs) => runs.iter_mut().try_for_each(|run| {
            let mut count = Sourced::given(run.count);
            times(&mut count, left)?;
            run.count = count.range;
            Ok(())
        }),
    }
}

fn duty_cycle(scenario: &mut Scenario, what_if: &WhatIf) -> Changed {
    let stage = scenario.inference.as_mut().ok_or(NO_INFERENCE)?;
    let own = stage.device.as_ref().and_then(|device| device.sleep_watts.clone());
    let asleep = what_if.sleep_watts.clone().or(own);
    let missing = Refusal::Needs("what_if.sleep_watts: the device's own are not known");
    match (&mut stage.edge, &stage.powered) {
        (Some(edge), _) => {
            if edge.rest == Rest::Sleep {
                return Err(Refusal::Condition("the device sleeps between inferences already"));
            }
            edge.rest = Rest::Sleep;
            edge.rest_watts = Some(asleep.ok_or(missing)?);
            Ok(())
        }
        (None, Some(_)) => {
            let device = stage.device.as_mut().ok_or(NO_COUNT)?;
            device.idle_watts = Some(asleep.ok_or(missing)?);
            Ok(())
        }
        (None, None) => {
            Err(Refusal::Condition("nothing waits: inference has neither `powered_hours` nor `edge`"))
        }
    }
}

fn sleep_power(scenario: &mut Scenario, left: &Range<Factor>) -> Changed {
    let stage = scenario.inference.as_mut().ok_or(NO_INFERENCE)?;
    let own = stage.device.as_ref().and_then(|device| device.sleep_watts.clone());
    match &mut stage.edge {
        Some(edge) if edge.rest == Rest::Sleep => {
            let mut watts = edge.rest_watts.clone().or(own).ok_or(Refusal::Needs("rest_watts"))?;
            times(&mut watts, left)?;
            edge.rest_watts = Some(watts);
            Ok(())
        }
        _ => Err(Refusal::Condition("nothing sleeps: inference has no `edge` that does")),
    }
}

fn longer_life(scenario: &mut Scenario, longer: &Range<Factor>) -> Changed {
    let Scenario { search, training, inference, .. } = scenario;
    let all = [
        search.as_mut().and_then(|stage| stage.embodied.as_mut()),
        training.as_mut().and_then(|stage| stage.embodied.as_mut()),
        inference.as_mut().and_then(|stage| stage.embodied.as_mut()),
    ];
    let mut any = false;
    for embodied in all.into_iter().flatten() {
        // A device alone to one use serves the next one after it: this one bears the less.
        match embodied.time_share {
            Some(_) => times(&mut embodied.total, &inverse(longer))?,
            None => times(&mut embodied.lifespan, longer)?,
        }
        any = true;
    }
    if any { Ok(()) } else { Err(Refusal::Condition("no stage says what making its devices emitted")) }
}

fn batch(scenario: &mut Scenario, what_if: &WhatIf) -> Changed {
    let stage = scenario.inference.as_mut().ok_or(NO_INFERENCE)?;
    let reads = stage.device.as_ref().is_some_and(
        |device| matches!(&device.cost, Cost::Datasheet(sheet) if sheet.memory_bytes_per_second.is_some()),
    );
    if !reads {
        return Err(Refusal::Condition("the device's profile prices no reading of weights"));
    }
    let uses = stage.bottom_up.as_mut().ok_or(NO_COUNT)?;
    let given = Sourced::given(Range::exact(Multiplicity::wrap(32.0)));
    uses.batch = what_if.batch.clone().unwrap_or(given);
    Ok(())
}
