//! Watts of the core that computes, where no meter says them.

use anyhow::{Context, Result, ensure};
use joulegram::device::presets;
use joulegram::range::Range;
use joulegram::units::{Joules, Seconds, Watts};

use crate::spread::Spread;

/// Cores of an AMD EPYC 7763, which the preset `server-cpu` is; product page, 2021.
const CORES: f64 = 64.0;

/// Watts with their range and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct CoreWatts {
    /// Low, most likely and high.
    pub range: Range<Watts>,
    /// Where they come from.
    pub source: String,
}

impl CoreWatts {
    /// What the user says.
    ///
    /// # Errors
    /// If the watts are no power, or none.
    pub fn given(watts: f64) -> Result<Self> {
        ensure!(watts != 0.0, "0 W is too small: a core that computes draws more");
        Ok(Self { range: Range::exact(Watts::new(watts)?), source: "given".to_owned() })
    }

    /// One core's share of a server's processor at work: the preset `server-cpu` over its cores.
    ///
    /// # Errors
    /// If the preset is gone or has no watts.
    pub fn of_a_server_core() -> Result<Self> {
        let server = presets::find("server-cpu").context("there is no preset server-cpu")?;
        let watts = server.active_watts.context("the preset server-cpu has no active watts")?;
        let share = |watts: Watts| watts.value() / CORES;
        let range =
            Range::of(share(watts.range.low()), share(watts.range.mode()), share(watts.range.high()))?;
        Ok(Self { range, source: format!("a core of 64 of the preset server-cpu: {}", watts.source) })
    }

    /// Joules of some seconds: `E = P * t`, low with low, high with high.
    ///
    /// # Errors
    /// If the seconds are no duration.
    pub fn joules(&self, seconds: Spread) -> Result<Spread> {
        let of = |watts: Watts, seconds: f64| -> Result<f64> {
            let joules: Joules = watts * Seconds::new(seconds)?;
            Ok(joules.value())
        };
        Ok(Spread {
            low: of(self.range.low(), seconds.low)?,
            median: of(self.range.mode(), seconds.median)?,
            high: of(self.range.high(), seconds.high)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_core_draws_some_watts() {
        let watts = CoreWatts::of_a_server_core().unwrap();
        assert!((watts.range.mode().value() - 251.0 / 64.0).abs() < 1e-12);
        assert!(watts.source.contains("SPECpower"), "{}", watts.source);
    }

    #[test]
    fn energy_is_watts_times_seconds_at_each_end() {
        let watts = CoreWatts { range: Range::of(2.0, 3.0, 4.0).unwrap(), source: String::new() };
        let joules = watts.joules(Spread { low: 1.0, median: 2.0, high: 5.0 }).unwrap();
        assert_eq!(joules, Spread { low: 2.0, median: 6.0, high: 20.0 });
        assert!(CoreWatts::given(-1.0).is_err());
    }
}
