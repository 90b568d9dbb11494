//! `nvidia-smi --query-gpu=timestamp,power.draw --format=csv -lms 50`: one GPU's power.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::layout::{Place, moment};
use crate::record::{About, Covers, Reading, Recorder};
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};

/// Since Ampere `power.draw` is the mean of the last second.
const TRAILING_SECONDS: f64 = 1.0;

pub(super) struct NvidiaSmi;

impl Reader for NvidiaSmi {
    fn name(&self) -> &'static str {
        "nvidia-smi"
    }

    fn title(&self) -> &'static str {
        "nvidia-smi --query-gpu=timestamp,power.draw --format=csv"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        source.heading().contains("power.draw")
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = Table::new(source.file, source.text())?;
        let named = |names: &[&str]| {
            let is = |heading: &String| names.contains(&heading.split(' ').next().unwrap_or(""));
            table.headings.iter().position(is)
        };
        let missing =
            |name: &str| Fault::of_field(source.file, name, "there is no such column: ask nvidia-smi for it");
        let time = named(&["timestamp"]).ok_or_else(|| missing("timestamp"))?;
        let instant = named(&["power.draw.instant"]);
        let power = instant
            .or_else(|| named(&["power.draw", "power.draw.average"]))
            .ok_or_else(|| missing("power.draw"))?;
        let gpu = named(&["index", "uuid", "gpu_uuid", "pci.bus_id", "gpu_bus_id"]);
        let mut recorder = Recorder::default();
        let mut first_gpu: Option<String> = None;
        let (mut last, mut repeats) = (None, 0_usize);
        let cut = table.each(|row| {
            if let Some(gpu) = gpu {
                let name = row.text(gpu);
                let first = first_gpu.get_or_insert_with(|| name.to_owned());
                if first != name {
                    let message = format!(
                        "GPU `{name}` beside `{first}`: a trace is of one, `nvidia-smi --id={first}`"
                    );
                    return Err(row.fault(gpu, message));
                }
            }
            let seconds = moment(row, Place { column: time, factor: None })?;
            // Without `nounits` each cell says its unit, and so does the heading.
            let watts =
                row.number(power)?.map(|number| number.value * number.unit.map_or(1.0, |unit| unit.factor));
            match watts {
                Some(watts) => {
                    repeats += usize::from(last.is_some_and(|last: f64| last.to_bits() == watts.to_bits()));
                    last = Some(watts);
                }
                None => recorder.missing(row.line, row.text(power)),
            }
            recorder.push(
                row.line,
                seconds,
                Reading { watts: Some(watts.unwrap_or(f64::NAN)), ..Reading::default() },
            );
            Ok(())
        })?;
        recorder.cut(cut);
        if recorder.len() >= 10 && 4 * repeats >= recorder.len() {
            recorder.notes.push(format!(
                "{repeats} of {} readings repeat the one before: the GPU's register is slower than the polls.",
                recorder.len()
            ));
        }
        let heading = table.headings.get(power).map_or("power.draw", String::as_str);
        if instant.is_none() {
            recorder.notes.push(format!(
                "`{heading}` is taken as the mean of the last second, as it is since Ampere: windows leave their first \
                 second out. `power.draw.instant` has no such delay."
            ));
        }
        recorder.finish(About {
            file: source.file,
            format: self.name(),
            quantity: format!("the GPU's own power, {heading}"),
            timing: Timing::HostClock,
            covers: Covers::Around,
            period: None,
            volts: options.volts,
            full_scale: None,
            trailing_seconds: if instant.is_some() { 0.0 } else { TRAILING_SECONDS },
        })
    }
}
