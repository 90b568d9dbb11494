//! `joulegram devices`.

use joulegram::device::presets;
use joulegram_report::fault::{Fault, nearest};
use joulegram_report::listing::{DeviceList, DeviceRow, devices_table, tell_devices};
use joulegram_report::render;

use crate::Failure;
use crate::args::ListArgs;
use crate::output::Output;

pub(crate) fn run(args: &ListArgs) -> Result<(), Failure> {
    let output = Output::open(&args.output)?;
    let typed = args.filter.as_deref().unwrap_or("");
    let filter = typed.to_lowercase();
    let devices: Vec<DeviceRow> = presets::names()
        .filter(|name| {
            name.contains(&filter)
                || presets::description(name).unwrap_or("").to_lowercase().contains(&filter)
        })
        .filter_map(|name| Some(DeviceRow::new(presets::find(name)?, presets::description(name)?)))
        .collect();
    if devices.is_empty() {
        let advice = nearest(&filter, presets::names())
            .map(|name| format!("; did you mean `{name}`?"))
            .unwrap_or_default();
        return Err(Fault::new("", "", format!("no device's name contains `{typed}`{advice}")).into());
    }
    let document = DeviceList::of(devices);
    output.write(
        &document,
        || tell_devices(&document.devices),
        || render::table_csv(&devices_table(&document.devices)),
    )
}
