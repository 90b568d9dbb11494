//! `joulegram devices`.

use joulegram::device::{Profile, presets};
use joulegram_report::fault::{Fault, nearest};
use joulegram_report::listing::{DeviceRow, devices_table, tell_devices};
use joulegram_report::render;
use serde::Serialize;

use crate::Failure;
use crate::args::ListArgs;
use crate::output::Output;

#[derive(Serialize)]
struct Devices {
    schema_version: u32,
    devices: Vec<DeviceRow>,
}

pub(crate) fn run(args: &ListArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let typed = args.filter.as_deref().unwrap_or("");
    let filter = typed.to_lowercase();
    let profiles: Vec<(Profile, &str)> = presets::names()
        .filter(|name| {
            name.contains(&filter)
                || presets::description(name).unwrap_or("").to_lowercase().contains(&filter)
        })
        .filter_map(|name| Some((presets::find(name)?, presets::description(name)?)))
        .collect();
    if profiles.is_empty() {
        let advice = nearest(&filter, presets::names())
            .map(|name| format!("; did you mean `{name}`?"))
            .unwrap_or_default();
        return Err(Fault::new("", "", format!("no device's name contains `{typed}`{advice}")).into());
    }
    let devices: Vec<DeviceRow> =
        profiles.into_iter().map(|(profile, about)| DeviceRow::new(profile, about)).collect();
    let document = Devices { schema_version: 1, devices };
    output.write(
        &document,
        || tell_devices(&document.devices),
        || render::table_csv(&devices_table(&document.devices)),
    )
}
