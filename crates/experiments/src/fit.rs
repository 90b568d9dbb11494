//! Least squares: a line through points, and a sum of two causes.
//!
//! ```text
//! y = a + b x,         R2 = 1 - sum (y - a - b x)^2 / sum (y - mean y)^2
//! y = b log x + a      in logarithms: y grows as x^b
//! y = p u + q v        no offset: p is the price of a u, q of a v
//! ```

/// A line and how much of the points' variance it explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Where it meets the axis.
    pub offset: f64,
    /// Rise a step.
    pub slope: f64,
    /// Share of the variance explained, at most 1.
    pub r2: f64,
}

/// The line through points; `None` for fewer than three, or if all have the same x or the same y.
#[must_use]
pub fn line(points: &[(f64, f64)]) -> Option<Line> {
    if points.len() < 3 {
        return None;
    }
    let count = points.len() as f64;
    let (mean_x, mean_y) = (sum(points, |(x, _)| x) / count, sum(points, |(_, y)| y) / count);
    let variance = sum(points, |(x, _)| (x - mean_x).powi(2));
    let total = sum(points, |(_, y)| (y - mean_y).powi(2));
    if variance <= 0.0 || total <= 0.0 {
        return None;
    }
    let slope = sum(points, |(x, y)| (x - mean_x) * (y - mean_y)) / variance;
    let offset = mean_y - slope * mean_x;
    let rest = sum(points, |(x, y)| (y - offset - slope * x).powi(2));
    Some(Line { offset, slope, r2: 1.0 - rest / total })
}

/// The power with which y grows with x: the slope of the line through the logarithms. `None` unless all are positive.
#[must_use]
pub fn power(points: &[(f64, f64)]) -> Option<Line> {
    if points.iter().any(|(x, y)| *x <= 0.0 || *y <= 0.0) {
        return None;
    }
    let logarithms: Vec<_> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    line(&logarithms)
}

/// Prices of two causes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Causes {
    /// Of one of the first.
    pub first: f64,
    /// Of one of the second.
    pub second: f64,
    /// Greatest error of a point, as a share of it.
    pub worst: f64,
}

/// Prices of two causes from points of their counts and what they took together, each point's error as a share of it.
///
/// `None` for fewer than three points, or if the counts grow together.
#[must_use]
pub fn causes(points: &[(f64, f64, f64)]) -> Option<Causes> {
    if points.len() < 3 || points.iter().any(|(.., y)| *y <= 0.0) {
        return None;
    }
    let scaled: Vec<_> = points.iter().map(|(u, v, y)| (u / y, v / y)).collect();
    let (uu, vv) = (sum(&scaled, |(u, _)| u * u), sum(&scaled, |(_, v)| v * v));
    let uv = sum(&scaled, |(u, v)| u * v);
    let (u, v) = (sum(&scaled, |(u, _)| u), sum(&scaled, |(_, v)| v));
    let determinant = uu * vv - uv * uv;
    if determinant <= 1e-12 * uu * vv {
        return None;
    }
    let (first, second) = ((u * vv - v * uv) / determinant, (v * uu - u * uv) / determinant);
    let error = |(u, v): &(f64, f64)| (first * u + second * v - 1.0).abs();
    Some(Causes { first, second, worst: scaled.iter().map(error).fold(0.0, f64::max) })
}

fn sum(points: &[(f64, f64)], of: impl Fn((f64, f64)) -> f64) -> f64 {
    points.iter().map(|point| of(*point)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_again() {
        let found = line(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]).unwrap();
        assert!((found.offset - 3.0).abs() < 1e-12 && (found.slope - 2.0).abs() < 1e-12);
        assert!((found.r2 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_bend_is_no_line() {
        let square = [(1.0, 1.0), (2.0, 4.0), (10.0, 100.0)];
        assert!(line(&square).unwrap().r2 < 0.995);
        assert!((power(&square).unwrap().slope - 2.0).abs() < 1e-12);
    }

    #[test]
    fn too_few_or_equal_points_have_no_line() {
        assert_eq!(line(&[(1.0, 5.0), (2.0, 7.0)]), None);
        assert_eq!(line(&[(1.0, 5.0), (1.0, 7.0), (1.0, 8.0)]), None);
        assert_eq!(line(&[(1.0, 5.0), (2.0, 5.0), (3.0, 5.0)]), None);
        assert_eq!(power(&[(0.0, 5.0), (2.0, 5.0), (3.0, 5.0)]), None);
    }

    #[test]
    fn two_prices_are_found_again() {
        let points = [(1.0, 10.0, 32.0), (2.0, 10.0, 34.0), (5.0, 100.0, 310.0)];
        let found = causes(&points).unwrap();
        assert!((found.first - 2.0).abs() < 1e-9 && (found.second - 3.0).abs() < 1e-9, "{found:?}");
        assert!(found.worst < 1e-9);
        assert_eq!(causes(&[(1.0, 2.0, 3.0), (2.0, 4.0, 6.0), (3.0, 6.0, 9.0)]), None);
    }
}
