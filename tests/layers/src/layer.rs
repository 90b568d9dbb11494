//! Draws a layer, runs it, and compares each output and the bytes around them.

use crate::definition::{Axis, limits, rounded_once, rounded_twice};
use crate::random::Random;
use core::fmt;
use joulegram::kernel::{
    Activation, Add, AddSpec, Bias, Conv2d, Conv2dSpec, Dense, DenseSpec, DepthwiseConv2d, DepthwiseSpec,
    Padding, Pool, PoolKind, PoolSpec, Quantization, Requantizer, Rounding,
};

/// Products of a layer: what bounds the time of one.
const MOST_PRODUCTS: usize = 12_000;
/// Bytes around an output that must stay.
const MARGIN: usize = 8;
const MARK: i8 = 0x55;

/// The memory of one layer. Slices start at odd places of it.
pub struct Memory {
    input: [i8; 4096],
    second: [i8; 4096],
    weights: [i8; 4096],
    output: [i8; 4096],
    bias: [i32; 128],
    requantizers: [Requantizer; 128],
    scratch: [i16; 16_384],
}

/// The first difference of a layer.
pub struct Difference {
    pub seed: u64,
    pub kind: &'static str,
    pub place: usize,
    pub expected: i32,
    pub found: i32,
}

impl fmt::Display for Difference {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, kind, place, expected, found } = self;
        write!(to, "layer {seed}, {kind}: output {place} is {found}, the definition says {expected}")
    }
}

impl Memory {
    pub const fn new() -> Self {
        const ZERO: Requantizer = Requantizer::from_real(0.0);
        Self {
            input: [0; 4096],
            second: [0; 4096],
            weights: [0; 4096],
            output: [0; 4096],
            bias: [0; 128],
            requantizers: [ZERO; 128],
            scratch: [0; 16_384],
        }
    }

    /// The layer of a seed: whether every output is the definition's and nothing beside them was written.
    pub fn check(&mut self, seed: u64) -> Result<(), Difference> {
        let mut random = Random::new(seed);
        match random.within(0, 19) {
            0..=8 => self.conv(seed, &mut random),
            9..=13 => self.depthwise(seed, &mut random),
            14..=16 => self.dense(seed, &mut random),
            17 | 18 => self.pool(seed, &mut random),
            _ => self.add(seed, &mut random),
        }
    }
}

/// What the layers with weights share: scales, bias, limits, alignment and scratch memory.
struct Drawn {
    input_start: usize,
    weight_start: usize,
    output_start: usize,
    zero_point: i32,
    input: Quantization,
    output: Quantization,
    activation: Activation,
    has_bias: bool,
    scales: usize,
    scratch: Scratch,
}

/// How much of the scratch memory that a layer asks for it gets.
#[derive(Clone, Copy)]
enum Scratch {
    All,
    Half,
    None,
}

impl Scratch {
    const fn of(self, needed: usize) -> usize {
        match self {
            Self::All => needed,
            Self::Half => needed / 2,
            Self::None => 0,
        }
    }
}

fn zero_point(random: &mut Random) -> i8 {
    match random.within(0, 3) {
        0 => -128,
        1 => 127,
        _ => random.next() as i8,
    }
}

fn activation(random: &mut Random) -> Activation {
    random.one_of(&[
        Activation::None,
        Activation::None,
        Activation::None,
        Activation::Relu,
        Activation::Relu6,
        Activation::ReluN1To1,
    ])
}

fn output_quantization(random: &mut Random) -> Quantization {
    Quantization { scale: random.one_of(&[0.0625, 0.125, 0.03125]), zero_point: zero_point(random) }
}

