//! experiment-impact-tracker: the summary of a run (`total_power`, in kWh, 1.58 inside), or `data.json`, its samples of
//! watts, a JSON object a line and nothing inside.

use joulegram::units::Pue;
use serde_json::{Map, Value};

use super::integral::{Sample, integrate};
use super::{MeasuredDevice, Part, Reading, Tool, energy, hours};
use crate::fault::Fault;

/// The PUE of its summary. [emissions/constants.py, citing Uptime Institute 2018]
const PUE: f64 = 1.58;

pub(super) fn read(file: &str, text: &str) -> Result<Reading, Fault> {
    let mut objects = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        match value.map_err(|error| Fault::new(file, "", error))? {
            Value::Object(object) => objects.push(object),
            _ => return Err(Fault::new(file, "", "it holds something that is no JSON object")),
        }
    }
    match objects.as_slice() {
        [summary] if !summary.contains_key("timestamp") => from_summary(file, summary),
        samples => from_samples(file, samples),
    }
}

/// A number that has to be there and not below 0.
fn needed(file: &str, field: &str, value: Option<&Value>) -> Result<f64, Fault> {
    let fault = |message: String| Fault::new(file, field, message);
    match value {
        None | Some(Value::Null) => {
            Err(fault("it is missing: what is missing is not known, and never 0".to_owned()))
        }
        Some(value) => match value.as_f64() {
            Some(number) if number >= 0.0 => Ok(number),
            Some(number) => Err(fault(format!("{number} is negative"))),
            None => Err(fault(format!("`{value}` is not a number"))),
        },
    }
}

fn from_summary(file: &str, summary: &Map<String, Value>) -> Result<Reading, Fault> {
    let total = needed(file, "total_power", summary.get("total_power"))?;
    let mut reading = Reading::new(file, Tool::ExperimentImpactTracker, energy(file, "total_power", total)?);
    reading.pue_included = true;
    reading.pue = Pue::new(PUE).ok();
    if let Some(value) = summary.get("exp_len_hours") {
        reading.hours = Some(hours(file, "exp_len_hours", needed(file, "exp_len_hours", Some(value))?)?);
    }
    let mut parts = 0.0;
    for (name, key) in [("CPU and memory", "kw_hr_cpu"), ("GPU", "kw_hr_gpu")] {
        let part = summary.get(key).map(|value| needed(file, key, Some(value))).transpose()?;
        parts += part.unwrap_or(0.0) * PUE;
        reading.parts.push(Part { name: format!("{name}, before PUE"), energy_kilowatt_hours: part });
    }
    if (parts - total).abs() > 0.01 * total {
        reading.notes.push(format!("its parts times {PUE} are {parts} kWh, and total_power is {total} kWh"));
    }
    common(&mut reading, summary.contains_key("kw_hr_gpu"));
    Ok(reading)
}

fn from_samples(file: &str, samples: &[Map<String, Value>]) -> Result<Reading, Fault> {
    let keys = [
        ("CPU and memory", "rapl_estimated_attributable_power_draw"),
        ("GPU", "nvidia_estimated_attributable_power_draw"),
    ];
    let mut whole = None;
    let mut parts = Vec::new();
    for (name, key) in keys {
        if !samples.iter().any(|sample| sample.contains_key(key)) {
            continue;
        }
        let mut trace = Vec::new();
        for (index, sample) in samples.iter().enumerate() {
            let field = |key: &str| format!("sample {} {key}", index + 1);
            let seconds = needed(file, &field("timestamp"), sample.get("timestamp"))?;
            if trace.last().is_some_and(|last: &Sample| seconds <= last.seconds) {
                return Err(Fault::new(
                    file,
                    &field("timestamp"),
                    format!("{seconds} s is not later than the sample before"),
                ));
            }
            trace.push(Sample { seconds, watts: needed(file, &field(key), sample.get(key))? });
        }
        let part = integrate(&trace)
            .ok_or_else(|| Fault::new(file, "", "it has one sample: an energy needs at least two"))?;
        parts.push(Part {
            name: name.to_owned(),
            energy_kilowatt_hours: part.kilowatt_hours().map(|range| range.mode().value()),
        });
        whole = Some(whole.map_or(part, |whole: super::integral::Integral| whole.beside(part)));
    }
    let whole = whole.ok_or_else(|| Fault::new(file, "", "no sample has watts: the run was not measured"))?;
    let range = whole
        .kilowatt_hours()
        .ok_or_else(|| Fault::new(file, "", "its energy is larger than a number can be"))?;
    let mut reading = Reading::new(file, Tool::ExperimentImpactTracker, range);
    reading.hours = Some(hours(file, "timestamp", whole.seconds / 3600.0)?);
    let has_gpu = parts.iter().any(|part| part.name == "GPU");
    reading.parts = parts;
    reading.notes.extend(whole.gap_note());
    reading.notes.push(format!(
        "watts of {} samples over their time stamps; its own summary adds a PUE of {PUE}, which is not inside here",
        samples.len()
    ));
    reading.not_covered.push("cooling and power distribution of the building (PUE)".to_owned());
    common(&mut reading, has_gpu);
    Ok(reading)
}

fn common(reading: &mut Reading, has_gpu: bool) {
    reading.devices.push(MeasuredDevice { name: "Intel package and memory by RAPL".to_owned(), count: None });
    if has_gpu {
        reading.devices.push(MeasuredDevice { name: "GPUs by nvidia-smi".to_owned(), count: None });
    } else {
        reading.not_covered.push("GPUs: the file has none".to_owned());
    }
    reading
        .not_covered
        .push("idle power and other programs: it counts the part of its own processes".to_owned());
    reading.not_covered.push("disks, network, fans and the loss of the power supply".to_owned());
}
