//! Numbers and names as a person types them.

use joulegram::range::Range;
use joulegram::sourced::Sourced;
use joulegram::units::Quantity;

use crate::fault::Fault;
use crate::resolve::{find_device, find_grid, find_pue};
use crate::scenario_file::{DeviceChoice, GridChoice, PueChoice};

/// A number that a person typed into `field`.
///
/// # Errors
/// [`Fault`] that names the field, what was typed and what is allowed.
pub fn number<Q: Quantity>(field: &str, typed: &str) -> Result<Q, Fault> {
    Q::checked(plain(field, typed)?).map_err(|error| Fault::new("", field, error.to_string()))
}

/// A number without a unit, of any sign.
pub(crate) fn plain(field: &str, typed: &str) -> Result<f64, Fault> {
    let fault = |message: String| Fault::new("", field, message);
    let text = typed.trim();
    if text.is_empty() {
        return Err(fault("it is blank: give a number".to_owned()));
    }
    let Ok(number) = text.parse::<f64>() else {
        let with_point = text.replace(',', ".");
        return Err(fault(match with_point.parse::<f64>() {
            Ok(_) if text.matches(',').count() == 1 => {
                format!("`{text}` is not a number; did you mean `{with_point}`?")
            }
            _ => format!("`{text}` is not a number"),
        }));
    };
    if number.is_infinite() && !text.to_lowercase().contains("inf") {
        return Err(fault(format!("{text} is larger than a number can be (1.8e308)")));
    }
    Ok(number)
}

/// A number that a person typed, as an input without spread.
///
/// # Errors
/// As [`number`].
pub fn given<Q: Quantity>(field: &str, typed: &str) -> Result<Sourced<Q>, Fault> {
    number(field, typed).map(|quantity| Sourced::given(Range::exact(quantity)))
}

/// A grid: a known place, or grams a kilowatt-hour where what was typed begins like a number.
///
/// # Errors
/// As [`number`]; for an unknown place, the nearest one.
pub fn grid(field: &str, typed: &str) -> Result<GridChoice, Fault> {
    if looks_like_a_number(typed) {
        given(field, typed).map(GridChoice::Factor)
    } else {
        let place = GridChoice::Place(typed.trim().to_owned());
        find_grid(&place).map(|_| place).map_err(|fault| fault.within(field))
    }
}

/// A PUE: a known data centre's operator, or a ratio where what was typed begins like a number.
///
/// # Errors
/// As [`number`]; for an unknown operator, the nearest one.
pub fn pue(field: &str, typed: &str) -> Result<PueChoice, Fault> {
    if looks_like_a_number(typed) {
        given(field, typed).map(PueChoice::Ratio)
    } else {
        let operator = PueChoice::Place(typed.trim().to_owned());
        find_pue(&operator).map(|_| operator).map_err(|fault| fault.within(field))
    }
}

/// A device: a preset by its name.
///
/// # Errors
/// [`Fault`] that offers the nearest preset.
pub fn device(field: &str, typed: &str) -> Result<DeviceChoice, Fault> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(Fault::new("", field, "it is blank: give a device's name or a profile's file"));
    }
    find_device(name).map(|_| DeviceChoice::Name(name.to_owned())).map_err(|fault| fault.within(field))
}

fn looks_like_a_number(typed: &str) -> bool {
    let text = typed.trim();
    text.is_empty()
        || text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.' | ','))
        || matches!(text.to_lowercase().as_str(), "nan" | "inf" | "infinity")
}

#[cfg(test)]
mod tests {
    use super::*;
    use joulegram::units::{Count, GramsPerKilowattHour, Pue};

    #[test]
    fn what_is_no_number_is_named_with_its_field() {
        for (typed, sentence) in [
            ("", "--pue: it is blank: give a number"),
            ("1,5", "--pue: `1,5` is not a number; did you mean `1.5`?"),
            ("-5", "--pue: -5 is too small: it must be at least 1"),
            ("1e400", "--pue: 1e400 is larger than a number can be (1.8e308)"),
            ("NaN", "--pue: NaN is not a finite number"),
            ("inf", "--pue: inf is not a finite number"),
            ("0.9", "--pue: 0.9 is too small: it must be at least 1"),
            ("1.2x", "--pue: `1.2x` is not a number"),
            ("1,234,567", "--pue: `1,234,567` is not a number"),
        ] {
            assert_eq!(number::<Pue>("--pue", typed).unwrap_err().to_string(), sentence);
        }
        assert_eq!(number("--epochs", " 1.5e3 "), Count::new(1500.0).map_err(|_| unreachable!()));
    }

    #[test]
    fn a_grid_is_a_place_or_a_number() {
        assert_eq!(grid("--grid", "DE").unwrap(), GridChoice::Place("DE".to_owned()));
        assert_eq!(
            grid("--grid", "380").unwrap(),
            GridChoice::Factor(given::<GramsPerKilowattHour>("", "380").unwrap())
        );
        assert!(grid("--grid", "-3").unwrap_err().to_string().contains("at least 0 gCO2e/kWh"));
        assert!(grid("--grid", "5000").unwrap_err().to_string().contains("at most 1500 gCO2e/kWh"));
    }
}
