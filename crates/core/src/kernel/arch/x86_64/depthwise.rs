//! Depthwise convolution: sixteen channels at once.

pub(crate) use crate::kernel::arch::portable::depthwise;
