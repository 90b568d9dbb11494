//! The source paper's experiments, trained and measured on this machine. [Gitzel et al. 2023, 4]
//!
//! ```text
//! networks and counts -> seconds of this thread, in turns -> rows        [schedule]
//!   rows -> joules = seconds * watts                                     [row]
//!     rows -> findings beside what was claimed beforehand                [experiment]
//!     rows -> charts                                                     [chart]
//!       -> data.csv, claims.csv, machine.csv, *.svg in one folder        [record]
//!         -> the README's table                                          [table]
//! ```
//!
//! Everything after the rows is a pure function of them: the committed verdicts and charts follow from the committed
//! data, and a test says so.
//!
//! # Limits
//! Without a power meter energy is time times stated watts: ratios between networks hold, joules are modelled. Data are
//! random, which changes no count of operations. One thread, batches of 32, `f32`.
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests say which numbers are exact"))]

pub mod chart;
pub mod clock;
pub mod experiment;
pub mod experiments;
pub mod fit;
pub mod int8;
pub mod machine;
pub mod network;
pub mod record;
pub mod row;
pub mod schedule;
pub mod spread;
pub mod table;
pub mod trainer;
pub mod watts;
