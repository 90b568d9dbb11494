//! What each measure is, where its factor comes from, and what must hold.

use super::Measure;

/// What a measure does to the network's accuracy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Accuracy {
    /// The same network computes the same.
    Unchanged,
    /// Effect on accuracy unknown.
    Unknown,
}

/// A measure in words and numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Description {
    /// What is done.
    pub name: &'static str,
    /// The stages that it acts on.
    pub stages: &'static str,
    /// Low, most likely and high factor; `None` where the change is the user's or a table's.
    pub factor: Option<(f64, f64, f64)>,
    /// Year of the source.
    pub year: u16,
    /// Where it comes from.
    pub source: &'static str,
    /// What must hold.
    pub condition: &'static str,
    /// What it does to accuracy.
    pub accuracy: Accuracy,
}

impl Measure {
    /// What it is.
    #[must_use]
    pub const fn description(self) -> Description {
        use Accuracy::{Unchanged, Unknown};
        const COMPUTERS: &str = "search, training";
        const ALL: &str = "search, training, inference";
        let (name, stages, factor, year, source, condition, accuracy) = match self {
            Self::CpuToGpu => (
                "a GPU instead of a CPU",
                COMPUTERS,
                Some((5.0, 10.0, 10.0)),
                2019,
                "Lacoste et al. 2019, quoted by Gitzel 2023, 3.4: 10 times; low: half of it, a bound set by this project",
                "the stage runs on a processor, and its work fills a GPU",
                Unchanged,
            ),
            Self::GpuToTpu => (
                "a TPU instead of a GPU",
                COMPUTERS,
                Some((4.0, 5.7, 8.0)),
                2023,
                "Gitzel 2023, 3.4: 4 to 8 times; mode: the geometric mean",
                "the stage runs on a GPU, and its framework has a TPU's backend",
                Unchanged,
            ),
            Self::GpuToTpuMeasured => (
                "a TPU instead of a GPU, cautiously",
                COMPUTERS,
                Some((2.0, 3.2, 5.0)),
                2021,
                "Patterson 2021: 2 to 5 times for TPUs and modern GPUs (TPUv3 against V100 2.0); mode: the geometric mean",
                "the stage runs on a GPU, and its framework has a TPU's backend",
                Unchanged,
            ),
            Self::OtherDevice => (
                "the other device that was named",
                COMPUTERS,
                None,
                2026,
                "what_if.device, priced by its own profile",
                "its memory holds the network",
                Unchanged,
            ),
            Self::BetterPue => (
                "a data centre with a better PUE",
                ALL,
                None,
                2023,
                "what_if.pue, or Google Cloud's row of the PUE table",
                "the stage runs in a data centre and can move",
                Unchanged,
            ),
            Self::OtherRegion => (
                "another region",
                COMPUTERS,
                None,
                2024,
                "what_if.region, or the cleanest country of the grid table",
                "the stage can move; emissions only, no energy is saved",
                Unchanged,
            ),
            Self::TimeShift => (
                "another hour of the day",
                COMPUTERS,
                Some((0.2, 0.7, 1.0)),
                2022,
                "Dodge et al. 2022, figure 3: a job of half an hour saves up to 80 % in one region and more than 30 % in several",
                "a run takes at most half an hour; emissions only, no energy is saved",
                Unchanged,
            ),
            Self::LeanArchitecture => (
                "a leaner architecture",
                ALL,
                Some((5.0, 7.0, 10.0)),
                2022,
                "Patterson 2022: 5 to 10 times less computation; mode: the geometric mean",
                "the network is not one of the lean ones already",
                Unknown,
            ),
            Self::JointCompression => (
                "pruning, quantisation and coding together",
                "inference",
                Some((3.0, 4.6, 7.0)),
                2021,
                "Patterson 2021, 4.4 after Han 2015: 3 to 7 times, all three jointly; mode: the geometric mean",
                "weights are not of 8 bits yet, and the kernel skips zeros and reads coded weights",
                Unknown,
            ),
            Self::Quantization => (
                "8 bits instead of 32, alone",
                "inference",
                None,
                2021,
                "a board: Heim 2021, float32 against int8 on three boards (CMSIS-NN 2.6 to 5.7 times; reference kernels 0.8 to 1.1); others: a quarter of the bytes",
                "weights are not of 8 bits yet",
                Unknown,
            ),
            Self::Distillation => (
                "a small network taught by the large one",
                "inference",
                None,
                2026,
                "what_if.student, priced by the device's profile; teaching it is not counted",
                "the small network is accurate enough",
                Unknown,
            ),
            Self::SparseActivation => (
                "sparse activation (mixture of experts)",
                ALL,
                Some((10.0, 10.0, 55.0)),
                2021,
                "Patterson 2021: less than a tenth of a dense network's energy; high: GShard against GPT-3",
                "a dense network of at least a thousand million parameters",
                Unknown,
            ),
            Self::TransferLearning => (
                "fine-tuning a trained network",
                ALL,
                None,
                2026,
                "what_if.transfer: D', E', I' against D, E, I; it may take more (Gitzel 2023, 4.3: a fifteenth, and 90 times)",
                "a trained network knows most of the task",
                Unknown,
            ),
            Self::RandomSearch => (
                "random instead of grid search",
                "search",
                None,
                2026,
                "what_if.random_runs; no number is published for it (Gitzel 2023, 3.6)",
                "few of the hyper-parameters matter",
                Unknown,
            ),
            Self::FewerRuns => (
                "fewer runs",
                "search",
                None,
                2026,
                "what_if.left, or half of them: arithmetic, not a forecast",
                "a good network is found sooner",
                Unknown,
            ),
            Self::EarlyStop => (
                "an early stop",
                COMPUTERS,
                None,
                2026,
                "what_if.left, or half of the epochs: arithmetic, not a forecast",
                "the loss no longer falls",
                Unknown,
            ),
            Self::SharedArchitecture => (
                "one architecture for several problems",
                "search",
                None,
                2026,
                "what_if.times, or two problems: arithmetic (Patterson 2021: the Evolved Transformer's search paid 15 times back)",
                "the problems are alike",
                Unknown,
            ),
            Self::DeadChannels => (
                "dead layers and channels left out",
                "inference",
                None,
                2026,
                "what_if.dead_share",
                "they never change an output",
                Unchanged,
            ),
            Self::DutyCycle => (
                "sleep instead of waiting",
                "inference",
                None,
                2026,
                "the device's sleep watts, or what_if.sleep_watts",
                "the device waits with its clock on, and wakes in time",
                Unchanged,
            ),
            Self::SleepPower => (
                "less sleep power",
                "inference",
                None,
                2026,
                "what_if.left, or half of it: arithmetic, not a forecast",
                "regulator, pull-ups and memory allow it",
                Unchanged,
            ),
            Self::LongerLife => (
                "hardware that serves longer",
                ALL,
                None,
                2026,
                "what_if.times, or twice as long: arithmetic; embodied emissions only",
                "it is repaired, and still good enough",
                Unchanged,
            ),
            Self::Batch => (
                "inferences in batches",
                "inference",
                None,
                2026,
                "what_if.batch, or 32: one reading of the weights for all of a batch",
                "they may wait for each other",
                Unchanged,
            ),
        };
        Description { name, stages, factor, year, source, condition, accuracy }
    }
}
