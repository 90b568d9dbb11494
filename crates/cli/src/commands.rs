//! One file a sub-command.

pub(crate) mod calibrate;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod devices;
pub(crate) mod estimate;
pub(crate) mod fit;
pub(crate) mod grids;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod levers;
pub(crate) mod measure;
pub(crate) mod run;
pub(crate) mod trace;
pub(crate) mod validate;
