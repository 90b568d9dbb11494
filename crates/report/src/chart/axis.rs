//! From numbers to places on a line, and the numbers worth a mark on it.

use super::svg::{Anchor, Picture};
use crate::number::Scale;

/// A line of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    is_log: bool,
    start: f64,
    end: f64,
}

impl Axis {
    /// From 0 to a bit above the greatest number.
    pub(super) fn linear(high: f64, start: f64, end: f64) -> Self {
        let high = if high > 0.0 { high } else { 1.0 };
        Self { low: 0.0, high, is_log: false, start, end }
    }

    /// From one number to another, without 0.
    pub(super) fn between(low: f64, high: f64, start: f64, end: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, is_log: false, start, end }
    }

    /// Factors: half and double are as far away. Both numbers are above 0.
    pub(super) fn log(low: f64, high: f64, start: f64, end: f64) -> Self {
        let (low, high) = if high > low * 1.01 { (low, high) } else { (low / 2.0, high * 2.0) };
        Self { low, high, is_log: true, start, end }
    }

    /// Where a number stands, never outside the line.
    pub(super) fn place(&self, number: f64) -> f64 {
        let share = if self.is_log {
            (number.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (number - self.low) / (self.high - self.low)
        };
        self.start + share.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// Round numbers on the line.
    pub(super) fn ticks(&self) -> Vec<f64> {
        if self.is_log { self.decades() } else { self.steps() }
    }

    /// Three to six multiples of 1, 2 or 5 times a power of ten.
    fn steps(&self) -> Vec<f64> {
        let rough = (self.high - self.low) / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= rough * 0.8);
        let step = step.unwrap_or(power * 10.0);
        let first = (self.low / step).ceil();
        (0..8)
            .map(|index| (first + f64::from(index)) * step)
            .take_while(|tick| *tick <= self.high * 1.000_001)
            .collect()
    }

    /// Powers of ten, or of a hundred and more where there are many.
    fn decades(&self) -> Vec<f64> {
        let first = self.low.log10().ceil();
        let last = self.high.log10().floor();
        let stride = ((last - first) / 6.0).floor().max(0.0) + 1.0;
        let mut ticks: Vec<f64> = (0..12)
            .map(|index| first + f64::from(index) * stride)
            .take_while(|power| *power <= last)
            .map(|power| 10_f64.powf(power))
            .collect();
        if ticks.len() < 2 {
            ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]
                .into_iter()
                .map(|times| times * 10_f64.powf(self.low.log10().ceil()))
                .filter(|tick| *tick >= self.low * 0.999 && *tick <= self.high * 1.001)
                .collect();
        }
        ticks
    }

    /// Between decades, where there are few: 2, 3 to 9 times a power of ten.
    fn minor(&self) -> Vec<f64> {
        if !self.is_log || self.high / self.low > 1e5 {
            return Vec::new();
        }
        let first = self.low.log10().floor();
        (0..7)
            .map(|index| 10_f64.powf(first + f64::from(index)))
            .flat_map(|power| (2..10).map(move |times| f64::from(times) * power))
            .filter(|minor| (self.low..=self.high).contains(minor))
            .collect()
    }

    /// The line's marks along the bottom of a chart, with a thin line upwards at each.
    pub(super) fn draw(&self, picture: &mut Picture<'_>, scale: Scale, top: f64, bottom: f64) {
        for minor in self.minor() {
            picture.line("minor", (self.place(minor), top), (self.place(minor), bottom));
        }
        for tick in self.ticks() {
            let x = self.place(tick);
            picture.line("grid", (x, top), (x, bottom));
            picture.text("tick", Anchor::Middle, (x, bottom + 16.0), &mark(scale, tick));
        }
    }
}

/// A round number with its unit: `20 mJ`, not `20.0 mJ`.
pub(super) fn mark(scale: Scale, number: f64) -> String {
    let text = scale.number(number);
    let (digits, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let digits = if digits.contains('.') && !digits.contains('e') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    };
    if unit.is_empty() { digits.to_owned() } else { format!("{digits} {unit}") }
}