impl Memory {
    /// Fills inputs, weights, biases and scales, and marks the output.
    fn draw(&mut self, random: &mut Random, outputs: usize, depth: usize) -> Drawn {
        let extreme = random.once_in(8);
        random.fill(&mut self.input, extreme);
        let extreme = random.once_in(8);
        random.fill(&mut self.weights, extreme);
        // The specification's weights are -127 to 127; one layer in eight has -128 too.
        if !random.once_in(8) {
            self.weights.iter_mut().for_each(|weight| *weight = (*weight).max(-127));
        }
        self.output.fill(MARK);
        let bias = random.within(0, 9);
        for to in self.bias.iter_mut().take(outputs) {
            let any = random.next() as i32;
            *to = match bias {
                0 => any,
                1 => any >> 2,
                2 => random.one_of(&[i32::MAX, i32::MIN, (1 << 29) - 1, 1 << 29, -(1 << 29), (1 << 30) - 1]),
                _ => any >> 17,
            };
        }
        // Most scales bring a sum of this depth into eight bits; the others go through all shifts.
        let usual = 8 + (depth as u32).ilog2() as i32 / 2;
        let wide = random.once_in(4);
        for to in self.requantizers.iter_mut().take(outputs) {
            let multiplier = match random.within(0, 15) {
                0 => 1 << 30,
                1 => i32::MAX,
                _ => 1 << 30 | (random.next() as i32 & 0x3fff_ffff),
            };
            let shift =
                if wide { random.within(0, 33) as i32 - 31 } else { random.within(0, 3) as i32 - usual };
            *to = Requantizer::new(multiplier, shift).expect("within the documented limits");
        }
        let zero = zero_point(random);
        Drawn {
            input_start: random.within(0, 3),
            weight_start: random.within(0, 3),
            output_start: MARGIN + random.within(0, 3),
            zero_point: zero.into(),
            input: Quantization { scale: 1.0, zero_point: zero },
            output: output_quantization(random),
            activation: activation(random),
            has_bias: !random.once_in(4),
            scales: if random.once_in(4) { 1 } else { outputs },
            scratch: random.one_of(&[Scratch::All, Scratch::All, Scratch::All, Scratch::Half, Scratch::None]),
        }
    }

    /// The output that the definition has for a sum without its bias.
    fn finish(&self, drawn: &Drawn, channel: usize, sum: i32, once: bool) -> i32 {
        let bias = if drawn.has_bias { self.bias[channel] } else { 0 };
        let requantizer = self.requantizers[if drawn.scales == 1 { 0 } else { channel }];
        let scale = if once { rounded_once } else { rounded_twice };
        let scaled = scale(bias.wrapping_add(sum), requantizer.multiplier(), requantizer.shift());
        let (least, most) = limits(drawn.activation, drawn.output);
        scaled.wrapping_add(drawn.output.zero_point.into()).clamp(least, most)
    }

