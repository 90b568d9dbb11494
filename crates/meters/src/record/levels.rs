//! Edges of digital inputs.

use crate::trace::Channel;

/// The level of an input in one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Low,
    High,
    /// Both within the sample.
    Both,
    /// Not known: the level before holds on.
    Unknown,
}

/// Inputs side by side, sample for sample.
pub(crate) struct Levels {
    inputs: Vec<(Channel, Option<Level>)>,
}

impl Levels {
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Self {
        let input = |name| (Channel { name, is_constant: true, ..Channel::default() }, None);
        Self { inputs: names.into_iter().map(input).collect() }
    }

    /// Takes the levels of a sample that begins at `time`.
    pub(crate) fn push(&mut self, time: f64, levels: impl IntoIterator<Item = Level>) {
        for ((channel, last), level) in self.inputs.iter_mut().zip(levels) {
            match (*last, level) {
                (_, Level::Unknown) => continue,
                (Some(Level::High), Level::Low | Level::Both) => channel.falling.push(time),
                (Some(Level::Low), Level::High | Level::Both) => channel.rising.push(time),
                // A pulse inside one sample fell already; what follows is its return.
                (Some(Level::Both), Level::High) => channel.rising.push(time),
                _ => {}
            }
            channel.is_constant &= last.is_none_or(|last| last == level);
            *last = Some(level);
        }
    }

    pub(crate) fn finish(self) -> Vec<Channel> {
        self.inputs.into_iter().map(|(channel, _)| channel).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_inside_one_sample_is_one_falling_edge() {
        let mut levels = Levels::new(["D0".to_owned()]);
        for (time, level) in [
            (0.0, Level::High),
            (1.0, Level::Both),
            (2.0, Level::High),
            (3.0, Level::Unknown),
            (4.0, Level::Low),
            (5.0, Level::Low),
            (6.0, Level::High),
        ] {
            levels.push(time, [level]);
        }
        let channel = levels.finish().remove(0);
        assert_eq!(channel.falling, [1.0, 4.0]);
        assert_eq!(channel.rising, [2.0, 6.0]);
        assert!(!channel.is_constant);
    }
}
