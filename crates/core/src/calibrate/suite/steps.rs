//! The steps, by kind of layer.

use super::super::network::Network;
use super::super::network::Op::{self, Add, AveragePool, Conv, Dense, Depthwise, Flatten, Softmax};
use super::{Job, Step};

const fn network(name: &'static str, input: [u16; 3], layers: &'static [(Op, u8)]) -> Step {
    Step { name, job: Job::Network(Network { input, layers }) }
}

/// The steps in the order in which they run.
pub const STEPS: &[Step] = &[
    // Fully connected; the last three are ladders of the same layer.
    network("dense-640-72", [1, 1, 640], &[(Dense { outputs: 72 }, 1)]),
    network("dense-64-264", [1, 1, 64], &[(Dense { outputs: 264 }, 1)]),
    network("dense-16-504", [1, 1, 16], &[(Dense { outputs: 504 }, 1)]),
    network("dense-256-24", [1, 1, 256], &[(Dense { outputs: 24 }, 1)]),
    network("dense-128", [1, 1, 128], &[(Dense { outputs: 128 }, 1)]),
    network("dense-128-ladder", [1, 1, 128], &[(Dense { outputs: 128 }, 4)]),
    network("dense-64-ladder", [1, 1, 64], &[(Dense { outputs: 64 }, 8)]),
    network("dense-8-ladder", [1, 1, 8], &[(Dense { outputs: 8 }, 16)]),
    network("dense-16-ladder", [1, 1, 16], &[(Dense { outputs: 16 }, 16)]),
    // Convolution 3x3, and other windows.
    network("conv-24x24x8-8", [24, 24, 8], &[(Conv { filters: 8, window: [3, 3], stride: 1 }, 1)]),
    network("conv-16x16x16-16", [16, 16, 16], &[(Conv { filters: 16, window: [3, 3], stride: 1 }, 1)]),
    network("conv-16x16x24-24", [16, 16, 24], &[(Conv { filters: 24, window: [3, 3], stride: 1 }, 1)]),
    network("conv-8x8x40-48", [8, 8, 40], &[(Conv { filters: 48, window: [3, 3], stride: 1 }, 1)]),
    network("conv-8x8x32-32", [8, 8, 32], &[(Conv { filters: 32, window: [3, 3], stride: 1 }, 1)]),
    network("conv-6x6x48-48", [6, 6, 48], &[(Conv { filters: 48, window: [3, 3], stride: 1 }, 1)]),
    network("conv-4x4x32-64", [4, 4, 32], &[(Conv { filters: 64, window: [3, 3], stride: 1 }, 1)]),
    network("conv-16x16x32-4", [16, 16, 32], &[(Conv { filters: 4, window: [3, 3], stride: 1 }, 1)]),
    network("conv-16x16x16-32-s2", [16, 16, 16], &[(Conv { filters: 32, window: [3, 3], stride: 2 }, 1)]),
    network("conv-12x12x16-16-5x5", [12, 12, 16], &[(Conv { filters: 16, window: [5, 5], stride: 1 }, 1)]),
    network("conv-12x12x48-6", [12, 12, 48], &[(Conv { filters: 6, window: [3, 3], stride: 1 }, 1)]),
    network("conv-4x4x4-ladder", [4, 4, 4], &[(Conv { filters: 4, window: [3, 3], stride: 1 }, 10)]),
    network("conv-4x2x64-48", [4, 2, 64], &[(Conv { filters: 48, window: [3, 3], stride: 1 }, 1)]),
    network("conv-6x6x8-ladder", [6, 6, 8], &[(Conv { filters: 8, window: [3, 3], stride: 1 }, 8)]),
    // First layers: few channels.
    network("first-48x48x3-8-s2", [48, 48, 3], &[(Conv { filters: 8, window: [3, 3], stride: 2 }, 1)]),
    network("first-24x24x3-16", [24, 24, 3], &[(Conv { filters: 16, window: [3, 3], stride: 1 }, 1)]),
    network("first-32x32x1-16-s2", [32, 32, 1], &[(Conv { filters: 16, window: [3, 3], stride: 2 }, 1)]),
    network("first-40x10x1-32-8x4", [40, 10, 1], &[(Conv { filters: 32, window: [8, 4], stride: 2 }, 1)]),
    // Convolution 1x1.
    network("pointwise-32x32x8-16", [32, 32, 8], &[(Conv { filters: 16, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-24x24x16-32", [24, 24, 16], &[(Conv { filters: 32, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-16x16x32-32", [16, 16, 32], &[(Conv { filters: 32, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-16x16x64-4", [16, 16, 64], &[(Conv { filters: 4, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-12x12x64-64", [12, 12, 64], &[(Conv { filters: 64, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-6x6x96-96", [6, 6, 96], &[(Conv { filters: 96, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-3x3x128-192", [3, 3, 128], &[(Conv { filters: 192, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-15x5x64-48", [15, 5, 64], &[(Conv { filters: 48, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-12x12x96-6", [12, 12, 96], &[(Conv { filters: 6, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-4x2x128-128", [4, 2, 128], &[(Conv { filters: 128, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-4x4x8-ladder", [4, 4, 8], &[(Conv { filters: 8, window: [1, 1], stride: 1 }, 12)]),
    network("pointwise-4x4x16-ladder", [4, 4, 16], &[(Conv { filters: 16, window: [1, 1], stride: 1 }, 10)]),
    // Convolution of each channel by itself.
    network("depthwise-32x32x8", [32, 32, 8], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-24x24x16", [24, 24, 16], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-24x24x16-s2", [24, 24, 16], &[(Depthwise { window: 3, stride: 2 }, 1)]),
    network("depthwise-12x12x64", [12, 12, 64], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-12x12x64-s2", [12, 12, 64], &[(Depthwise { window: 3, stride: 2 }, 1)]),
    network("depthwise-6x6x128", [6, 6, 128], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-3x3x192", [3, 3, 192], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-6x6x64-s2", [6, 6, 64], &[(Depthwise { window: 3, stride: 2 }, 1)]),
    network("depthwise-40x4x32", [40, 4, 32], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-20x6x48", [20, 6, 48], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-2x2x256", [2, 2, 256], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-4x4x8-ladder", [4, 4, 8], &[(Depthwise { window: 3, stride: 1 }, 12)]),
    network("depthwise-8x8x8-ladder", [8, 8, 8], &[(Depthwise { window: 3, stride: 1 }, 10)]),
    // Layers without weights.
    network("pool-24x5x64", [24, 5, 64], &[(AveragePool, 1)]),
    network("pool-8x8x32", [8, 8, 32], &[(AveragePool, 1)]),
    network("pool-3x3x256", [3, 3, 256], &[(AveragePool, 1)]),
    network("pool-1x1x4-ladder", [1, 1, 4], &[(AveragePool, 12)]),
    network("pool-2x2x128", [2, 2, 128], &[(AveragePool, 1)]),
    network("pool-2x2x8", [2, 2, 8], &[(AveragePool, 1)]),
    network("add-24x24x16", [24, 24, 16], &[(Add, 1)]),
    network("add-8x8x32", [8, 8, 32], &[(Add, 1)]),
    network("add-1x1x4-ladder", [1, 1, 4], &[(Add, 16)]),
    network("add-8x8x8-ladder", [8, 8, 8], &[(Add, 16)]),
    network("softmax-1-ladder", [1, 1, 1], &[(Softmax, 12)]),
    network("softmax-2", [1, 1, 2], &[(Softmax, 1)]),
    network("softmax-10", [1, 1, 10], &[(Softmax, 1)]),
    network("softmax-40", [1, 1, 40], &[(Softmax, 1)]),
    network("flatten-16x16x16", [16, 16, 16], &[(Flatten, 1)]),
    network("flatten-16x16x8", [16, 16, 8], &[(Flatten, 1)]),
    network("flatten-1-ladder", [1, 1, 1], &[(Flatten, 12)]),
    network("flatten-4-ladder", [1, 1, 4], &[(Flatten, 16)]),
    // What is beside the networks.
    Step { name: "copy-flash-256", job: Job::CopyFromFlash(256) },
    Step { name: "copy-flash-1024", job: Job::CopyFromFlash(1024) },
    Step { name: "copy-flash-4096", job: Job::CopyFromFlash(4096) },
    Step { name: "copy-ram-256", job: Job::CopyFromRam(256) },
    Step { name: "copy-ram-1024", job: Job::CopyFromRam(1024) },
    Step { name: "copy-ram-4096", job: Job::CopyFromRam(4096) },
    Step { name: "empty-1000", job: Job::EmptyLoop(1000) },
    Step { name: "idle", job: Job::Idle },
    Step { name: "sleep", job: Job::Sleep },
];

/// Steps for machines with caches and registers of many bytes: weights or images that do not stay in the nearest cache, and
/// channels in sixteens, as networks for such machines have them.
pub const LARGE_STEPS: &[Step] = &[
    network("dense-1024-256", [1, 1, 1024], &[(Dense { outputs: 256 }, 1)]),
    network("dense-256-ladder", [1, 1, 256], &[(Dense { outputs: 256 }, 4)]),
    network("dense-192-ladder", [1, 1, 192], &[(Dense { outputs: 192 }, 8)]),
    network("conv-6x6x96-96", [6, 6, 96], &[(Conv { filters: 96, window: [3, 3], stride: 1 }, 1)]),
    network("conv-40x40x16-16", [40, 40, 16], &[(Conv { filters: 16, window: [3, 3], stride: 1 }, 1)]),
    network("conv-20x20x32-32", [20, 20, 32], &[(Conv { filters: 32, window: [3, 3], stride: 1 }, 1)]),
    network("conv-20x20x16-48", [20, 20, 16], &[(Conv { filters: 48, window: [3, 3], stride: 1 }, 1)]),
    network("conv-10x10x64-64", [10, 10, 64], &[(Conv { filters: 64, window: [3, 3], stride: 1 }, 1)]),
    network("conv-10x10x64-80-s2", [10, 10, 64], &[(Conv { filters: 80, window: [3, 3], stride: 2 }, 1)]),
    network("conv-12x12x80-32", [12, 12, 80], &[(Conv { filters: 32, window: [3, 3], stride: 1 }, 1)]),
    network("first-80x80x3-16-s2", [80, 80, 3], &[(Conv { filters: 16, window: [3, 3], stride: 2 }, 1)]),
    network("first-40x40x3-32", [40, 40, 3], &[(Conv { filters: 32, window: [3, 3], stride: 1 }, 1)]),
    network("pointwise-56x56x16-32", [56, 56, 16], &[(Conv { filters: 32, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-28x28x32-64", [28, 28, 32], &[(Conv { filters: 64, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-14x14x128-64", [14, 14, 128], &[(Conv { filters: 64, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-4x4x192-320", [4, 4, 192], &[(Conv { filters: 320, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-5x5x256-256", [5, 5, 256], &[(Conv { filters: 256, window: [1, 1], stride: 1 }, 1)]),
    network("pointwise-20x20x48-32", [20, 20, 48], &[(Conv { filters: 32, window: [1, 1], stride: 1 }, 1)]),
    network("depthwise-56x56x16", [56, 56, 16], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-40x40x16-s2", [40, 40, 16], &[(Depthwise { window: 3, stride: 2 }, 1)]),
    network("depthwise-28x28x32", [28, 28, 32], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-14x14x96", [14, 14, 96], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("depthwise-5x5x256", [5, 5, 256], &[(Depthwise { window: 3, stride: 1 }, 1)]),
    network("add-40x40x16", [40, 40, 16], &[(Add, 1)]),
    network("add-12x12x64", [12, 12, 64], &[(Add, 1)]),
];