    /// Compares all outputs, and the bytes before and after them.
    fn compare(
        &self,
        (seed, kind): (u64, &'static str),
        start: usize,
        length: usize,
        expected: impl Fn(usize) -> i32,
    ) -> Result<(), Difference> {
        for (at, found) in self.output.iter().enumerate().take(start + length + MARGIN) {
            let place = at.wrapping_sub(start);
            let expected = if place < length { expected(place) } else { MARK.into() };
            if i32::from(*found) != expected {
                return Err(Difference { seed, kind, place, expected, found: (*found).into() });
            }
        }
        Ok(())
    }

    fn conv(&mut self, seed: u64, random: &mut Random) -> Result<(), Difference> {
        let (images, [y, x], groups, channels, filters) = loop {
            let images = if random.once_in(4) { random.within(2, 3) } else { 1 };
            let groups = if random.once_in(5) { random.within(2, 4) } else { 1 };
            let pointwise = random.once_in(3);
            let axes = window(random, if pointwise { 1 } else { 5 });
            let channels = random.within(1, if pointwise { 70 } else { 20 });
            let filters = random.within(1, if pointwise { 40 } else { 14 });
            if let Some(pixels) = pixels(axes)
                && images * pixels * groups * filters * channels * axes[0].taps * axes[1].taps
                    <= MOST_PRODUCTS
                && images * axes[0].size * axes[1].size * groups * channels <= 4000
                && images * pixels * groups * filters <= 4000
                && groups * filters * channels * axes[0].taps * axes[1].taps <= 4000
                && groups * filters <= 128
            {
                break (images, axes, groups, channels, filters);
            }
        };
        let all = groups * filters;
        let depth = y.taps * x.taps * channels;
        let drawn = self.draw(random, all, depth);
        let spec = Conv2dSpec {
            input_shape: [images, y.size, x.size, groups * channels],
            filter_shape: [all, y.taps, x.taps, channels],
            stride: [y.stride, x.stride],
            dilation: [y.dilation, x.dilation],
            padding: y.padding,
            input: drawn.input,
            output: drawn.output,
            activation: drawn.activation,
        };
        let weights = &self.weights[drawn.weight_start..][..all * depth];
        let bias = if drawn.has_bias { Bias::Words(&self.bias[..all]) } else { Bias::None };
        let layer = Conv2d::new(&spec, weights, bias, &self.requantizers[..drawn.scales])
            .expect("a drawn layer is valid");
        let scratch = &mut self.scratch[..drawn.scratch.of(layer.scratch_len())];
        layer.run(&self.input[drawn.input_start..], &mut self.output[drawn.output_start..], scratch);
        let [_, height, width, _] = layer.output_shape();
        self.compare((seed, "conv2d"), drawn.output_start, layer.output_len(), |place| {
            let (o, pixel) = (place % all, place / all);
            let (column, row, image) = (pixel % width, pixel / width % height, pixel / width / height);
            let mut sum = 0_i32;
            for (ty, tx) in taps(y, x) {
                let (Some(from_y), Some(from_x)) = (y.place(row, ty), x.place(column, tx)) else { continue };
                for c in 0..channels {
                    let from = ((image * y.size + from_y) * x.size + from_x) * groups * channels
                        + o / filters * channels
                        + c;
                    let weight = weights[((o * y.taps + ty) * x.taps + tx) * channels + c];
                    let value = i32::from(self.input[drawn.input_start + from]) - drawn.zero_point;
                    sum = sum.wrapping_add(value * i32::from(weight));
                }
            }
            self.finish(&drawn, o, sum, false)
        })
    }

    fn depthwise(&mut self, seed: u64, random: &mut Random) -> Result<(), Difference> {
        let (images, [y, x], channels, multiplier) = loop {
            let images = if random.once_in(4) { random.within(2, 3) } else { 1 };
            let axes = window(random, 5);
            let multiplier = if random.once_in(3) { random.within(2, 4) } else { 1 };
            let channels = if random.once_in(3) { 4 * random.within(1, 16) } else { random.within(1, 40) };
            if let Some(pixels) = pixels(axes)
                && images * pixels * channels * multiplier * axes[0].taps * axes[1].taps <= MOST_PRODUCTS
                && images * axes[0].size * axes[1].size * channels <= 4000
                && images * pixels * channels * multiplier <= 4000
                && channels * multiplier <= 128
                && axes[0].taps * axes[1].taps * channels * multiplier <= 4000
            {
                break (images, axes, channels, multiplier);
            }
        };
        let all = channels * multiplier;
        let drawn = self.draw(random, all, y.taps * x.taps);
        let spec = DepthwiseSpec {
            input_shape: [images, y.size, x.size, channels],
            filter_size: [y.taps, x.taps],
            multiplier,
            stride: [y.stride, x.stride],
            dilation: [y.dilation, x.dilation],
            padding: y.padding,
            input: drawn.input,
            output: drawn.output,
            activation: drawn.activation,
        };
        let weights = &self.weights[drawn.weight_start..][..all * y.taps * x.taps];
        let bias = if drawn.has_bias { Bias::Words(&self.bias[..all]) } else { Bias::None };
        let layer = DepthwiseConv2d::new(&spec, weights, bias, &self.requantizers[..drawn.scales])
            .expect("a drawn layer is valid");
        let scratch = &mut self.scratch[..drawn.scratch.of(layer.scratch_len())];
        layer.run(&self.input[drawn.input_start..], &mut self.output[drawn.output_start..], scratch);
        let [_, height, width, _] = layer.output_shape();
        self.compare((seed, "depthwise"), drawn.output_start, layer.output_len(), |place| {
            let (o, pixel) = (place % all, place / all);
            let (column, row, image) = (pixel % width, pixel / width % height, pixel / width / height);
            let mut sum = 0_i32;
            for (ty, tx) in taps(y, x) {
                let (Some(from_y), Some(from_x)) = (y.place(row, ty), x.place(column, tx)) else { continue };
                let from = ((image * y.size + from_y) * x.size + from_x) * channels + o / multiplier;
                let value = i32::from(self.input[drawn.input_start + from]) - drawn.zero_point;
                sum = sum.wrapping_add(value * i32::from(weights[(ty * x.taps + tx) * all + o]));
            }
            self.finish(&drawn, o, sum, false)
        })
    }

    fn dense(&mut self, seed: u64, random: &mut Random) -> Result<(), Difference> {
        let (batch, inputs, outputs) = loop {
            let batch = random.within(1, 3);
            let inputs = if random.once_in(2) { random.within(1, 40) } else { random.within(1, 400) };
            let outputs = random.within(1, 24);
            if inputs * outputs <= 4000 && batch * inputs * outputs <= MOST_PRODUCTS {
                break (batch, inputs, outputs);
            }
        };
        let drawn = self.draw(random, outputs, inputs);
        let rounding = random.one_of(&[Rounding::Tflm, Rounding::Litert]);
        let (input, output, activation) = (drawn.input, drawn.output, drawn.activation);
        let spec = DenseSpec { batch, inputs, outputs, input, output, activation, rounding };
        let weights = &self.weights[drawn.weight_start..][..inputs * outputs];
        let bias = if drawn.has_bias { Bias::Words(&self.bias[..outputs]) } else { Bias::None };
        let layer = Dense::new(&spec, weights, bias, &self.requantizers[..drawn.scales])
            .expect("a drawn layer is valid");
        let scratch = &mut self.scratch[..drawn.scratch.of(layer.scratch_len())];
        layer.run(&self.input[drawn.input_start..], &mut self.output[drawn.output_start..], scratch);
        self.compare((seed, "dense"), drawn.output_start, batch * outputs, |place| {
            let (row, o) = (place / outputs, place % outputs);
            let sum = (0..inputs).fold(0_i32, |sum, i| {
                let value = i32::from(self.input[drawn.input_start + row * inputs + i]) - drawn.zero_point;
                sum.wrapping_add(value * i32::from(weights[o * inputs + i]))
            });
            self.finish(&drawn, o, sum, rounding == Rounding::Litert)
        })
    }

    fn pool(&mut self, seed: u64, random: &mut Random) -> Result<(), Difference> {
        let (images, [y, x], channels) = loop {
            let images = random.within(1, 3);
            let mut axes = window(random, 6);
            axes.iter_mut().for_each(|axis| axis.dilation = 1);
            let channels = random.within(1, 40);
            if let Some(pixels) = pixels(axes)
                && images * axes[0].size * axes[1].size * channels <= 4000
                && images * pixels * channels <= 4000
                && images * pixels * channels * axes[0].taps * axes[1].taps <= MOST_PRODUCTS
            {
                break (images, axes, channels);
            }
        };
        let extreme = random.once_in(8);
        random.fill(&mut self.input, extreme);
        self.output.fill(MARK);
        let kind = random.one_of(&[PoolKind::Average, PoolKind::Maximum]);
        let quantization = output_quantization(random);
        let activation = activation(random);
        let (start, to) = (random.within(0, 3), MARGIN + random.within(0, 3));
        let spec = PoolSpec {
            input_shape: [images, y.size, x.size, channels],
            window: [y.taps, x.taps],
            stride: [y.stride, x.stride],
            padding: y.padding,
            quantization,
            activation,
        };
        let layer = Pool::new(kind, &spec).expect("a drawn layer is valid");
        layer.run(&self.input[start..], &mut self.output[to..]);
        let [_, height, width, _] = layer.output_shape();
        let (least, most) = limits(activation, quantization);
        self.compare((seed, "pool"), to, layer.output_len(), |place| {
            let (c, pixel) = (place % channels, place / channels);
            let (column, row, image) = (pixel % width, pixel / width % height, pixel / width / height);
            let (mut sum, mut count, mut greatest) = (0, 0, -128);
            for (ty, tx) in taps(y, x) {
                let (Some(from_y), Some(from_x)) = (y.place(row, ty), x.place(column, tx)) else { continue };
                let from = ((image * y.size + from_y) * x.size + from_x) * channels + c;
                let value = i32::from(self.input[start + from]);
                (sum, count, greatest) = (sum + value, count + 1, greatest.max(value));
            }
            let average = if sum > 0 { (sum + count / 2) / count } else { (sum - count / 2) / count };
            (if kind == PoolKind::Average { average } else { greatest }).clamp(least, most)
        })
    }

    fn add(&mut self, seed: u64, random: &mut Random) -> Result<(), Difference> {
        let extreme = random.once_in(8);
        random.fill(&mut self.input, extreme);
        random.fill(&mut self.second, extreme);
        self.output.fill(MARK);
        let length = if random.once_in(3) { random.within(1, 40) } else { random.within(1, 2000) };
        let scale = |random: &mut Random| 0.001 * random.within(1, 200) as f32;
        let [a, b] = [(); 2].map(|()| Quantization { scale: scale(random), zero_point: zero_point(random) });
        let output = output_quantization(random);
        let activation = activation(random);
        let subtract = random.once_in(3);
        let starts = [(); 2].map(|()| random.within(0, 3));
        let to = MARGIN + random.within(0, 3);
        let shape = [length];
        let spec = AddSpec { shapes: [&shape, &shape], inputs: [a, b], output, activation, subtract };
        // Where the sum would have to be enlarged, there is no such layer.
        let Ok(layer) = Add::new(&spec) else { return Ok(()) };
        layer.run(&self.input[starts[0]..], &self.second[starts[1]..], &mut self.output[to..]);
        let twice = 2.0 * f64::from(a.scale.max(b.scale));
        let scale = |real: f64, value: i32| {
            let requantizer = Requantizer::from_real(real);
            rounded_twice(value, requantizer.multiplier(), requantizer.shift())
        };
        let (least, most) = limits(activation, output);
        self.compare((seed, "add"), to, length, |place| {
            let value = |input: &[i8; 4096], start: usize, q: Quantization| {
                let value = i32::from(input[start + place]) - i32::from(q.zero_point);
                scale(f64::from(q.scale) / twice, value << 20)
            };
            let (a, b) = (value(&self.input, starts[0], a), value(&self.second, starts[1], b));
            let sum = if subtract { a - b } else { a + b };
            let real = twice / (f64::from(1 << 20) * f64::from(output.scale));
            (scale(real, sum) + i32::from(output.zero_point)).clamp(least, most)
        })
    }
}

/// A window of at most `most` taps each way.
fn window(random: &mut Random, most: usize) -> [Axis; 2] {
    let padding = random.one_of(&[Padding::Same, Padding::Valid]);
    let dilated = random.once_in(5);
    [(); 2].map(|()| Axis {
        size: random.within(1, 14),
        taps: random.within(1, most),
        stride: if random.once_in(2) { 1 } else { random.within(1, 3) },
        dilation: if dilated { random.within(1, 3) } else { 1 },
        padding,
    })
}

fn pixels([y, x]: [Axis; 2]) -> Option<usize> {
    Some(y.output()? * x.output()?)
}

fn taps(y: Axis, x: Axis) -> impl Iterator<Item = (usize, usize)> {
    (0..y.taps).flat_map(move |ty| (0..x.taps).map(move |tx| (ty, tx)))
}
