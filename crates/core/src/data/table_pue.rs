//! Made from `data/pue.csv` by `tests/data_tables.rs`; changes belong there.

use super::pue::PueRow;

#[rustfmt::skip]
pub(super) static ROWS: [PueRow; 7] = [
    PueRow { code: "none", name: "No data centre (microcontroller; PC; phone)", aliases: &["microcontroller", "board", "PC", "laptop", "phone"], low: 1.0, mode: 1.0, high: 1.0, year: 2024, source: "by definition: no facility around the device; charger and power supply losses are a factor of their own", licence: "not applicable" },
    PueRow { code: "aws", name: "Amazon Web Services", aliases: &["Amazon"], low: 1.135, mode: 1.2, high: 1.2, year: 2023, source: "mode Green Algorithms v3.0 (citing nutanix.dev 2023); low Cloud Carbon Footprint constants", licence: "facts quoted with source" },
    PueRow { code: "azure", name: "Microsoft Azure", aliases: &["Microsoft"], low: 1.12, mode: 1.12, high: 1.185, year: 2023, source: "mode Green Algorithms v3.0 (citing nutanix.dev 2023); high Cloud Carbon Footprint constants", licence: "facts quoted with source" },
    PueRow { code: "google", name: "Google Cloud", aliases: &["GCP"], low: 1.1, mode: 1.12, high: 1.12, year: 2023, source: "mode Green Algorithms v3.0 (citing nutanix.dev 2023); low Cloud Carbon Footprint constants", licence: "facts quoted with source" },
    PueRow { code: "oracle", name: "Oracle Cloud", aliases: &["OCI"], low: 1.13, mode: 1.2, high: 1.31, year: 2023, source: "mode Green Algorithms v3.0 (citing nutanix.dev 2023); low and high by the single-source rule (overhead divided and multiplied by 1.54)", licence: "facts quoted with source" },
    PueRow { code: "ovh", name: "OVHcloud", aliases: &[], low: 1.06, mode: 1.09, high: 1.14, year: 2023, source: "mode Green Algorithms v3.0 (citing nutanix.dev 2023); low and high by the single-source rule (overhead divided and multiplied by 1.54)", licence: "facts quoted with source" },
    PueRow { code: "uptime", name: "Data centre (global average)", aliases: &["data centre", "data center", "average", "global average"], low: 1.08, mode: 1.56, high: 2.2, year: 2024, source: "mode Uptime Institute Global Data Center Survey 2024; low Google St Ghislain 2020; high a bound set by this project", licence: "facts quoted with source" },
];
