//! Which meter's file it is, and reading it.

use crate::fault::Fault;
use crate::readers::READERS;
use crate::source::Source;
use crate::trace::Trace;

/// What the user knows and a file may not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Supply voltage in volts. A file without voltages has no energy without it.
    pub volts: Option<f64>,
    /// Samples a second, for files without times.
    pub samples_per_second: Option<f64>,
    /// Shunt in ohms, for logs of a shunt's voltage.
    pub shunt_ohms: Option<f64>,
    /// Columns by hand: what each is, as `current=Strom [mA]`.
    pub columns: Vec<Column>,
}

/// A column named by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it holds: `time`, `current`, `voltage`, `power`, `energy`, `charge`, `marker` or `counter`.
    pub role: String,
    /// Its heading, or its number from 1; perhaps with a unit: `Strom [mA]`.
    pub heading: String,
}

/// A kind of file: one a meter's software writes.
pub(crate) trait Reader: Sync {
    /// The name used on the command line and in results.
    fn name(&self) -> &'static str;

    /// Whose file it is, in words.
    fn title(&self) -> &'static str;

    /// Whether the content is of this kind.
    fn recognises(&self, source: &Source<'_>) -> bool;

    /// Reads it.
    fn read(&self, source: &Source<'_>, options: &Options) -> Result<Trace, Fault>;
}

/// The names of all formats, with whose files they are.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    READERS.iter().map(|reader| (reader.name(), reader.title()))
}

/// Reads a meter's file; `format` is found by the content where it is not given.
///
/// # Errors
/// [`Fault`] that names file, line, column and value: an unknown form, a cell that is no number, rows of another length
/// than the heading, a unit or a rate that neither the file nor the options say.
pub fn read(file: &str, bytes: &[u8], format: Option<&str>, options: &Options) -> Result<Trace, Fault> {
    let numbers =
        [("--volts", options.volts), ("--rate", options.samples_per_second), ("--shunt", options.shunt_ohms)];
    for (field, number) in numbers {
        if let Some(number) = number.filter(|number| !(number.is_finite() && *number > 0.0)) {
            return Err(Fault::of_field(file, field, format!("{number} must be a number above 0")));
        }
    }
    let source = Source::new(file, bytes);
    if bytes.is_empty() {
        return Err(Fault::of_file(file, "it is empty: a trace has at least one reading"));
    }
    let reader = match format {
        Some(name) => READERS.iter().find(|reader| reader.name() == name).ok_or_else(|| {
            let known = all().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
            Fault::of_field(file, "format", format!("`{name}` is no known format: known are {known}"))
        })?,
        None => READERS.iter().find(|reader| reader.recognises(&source)).ok_or_else(|| {
            Fault::of_file(
                file,
                "it is the file of no known meter: name its columns, `--column current=NAME`",
            )
        })?,
    };
    let mut trace = reader.read(&source, options)?;
    compare_rate(&mut trace, options);
    Ok(trace)
}

/// A rate that was asked for is often not the one that was reached: the file's own times win, and the difference is said.
fn compare_rate(trace: &mut Trace, options: &Options) {
    use crate::trace::Timing;
    let Some(asked) = options.samples_per_second else { return };
    let (start, end) = trace.span();
    let reached = trace.samples.len() as f64 / (end - start);
    if trace.timing != Timing::GivenRate && (reached / asked - 1.0).abs() > 0.01 {
        trace.notes.push(format!(
            "The rate given is {asked} samples a second, and the file's own times show {reached:.1}: these are taken."
        ));
    }
}
