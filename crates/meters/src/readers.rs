//! One reader a file. What is surest is asked first: signatures, then headings that only one meter has.

mod eembc;
mod generic;
mod hwmon;
mod ina;
mod joulescope;
mod lpm01a;
mod lpm01a_csv;
mod mlperf_runner;
mod monsoon;
mod nvidia_smi;
mod ppk2;
#[cfg(feature = "ppk2-session")]
mod ppk2_session;
mod pyjls;
mod raspberry_pi;
mod tegrastats;
mod um25c;

use crate::format::Reader;

/// All readers, in the order they are asked.
pub(crate) const READERS: &[&dyn Reader] = &[
    #[cfg(feature = "ppk2-session")]
    &ppk2_session::Ppk2Session,
    &eembc::Eembc,
    &mlperf_runner::MlperfRunner,
    &ppk2::Ppk2,
    &lpm01a_csv::Lpm01aCsv,
    &lpm01a::Lpm01a,
    &joulescope::Joulescope,
    &monsoon::Monsoon,
    &nvidia_smi::NvidiaSmi,
    &tegrastats::Tegrastats,
    &raspberry_pi::RaspberryPi,
    &um25c::Um25c,
    &hwmon::Hwmon,
    &ina::Ina,
    &pyjls::Pyjls,
    &generic::Generic,
];
