//! The model that the build variables name.

include!(concat!(env!("OUT_DIR"), "/model.rs"));
