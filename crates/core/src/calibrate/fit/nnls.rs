//! Non-negative least squares by active sets. [Lawson and Hanson 1974, chapter 23]
//!
//! On the normal equations: columns are scaled to length 1 and few, and their condition is told with the result.

use libm::sqrt;

/// Most unknowns.
pub const MOST: usize = 32;

/// Part of the right side's size that counts as nothing.
const NOTHING: f64 = 1e-12;

/// A symmetric matrix and a right side, of as many unknowns as are in use.
#[derive(Clone, Debug)]
pub struct Normal {
    matrix: [[f64; MOST]; MOST],
    right: [f64; MOST],
    unknowns: usize,
}

impl Normal {
    /// Without equations, for at most [`MOST`] unknowns.
    #[must_use]
    pub const fn new(unknowns: usize) -> Self {
        let unknowns = if unknowns < MOST { unknowns } else { MOST };
        Self { matrix: [[0.0; MOST]; MOST], right: [0.0; MOST], unknowns }
    }

    /// Takes in `sum of coefficients * unknowns = value`, as often as `times` says.
    pub fn add(&mut self, coefficients: &[f64], value: f64, times: f64) {
        for ((row, right), a) in self.matrix.iter_mut().zip(&mut self.right).zip(coefficients) {
            for (element, b) in row.iter_mut().zip(coefficients) {
                *element += times * a * b;
            }
            *right += times * a * value;
        }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.matrix.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0.0)
    }

    /// Lengths of the columns; 1 for an empty one.
    fn lengths(&self) -> [f64; MOST] {
        let mut lengths = [1.0; MOST];
        for (index, length) in lengths.iter_mut().enumerate().take(self.unknowns) {
            let square = self.at(index, index);
            if square > 0.0 {
                *length = sqrt(square);
            }
        }
        lengths
    }

    /// The same with columns of length 1, and the lengths.
    fn scaled(&self) -> (Self, [f64; MOST]) {
        let lengths = self.lengths();
        let mut scaled = self.clone();
        for ((row, right), a) in scaled.matrix.iter_mut().zip(&mut scaled.right).zip(&lengths) {
            row.iter_mut().zip(&lengths).for_each(|(element, b)| *element /= a * b);
            *right /= a;
        }
        (scaled, lengths)
    }

    /// The unknowns, none negative, that leave the least squares. An unknown that is in no equation is 0.
    #[must_use]
    pub fn solve(&self) -> [f64; MOST] {
        let (scaled, lengths) = self.scaled();
        let mut solution = scaled.solve_scaled();
        solution.iter_mut().zip(&lengths).for_each(|(x, length)| *x /= length);
        solution
    }

    fn solve_scaled(&self) -> [f64; MOST] {
        let mut x = [0.0; MOST];
        let mut passive = [false; MOST];
        let size = self.right.iter().fold(0.0, |most: f64, right| most.max(right.abs()));
        // Each round frees one unknown; more than three times their number means rounding goes in circles.
        for _ in 0..3 * MOST {
            let mut best = None;
            let mut steepest = NOTHING * size;
            for index in 0..self.unknowns {
                let slope = self.slope(index, &x);
                if !at(&passive, index) && self.at(index, index) > 0.0 && slope > steepest {
                    (best, steepest) = (Some(index), slope);
                }
            }
            let Some(freed) = best else { break };
            set(&mut passive, freed, true);
            loop {
                let Some(trial) = self.least_squares(&passive) else {
                    // The freed column depends on the others: it explains nothing more.
                    set(&mut passive, freed, false);
                    return x;
                };
                let mut step = 1.0;
                for index in 0..self.unknowns {
                    let (now, then) = (at(&x, index), at(&trial, index));
                    if at(&passive, index) && then <= 0.0 && now - then > 0.0 {
                        step = f64::min(step, now / (now - then));
                    }
                }
                if step >= 1.0 {
                    x = trial;
                    for (index, value) in x.iter_mut().enumerate() {
                        if *value < 0.0 || !at(&passive, index) {
                            *value = 0.0;
                        }
                    }
                    break;
                }
                for (index, (value, trial)) in x.iter_mut().zip(&trial).enumerate() {
                    if at(&passive, index) {
                        *value += step * (trial - *value);
                        if *value <= NOTHING && *trial <= 0.0 {
                            *value = 0.0;
                            set(&mut passive, index, false);
                        }
                    }
                }
            }
        }
        x
    }

    /// How steeply the squares fall with an unknown.
    fn slope(&self, index: usize, x: &[f64; MOST]) -> f64 {
        let row = self.matrix.get(index);
        let product: f64 = row.map_or(0.0, |row| row.iter().zip(x).map(|(a, b)| a * b).sum());
        at(&self.right, index) - product
    }

    /// Least squares of the passive unknowns by Cholesky; the others are 0. `None` if their columns depend on each other.
    fn least_squares(&self, passive: &[bool; MOST]) -> Option<[f64; MOST]> {
        let mut lower = [[0.0; MOST]; MOST];
        let mut forward = [0.0; MOST];
        for row in (0..self.unknowns).filter(|row| at(passive, *row)) {
            let mut right = at(&self.right, row);
            for column in (0..=row).filter(|column| at(passive, *column)) {
                let (this, other) = (lower.get(row)?, lower.get(column)?);
                let product: f64 = this.iter().zip(other).take(column).map(|(a, b)| a * b).sum();
                let rest = self.at(row, column) - product;
                let element = if column == row {
                    if rest <= NOTHING {
                        return None;
                    }
                    sqrt(rest)
                } else {
                    let element = rest / other.get(column)?;
                    right -= element * at(&forward, column);
                    element
                };
                *lower.get_mut(row)?.get_mut(column)? = element;
            }
            *forward.get_mut(row)? = right / lower.get(row)?.get(row)?;
        }
        let mut x = [0.0; MOST];
        for row in (0..self.unknowns).rev().filter(|row| at(passive, *row)) {
            let mut rest = at(&forward, row);
            for below in (row + 1..self.unknowns).filter(|below| at(passive, *below)) {
                rest -= lower.get(below)?.get(row)? * at(&x, below);
            }
            *x.get_mut(row)? = rest / lower.get(row)?.get(row)?;
        }
        Some(x)
    }

    /// The condition number of the equations' matrix with columns of length 1; infinite where columns depend on each
    /// other or one is empty.
    #[must_use]
    pub fn condition(&self) -> f64 {
        let (mut scaled, _) = self.scaled();
        if (0..self.unknowns).any(|index| self.at(index, index) <= 0.0) {
            return f64::INFINITY;
        }
        scaled.diagonalise();
        let values = || (0..self.unknowns).map(|index| scaled.at(index, index));
        let (most, least) = (values().fold(0.0, f64::max), values().fold(f64::INFINITY, f64::min));
        if least <= 0.0 { f64::INFINITY } else { sqrt(most / least) }
    }

    /// Rotates until the eigenvalues stand on the diagonal. [Jacobi 1846, cyclic]
    fn diagonalise(&mut self) {
        for _ in 0..30 {
            let mut beside = 0.0_f64;
            for p in 0..self.unknowns {
                for q in p + 1..self.unknowns {
                    let element = self.at(p, q);
                    beside = beside.max(element.abs());
                    if element.abs() < 1e-15 {
                        continue;
                    }
                    let theta = (self.at(q, q) - self.at(p, p)) / (2.0 * element);
                    let t = theta.signum() / (theta.abs() + sqrt(theta * theta + 1.0));
                    let t = if theta.abs() > 0.0 { t } else { 1.0 };
                    let cosine = 1.0 / sqrt(t * t + 1.0);
                    self.rotate(p, q, cosine, t * cosine);
                }
            }
            if beside < 1e-12 {
                break;
            }
        }
    }

    fn rotate(&mut self, p: usize, q: usize, cosine: f64, sine: f64) {
        for index in 0..self.unknowns {
            let (a, b) = (self.at(index, p), self.at(index, q));
            self.put(index, p, cosine * a - sine * b);
            self.put(index, q, sine * a + cosine * b);
        }
        for index in 0..self.unknowns {
            let (a, b) = (self.at(p, index), self.at(q, index));
            self.put(p, index, cosine * a - sine * b);
            self.put(q, index, sine * a + cosine * b);
        }
    }

    fn put(&mut self, row: usize, column: usize, value: f64) {
        if let Some(element) = self.matrix.get_mut(row).and_then(|row| row.get_mut(column)) {
            *element = value;
        }
    }
}

fn at<T: Copy + Default>(values: &[T; MOST], index: usize) -> T {
    values.get(index).copied().unwrap_or_default()
}

fn set(values: &mut [bool; MOST], index: usize, value: bool) {
    if let Some(place) = values.get_mut(index) {
        *place = value;
    }
}

#[cfg(test)]
mod tests;
