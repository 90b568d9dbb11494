//! Why a layer can't be built.

use super::arch::rolled;
use super::quantization::Quantization;
use crate::model::shape::Padding;
use core::fmt;

/// Why a layer can't be built: the field and its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelError {
    /// A slice of another length than the shapes ask for.
    Length {
        /// Which slice.
        field: &'static str,
        /// Its length.
        found: usize,
        /// The length the shapes ask for.
        expected: usize,
    },
    /// A number outside its limits.
    Limit {
        /// Which number.
        field: &'static str,
        /// Its value.
        found: i64,
        /// Least value.
        least: i64,
        /// Greatest value.
        most: i64,
    },
    /// A scale that is not a finite number above 0, or a quotient of scales outside `2^-31..2^30`.
    Scale {
        /// Which scale.
        field: &'static str,
    },
    /// Two things that must be equal or fit each other and do not.
    Mismatch {
        /// Which two.
        field: &'static str,
    },
    /// A tensor with more elements than this processor can address.
    TooLarge {
        /// Which tensor.
        field: &'static str,
    },
}

impl KernelError {
    pub(crate) const fn length(field: &'static str, found: usize, expected: usize) -> Result<(), Self> {
        if found == expected { Ok(()) } else { Err(Self::Length { field, found, expected }) }
    }

    pub(crate) fn limit(field: &'static str, found: usize, least: usize, most: usize) -> Result<(), Self> {
        let wide = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
        if (least..=most).contains(&found) {
            Ok(())
        } else {
            Err(Self::Limit { field, found: wide(found), least: wide(least), most: wide(most) })
        }
    }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { field, found, expected } => {
                write!(f, "{field} has {found} elements where the shapes ask for {expected}")
            }
            Self::Limit { field, found, least, most } => {
                write!(f, "{field} is {found}, outside {least} to {most}")
            }
            Self::Scale { field } => write!(f, "{field} is not a usable scale"),
            Self::Mismatch { field } => write!(f, "{field} do not fit each other"),
            Self::TooLarge { field } => {
                write!(f, "{field} has more elements than this processor can address")
            }
        }
    }
}

impl core::error::Error for KernelError {}

/// The checks of a layer: what fails gives a harmless number, and the first that failed refuses the layer in the end.
#[derive(Default)]
pub(crate) struct Checks(Option<KernelError>);

impl Checks {
    /// Fails.
    #[cold]
    #[inline(never)]
    pub(crate) fn fail(&mut self, error: KernelError) {
        if self.0.is_none() {
            self.0 = Some(error);
        }
    }

    /// The number, or another one.
    pub(crate) fn of<T>(&mut self, result: Result<T, KernelError>, otherwise: T) -> T {
        match result {
            Ok(value) => value,
            Err(error) => {
                self.fail(error);
                otherwise
            }
        }
    }

    /// The scale is a finite number above 0.
    #[inline(never)]
    pub(crate) fn scale(&mut self, field: &'static str, quantization: Quantization) {
        self.of(quantization.check(field), ());
    }

    /// As [`elements`].
    #[inline(never)]
    pub(crate) fn elements(&mut self, field: &'static str, dims: &[usize]) -> usize {
        self.of(elements(field, dims), 1)
    }

    /// As [`KernelError::length`].
    #[inline(never)]
    pub(crate) fn length(&mut self, field: &'static str, found: usize, expected: usize) {
        self.of(KernelError::length(field, found, expected), ());
    }

    /// As [`KernelError::limit`].
    #[inline(never)]
    pub(crate) fn limit(&mut self, field: &'static str, found: usize, least: usize, most: usize) {
        self.of(KernelError::limit(field, found, least, most), ());
    }

    /// One axis of a window: input size, taps, stride and dilation.
    #[inline(never)]
    pub(crate) fn axis(
        &mut self,
        input: usize,
        taps: usize,
        stride: usize,
        dilation: usize,
        padding: Padding,
    ) {
        self.limit("input size", input, 1, LARGEST);
        self.limit("filter size", taps, 1, LARGEST);
        self.limit("stride", stride, 1, LARGEST);
        self.limit("dilation", dilation, 1, LARGEST);
        match taps.saturating_sub(1).checked_mul(dilation) {
            Some(reach) if reach < LARGEST => {
                if padding == Padding::Valid {
                    self.limit("window", reach + 1, 1, input);
                }
            }
            _ => self.fail(KernelError::TooLarge { field: "window" }),
        }
    }

    /// What failed first.
    pub(crate) const fn error(&self) -> Option<KernelError> {
        self.0
    }

    /// What is built of numbers that passed.
    pub(crate) fn passed<T>(self, built: T) -> Result<T, KernelError> {
        match self.0 {
            None => Ok(built),
            Some(error) => Err(error),
        }
    }
}

/// The product of dimensions, each at least 1, as a number of elements.
#[inline(never)]
pub(crate) fn elements(field: &'static str, dims: &[usize]) -> Result<usize, KernelError> {
    dims.iter().try_fold(1_usize, |product, dim| {
        rolled();
        KernelError::limit(field, *dim, 1, LARGEST)?;
        product.checked_mul(*dim).filter(|product| *product <= LARGEST).ok_or(KernelError::TooLarge { field })
    })
}

/// Most elements of a tensor: positions must fit in an `i32` with room for padding and strides.
pub(crate) const LARGEST: usize = 0x3fff_ffff;
