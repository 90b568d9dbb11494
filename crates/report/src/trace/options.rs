//! Numbers and columns as they are typed beside a meter's file.

use joulegram_meters::format::Column;

use crate::entry;
use crate::fault::Fault;

/// A number above 0.
///
/// # Errors
/// [`Fault`] that names the field and what was typed.
pub fn positive(field: &str, typed: &str) -> Result<f64, Fault> {
    let number = entry::plain(field, typed)?;
    if number.is_finite() && number > 0.0 {
        Ok(number)
    } else {
        Err(Fault::new("", field, format!("{number} must be a number above 0")))
    }
}

/// A column by hand, such as `current=Strom [mA]`.
///
/// # Errors
/// [`Fault`] that names the field and what was typed.
pub fn column(field: &str, typed: &str) -> Result<Column, Fault> {
    let (role, heading) = typed.split_once('=').ok_or_else(|| {
        Fault::new("", field, format!("`{typed}` is not of the form ROLE=NAME, such as `current=Strom [mA]`"))
    })?;
    Ok(Column { role: role.trim().to_owned(), heading: heading.trim().to_owned() })
}
