//! Whose file it is, by what stands in it.

use super::Tool;
use crate::fault::Fault;

/// The tool that wrote the text.
pub(super) fn tool(file: &str, text: &str) -> Result<Tool, Fault> {
    let heading = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or("");
    let columns = |delimiter: char| heading.split(delimiter).map(str::trim).collect::<Vec<_>>();
    let has = |delimiter: char, name: &str| columns(delimiter).contains(&name);
    if has(',', "energy_consumed") {
        return Ok(Tool::Codecarbon);
    }
    if columns(',').iter().any(|column| column.starts_with("power.draw")) {
        return Ok(Tool::NvidiaSmi);
    }
    if has(';', "energy_needed") {
        return Ok(Tool::GreenAlgorithms);
    }
    if has('|', "ConsumedEnergyRaw") || has('|', "ConsumedEnergy") {
        return Ok(Tool::Slurm);
    }
    if [
        "\"rapl_estimated_attributable_power_draw\"",
        "\"nvidia_estimated_attributable_power_draw\"",
        "\"kw_hr_cpu\"",
        "\"kw_hr_gpu\"",
        "\"exp_len_hours\"",
    ]
    .iter()
    .any(|key| text.contains(key))
    {
        return Ok(Tool::ExperimentImpactTracker);
    }
    if text.contains("Average baseline wattage:") || text.contains("Process used:") {
        return Ok(Tool::Energyusage);
    }
    if text.contains("CarbonTracker:")
        || text.contains("carbontracker version")
        || text.contains("Average power usage (W) for ")
    {
        return Ok(Tool::Carbontracker);
    }
    let known: Vec<&str> = Tool::ALL.iter().map(|tool| tool.name()).collect();
    Err(Fault::new(
        file,
        "",
        format!("it is the file of no known tool ({}): --tool says whose it is", known.join(", ")),
    ))
}
