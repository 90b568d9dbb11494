//! `EcoLogits` 0.11: energy of a request to a language model, as its regressions have it.

use joulegram::units::{Joules, OutOfRange};

/// Requests that a server answers at once.
const BATCH: f64 = 64.0;

/// Energy of a board a token, in Wh: `ALPHA * exp(BETA * batch) * billions + GAMMA`.
const ENERGY: [f64; 3] = [1.166_527_317_045_191_4e-6, -0.011_205_921_025_579_175, 4.052_928_146_734_005e-5];

/// Seconds a token: `billions * [0] + batch * [1] + [2]`.
const LATENCY: [f64; 3] =
    [0.000_678_508_809_435_366_3, 0.000_311_931_031_168_825_9, 0.019_473_717_579_473_387];

/// Gigabytes of a board.
const BOARD_MEMORY: f64 = 80.0;

/// Boards of a server, and kilowatts of the rest of it.
const SERVER: (f64, f64) = (8.0, 1.2);

/// Energy of the boards and of the rest of the server for one request to a dense network with weights of 16 bits.
pub(super) fn of_request(billions: f64, tokens: f64) -> Result<[Joules; 2], OutOfRange> {
    let boards = (1.2 * billions * 16.0 / 8.0 / BOARD_MEMORY).ceil().log2().ceil().exp2();
    let board = (ENERGY[0] * (ENERGY[1] * BATCH).exp() * billions + ENERGY[2]) / 1e3 * tokens;
    let hours = tokens * (LATENCY[0] * billions + LATENCY[1] * BATCH + LATENCY[2]) / 3600.0;
    let server = hours * SERVER.1 * (boards / SERVER.0) / BATCH;
    Ok([Joules::from_device_kilowatt_hours(boards * board)?, Joules::from_device_kilowatt_hours(server)?])
}
