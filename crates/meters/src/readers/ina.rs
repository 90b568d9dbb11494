//! Logs of INA219, INA226, INA228 and INA3221: shunt and bus voltage, or current and bus voltage.
//!
//! Power is volts times amperes: the chips' POWER register is rounded to their full scale, and drivers read it with another
//! chip's factor. Where two columns say the same, a ratio of 4, 2 or 1.25 between them has a known cause.

use crate::fault::Fault;
use crate::format::{Options, Reader};
use crate::layout::{Kind, Layout, Place, record};
use crate::record::Covers;
use crate::source::Source;
use crate::table::Table;
use crate::trace::{Timing, Trace};
use crate::unit::{self, Dimension};

/// The CALIBRATION register of an INA226 has 15 bits.
const MOST_CALIBRATION: f64 = 32_767.0;

/// Ratios of a reading to what it should be, and what makes them.
const SUSPECTS: [(f64, &str); 3] = [
    (4.0, "the shunt's step of an INA219 (10 uV) on an INA226 (2.5 uV)"),
    (2.0, "a shunt of half or twice the resistance, or two in parallel"),
    (1.25, "the power factor of an INA226 (25) on an INA219 (20)"),
];

pub(super) struct Ina;

impl Reader for Ina {
    fn name(&self) -> &'static str {
        "ina"
    }

    fn title(&self) -> &'static str {
        "log of an INA219, INA226, INA228 or INA3221"
    }

    fn recognises(&self, source: &Source<'_>) -> bool {
        let heading = source.heading();
        (heading.contains("shunt") || heading.contains("bus")) && heading.contains([',', ';', '\t'])
    }

    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault> {
        let table = Table::new(source.file, source.text())?;
        let find = |dimension: Dimension, is: &dyn Fn(&str) -> bool| {
            table.headings.iter().enumerate().find_map(|(column, heading)| {
                let unit = unit::heading(heading).1.filter(|unit| unit.dimension == dimension)?;
                is(&heading.to_lowercase()).then(|| Place::times(column, unit.factor))
            })
        };
        check_calibration(&table)?;
        let shunt = find(Dimension::Volts, &|name| name.contains("shunt"));
        let current = find(Dimension::Amperes, &|_| true);
        let by_shunt = shunt
            .zip(options.shunt_ohms)
            .map(|(place, ohms)| Place { factor: place.factor.map(|factor| factor / ohms), ..place });
        let Some(amperes) = current.or(by_shunt) else {
            let message = if shunt.is_some() {
                "it has the shunt's voltage and no current: give the shunt's resistance in ohms, `--shunt`"
            } else {
                "no column holds a current with its unit, such as `current_mA`, or the shunt's voltage, such as `shunt_mV`"
            };
            return Err(Fault::of_file(source.file, message));
        };
        let time = ["time", "timestamp", "date"].iter().find_map(|name| table.column(name));
        let layout = Layout {
            time: super::hwmon::unit_time(&table).or(time.map(|column| Place { column, factor: None })),
            amperes: Some(amperes),
            volts: find(Dimension::Volts, &|name| !name.contains("shunt")),
            ..Layout::default()
        };
        let kind = Kind {
            file: source.file,
            format: self.name(),
            quantity: "current through the shunt",
            timing: Timing::HostClock,
            covers: Covers::Around,
            full_scale: None,
        };
        let mut trace = record(&table, &layout, options, &kind, Vec::new())?;
        if let (Some(_), Some(by_shunt)) = (current, by_shunt) {
            // The shunt's voltage cell has volts; divided by ohms it is a current like the other.
            let ratio = mean_ratio(&table, amperes, by_shunt)?;
            trace.notes.extend(suspicion("the current", "the shunt's voltage over its resistance", ratio));
        }
        if let (Some(power), Some(volts)) = (find(Dimension::Watts, &|_| true), layout.volts) {
            let ratio = power_ratio(&table, power, amperes, volts)?;
            trace.notes.extend(suspicion("the power column", "volts times amperes, which are taken", ratio));
        }
        Ok(trace)
    }
}

/// What a ratio of two columns that should agree says.
fn suspicion(what: &str, other: &str, ratio: Option<f64>) -> Option<String> {
    let ratio = ratio.filter(|ratio| (ratio - 1.0).abs() > 0.05)?;
    let suspect = SUSPECTS
        .iter()
        .find(|(known, _)| [*known, 1.0 / known].iter().any(|known| (ratio / known - 1.0).abs() < 0.05));
    let cause = suspect.map_or("a wrong shunt or calibration", |(_, cause)| cause);
    Some(format!("In the mean {what} is {ratio:.3} times {other}: suspect {cause}."))
}

/// A value of the CALIBRATION register that doesn't fit is cut by the chip.
fn check_calibration(table: &Table<'_>) -> Result<(), Fault> {
    let Some(column) = ["cal", "calibration"].iter().find_map(|name| table.column(name)) else {
        return Ok(());
    };
    table.each(|row| match row.number(column)? {
        Some(number) if number.value > MOST_CALIBRATION => Err(row.fault(
            column,
            format!("{} is too large: the register holds at most {MOST_CALIBRATION}", number.value),
        )),
        _ => Ok(()),
    })?;
    Ok(())
}

fn mean_ratio(table: &Table<'_>, first: Place, second: Place) -> Result<Option<f64>, Fault> {
    let mut sums = [0.0; 2];
    table.each(|row| {
        for (sum, place) in sums.iter_mut().zip([first, second]) {
            *sum +=
                row.number(place.column)?.map_or(0.0, |number| number.value * place.factor.unwrap_or(1.0));
        }
        Ok(())
    })?;
    let [first, second] = sums;
    Ok(Some(first / second).filter(|ratio| ratio.is_finite()))
}

fn power_ratio(table: &Table<'_>, power: Place, amperes: Place, volts: Place) -> Result<Option<f64>, Fault> {
    let (mut stated, mut product) = (0.0, 0.0);
    table.each(|row| {
        let value = |place: Place| {
            let number = row.number(place.column)?;
            Ok(number.map_or(0.0, |number| number.value * place.factor.unwrap_or(1.0)))
        };
        stated += value(power)?;
        product += value(amperes)? * value(volts)?;
        Ok(())
    })?;
    Ok(Some(stated / product).filter(|ratio| ratio.is_finite()))
}
