//! Each layer with weights against its definition, written as slowly and obviously as possible, over odd shapes.
//!
//! The layers run on the inner loops of this processor: on each instruction set these tests compare its loops.

use super::*;
use proptest::prelude::*;
use std::vec::Vec;

/// Scales a sum as the specification says, on wide integers.
fn slow_output(sum: i64, scale: Requantizer, single: bool, zero_point: i8, least: i8) -> i8 {
    let sum = i128::from(i32::try_from(sum).unwrap());
    let (multiplier, shift) = (i128::from(scale.multiplier()), scale.shift());
    let scaled = if single {
        let divisor = 1_i128 << (31 - shift);
        (sum * multiplier + divisor / 2).div_euclid(divisor)
    } else {
        let high = ((sum << shift.max(0)) * multiplier + (1 << 30)).div_euclid(1 << 31);
        let divisor = 1_i128 << (-shift).max(0);
        let magnitude = (high.abs() + divisor / 2) / divisor;
        if high < 0 { -magnitude } else { magnitude }
    };
    let result = i64::try_from(scaled).unwrap() + i64::from(zero_point);
    i8::try_from(result.clamp(least.into(), 127)).unwrap()
}

/// Bytes from a seed; every fourth at an end of the range.
fn noise(seed: u64, length: usize) -> Vec<i8> {
    let mut state = seed | 1;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [.., a, b] = state.to_le_bytes();
        match a & 7 {
            0 => -128,
            1 => 127,
            _ => b.cast_signed(),
        }
    };
    (0..length).map(next).collect()
}

fn weights(seed: u64, length: usize) -> Vec<i8> {
    noise(seed, length).into_iter().map(|w| w.max(-127)).collect()
}

fn biases(seed: u64, length: usize) -> Vec<i32> {
    noise(seed, length).into_iter().map(|b| i32::from(b) * 517).collect()
}

fn scales(seed: u64, length: usize) -> Vec<Requantizer> {
    let pairs = noise(seed, 2 * length);
    let scale = |pair: &[i8]| {
        let shift = -i32::from(pair[0].unsigned_abs() % 12) + 1;
        Requantizer::new((1 << 30) + i32::from(pair[1].unsigned_abs()) * 8_000_000 + 12_345, shift).unwrap()
    };
    pairs.chunks(2).map(scale).collect()
}

#[derive(Clone, Debug)]
struct Case {
    images: usize,
    size: [usize; 2],
    channels: usize,
    filters: usize,
    groups: usize,
    window: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    padding: Padding,
    zero_points: [i8; 2],
    relu: bool,
    bias: bool,
    seed: u64,
}

fn cases() -> impl Strategy<Value = Case> {
    // Five channels still leave a rest beside a group of four; Miri takes minutes for more.
    let (size, channels) = if cfg!(miri) { (4_usize, 5_usize) } else { (9, 9) };
    let shape = (1..=2_usize, [1..=size, 1..=size], 1..=channels, 1..=7_usize, 1..=3_usize);
    let window = ([1..=5_usize, 1..=5], [1..=3_usize, 1..=3], [1..=3_usize, 1..=3], any::<bool>());
    let rest = (any::<[i8; 2]>(), any::<bool>(), any::<bool>(), any::<u64>());
    (shape, window, rest).prop_filter_map("the window fits", |(shape, window, rest)| {
        let (images, size, channels, filters, groups) = shape;
        let (window, stride, dilation, same) = window;
        let (zero_points, relu, bias, seed) = rest;
        let padding = if same { Padding::Same } else { Padding::Valid };
        let fits = (0..2).all(|axis| (window[axis] - 1) * dilation[axis] < size[axis]);
        let case = Case {
            images,
            size,
            channels,
            filters,
            groups,
            window,
            stride,
            dilation,
            padding,
            zero_points,
            relu,
            bias,
            seed,
        };
        (same || fits).then_some(case)
    })
}

impl Case {
    fn quantization(&self) -> [Quantization; 2] {
        self.zero_points.map(|zero_point| Quantization { scale: 0.1, zero_point })
    }

    fn activation(&self) -> Activation {
        if self.relu { Activation::Relu } else { Activation::None }
    }

    /// Output size and padding before, along an axis.
    fn output(&self, axis: usize) -> (usize, isize) {
        let (n, k, s) = (self.size[axis], self.window[axis], self.stride[axis]);
        let extent = (k - 1) * self.dilation[axis] + 1;
        let out = match self.padding {
            Padding::Same => n.div_ceil(s),
            Padding::Valid => (n + s - extent) / s,
        };
        (out, (((out - 1) * s + extent).saturating_sub(n) / 2) as isize)
    }

    /// `sum(n, y, x, o)` by looking at every tap: the input under it, if any, for each of `tap`'s channels.
    fn expected(
        &self,
        filters: usize,
        input: &[i8],
        bias: &[i32],
        scales: &[Requantizer],
        taps: impl Fn(usize, usize) -> Vec<(usize, i8)>,
    ) -> Vec<i8> {
        let channels = input.len() / (self.images * self.size[0] * self.size[1]);
        let ((height, top), (width, left)) = (self.output(0), self.output(1));
        let mut output = Vec::new();
        for place in 0..self.images * height * width * filters {
            let (o, x) = (place % filters, place / filters % width);
            let (y, n) = (place / filters / width % height, place / filters / width / height);
            let mut sum = if self.bias { i64::from(bias[o]) } else { 0 };
            for tap in 0..self.window[0] * self.window[1] {
                let (ty, tx) = (tap / self.window[1], tap % self.window[1]);
                let iy = (y * self.stride[0] + ty * self.dilation[0]) as isize - top;
                let ix = (x * self.stride[1] + tx * self.dilation[1]) as isize - left;
                if iy < 0 || ix < 0 || iy >= self.size[0] as isize || ix >= self.size[1] as isize {
                    continue;
                }
                let pixel = (n * self.size[0] + iy.unsigned_abs()) * self.size[1] + ix.unsigned_abs();
                for (channel, weight) in taps(o, tap) {
                    let value = i64::from(input[pixel * channels + channel]) - i64::from(self.zero_points[0]);
                    sum += value * i64::from(weight);
                }
            }
            let scale = scales[if scales.len() == 1 { 0 } else { o }];
            output.push(self.finish(sum, scale, false));
        }
        output
    }

    fn finish(&self, sum: i64, scale: Requantizer, single: bool) -> i8 {
        let least = if self.relu { self.zero_points[1] } else { i8::MIN };
        slow_output(sum, scale, single, self.zero_points[1], least)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 1_000 }))]

    #[test]
    fn convolution_is_its_definition(mut case in cases(), one_scale: bool, scratch in 0_usize..600) {
        case.filters *= case.groups;
        let channels = case.channels * case.groups;
        let [input_q, output_q] = case.quantization();
        let spec = Conv2dSpec {
            input_shape: [case.images, case.size[0], case.size[1], channels],
            filter_shape: [case.filters, case.window[0], case.window[1], case.channels],
            stride: case.stride,
            dilation: case.dilation,
            padding: case.padding,
            input: input_q,
            output: output_q,
            activation: case.activation(),
        };
        let taps = case.window[0] * case.window[1];
        let weights = weights(case.seed, case.filters * taps * case.channels);
        let bias = biases(case.seed ^ 1, case.filters);
        let scales = scales(case.seed ^ 2, if one_scale { 1 } else { case.filters });
        let layer = Conv2d::new(&spec, &weights, case.bias.then_some(&bias[..]), &scales).unwrap();
        let input = noise(case.seed ^ 3, layer.input_len());
        let mut output = std::vec![0; layer.output_len()];
        layer.run(&input, &mut output, &mut std::vec![0; scratch]);
        let expected = case.expected(case.filters, &input, &bias, &scales, |o, tap| {
            let group = o / (case.filters / case.groups);
            let weight = |c| weights[(o * taps + tap) * case.channels + c];
            (0..case.channels).map(|c| (group * case.channels + c, weight(c))).collect()
        });
        prop_assert_eq!(&output, &expected);
        output.fill(0);
        layer.run(&input, &mut output, &mut std::vec![0; layer.scratch_len()]);
        prop_assert_eq!(output, expected);
    }

    #[test]
    fn depthwise_convolution_is_its_definition(case in cases(), wide in 0_usize..2, scratch in 0_usize..600) {
        // Past the channels that are summed at once.
        let channels = case.channels + 29 * wide;
        let filters = channels * case.groups;
        let [input_q, output_q] = case.quantization();
        let spec = DepthwiseSpec {
            input_shape: [case.images, case.size[0], case.size[1], channels],
            filter_size: case.window,
            multiplier: case.groups,
            stride: case.stride,
            dilation: case.dilation,
            padding: case.padding,
            input: input_q,
            output: output_q,
            activation: case.activation(),
        };
        let weights = weights(case.seed, case.window[0] * case.window[1] * filters);
        let bias = biases(case.seed ^ 1, filters);
        let scales = scales(case.seed ^ 2, filters);
        let layer = DepthwiseConv2d::new(&spec, &weights, case.bias.then_some(&bias[..]), &scales).unwrap();
        let input = noise(case.seed ^ 3, layer.input_len());
        let mut output = std::vec![0; layer.output_len()];
        layer.run(&input, &mut output, &mut std::vec![0; scratch]);
        let expected = case.expected(filters, &input, &bias, &scales, |o, tap| {
            std::vec![(o / case.groups, weights[tap * filters + o])]
        });
        prop_assert_eq!(&output, &expected);
        output.fill(0);
        layer.run(&input, &mut output, &mut std::vec![0x5a5a; layer.scratch_len()]);
        prop_assert_eq!(output, expected);
    }

    #[test]
    fn dense_is_its_definition(case in cases(), inputs in 1_usize..70, outputs in 1_usize..20, single: bool) {
        let [input, output] = case.quantization();
        let rounding = if single { Rounding::Litert } else { Rounding::Tflm };
        let (batch, activation) = (case.images, case.activation());
        let spec = DenseSpec { batch, inputs, outputs, input, output, activation, rounding };
        let weights = weights(case.seed, inputs * outputs);
        let bias = biases(case.seed ^ 1, outputs);
        let scales = scales(case.seed ^ 2, outputs);
        let layer = Dense::new(&spec, &weights, case.bias.then_some(&bias[..]), &scales).unwrap();
        let input = noise(case.seed ^ 3, layer.input_len());
        let mut output = std::vec![0; layer.output_len()];
        layer.run(&input, &mut output, &mut std::vec![0; layer.scratch_len()]);
        for (place, output) in output.into_iter().enumerate() {
            let (row, o) = (place / outputs, place % outputs);
            let mut sum = if case.bias { i64::from(bias[o]) } else { 0 };
            for i in 0..inputs {
                let value = i64::from(input[row * inputs + i]) - i64::from(case.zero_points[0]);
                sum += value * i64::from(weights[o * inputs + i]);
            }
            prop_assert_eq!(output, case.finish(sum, scales[o], single));
        }
    }

    /// `CMSIS-NN#230`: padding that is no multiple of the stride.
    #[test]
    fn transposed_convolution_is_its_definition(mut case in cases()) {
        case.dilation = [1, 1];
        let ((height, top), (width, left)) = (case.output(0), case.output(1));
        let [input, output] = case.quantization();
        let spec = TransposedConvSpec {
            input_shape: [case.images, height, width, case.channels],
            filter_shape: [case.filters, case.window[0], case.window[1], case.channels],
            output_size: case.size,
            stride: case.stride,
            padding: case.padding,
            input,
            output,
            activation: case.activation(),
        };
        let taps = case.window[0] * case.window[1];
        let weights = weights(case.seed, case.filters * taps * case.channels);
        let bias = biases(case.seed ^ 1, case.filters);
        let scales = scales(case.seed ^ 2, case.filters);
        let Ok(layer) = TransposedConv2d::new(&spec, &weights, case.bias.then_some(&bias[..]), &scales) else {
            // Valid padding needs a window inside the output, which dilation may have hidden.
            prop_assert!(case.padding == Padding::Valid);
            return Ok(());
        };
        let input = noise(case.seed ^ 3, layer.input_len());
        let mut sums = std::vec![0_i64; layer.output_len()];
        for place in 0..case.images * height * width {
            let (x, y, n) = (place % width, place / width % height, place / width / height);
            for tap in 0..taps {
                let oy = (y * case.stride[0] + tap / case.window[1]) as isize - top;
                let ox = (x * case.stride[1] + tap % case.window[1]) as isize - left;
                if oy < 0 || ox < 0 || oy >= case.size[0] as isize || ox >= case.size[1] as isize {
                    continue;
                }
                let to = ((n * case.size[0] + oy.unsigned_abs()) * case.size[1] + ox.unsigned_abs()) * case.filters;
                for (o, c) in (0..case.filters).flat_map(|o| (0..case.channels).map(move |c| (o, c))) {
                    let value = i64::from(input[place * case.channels + c]) - i64::from(case.zero_points[0]);
                    sums[to + o] += value * i64::from(weights[(o * taps + tap) * case.channels + c]);
                }
            }
        }
        let mut output = std::vec![0; layer.output_len()];
        layer.run(&input, &mut output);
        for (place, (output, sum)) in output.into_iter().zip(sums).enumerate() {
            let o = place % case.filters;
            let sum = sum + if case.bias { i64::from(bias[o]) } else { 0 };
            prop_assert_eq!(output, case.finish(sum, scales[o], false));
        }
    }
}

/// `CMSIS-NN` reads a bias that is not there where a convolution is grouped, or depthwise with more than 124 channels.
#[test]
fn an_absent_bias_is_zero_in_every_group_and_block() {
    let q = Quantization { scale: 1.0, zero_point: 0 };
    let one = [Requantizer::from_real(1.0)];
    let spec = Conv2dSpec {
        input_shape: [1, 1, 1, 4],
        filter_shape: [6, 1, 1, 2],
        stride: [1, 1],
        dilation: [1, 1],
        padding: Padding::Valid,
        input: q,
        output: q,
        activation: Activation::None,
    };
    let mut output = [9; 6];
    let layer = Conv2d::new(&spec, &[1; 12], Bias::None, &one).unwrap();
    layer.run(&[1, 2, 10, 20], &mut output, &mut [0; 8]);
    assert_eq!(output, [3, 3, 3, 30, 30, 30]);
    let spec = DepthwiseSpec {
        input_shape: [1, 1, 1, 256],
        filter_size: [1, 1],
        multiplier: 1,
        stride: [1, 1],
        dilation: [1, 1],
        padding: Padding::Valid,
        input: q,
        output: q,
        activation: Activation::None,
    };
    let mut output = [9; 256];
    DepthwiseConv2d::new(&spec, &[2; 256], Bias::None, &one).unwrap().run(&[3; 256], &mut output, &mut []);
    assert_eq!(output, [6; 256]);
}

/// A slice that is too short leaves the output as it was.
#[test]
fn run_does_nothing_with_a_slice_that_is_too_short() {
    let q = Quantization { scale: 1.0, zero_point: 0 };
    let spec = DenseSpec {
        batch: 1,
        inputs: 2,
        outputs: 2,
        input: q,
        output: q,
        activation: Activation::None,
        rounding: Rounding::Tflm,
    };
    let one = [Requantizer::from_real(1.0)];
    let layer = Dense::new(&spec, &[1; 4], Bias::None, &one).unwrap();
    let mut output = [7; 2];
    layer.run(&[1], &mut output, &mut []);
    layer.run(&[1, 1], &mut output[..1], &mut []);
    assert_eq!(output, [7, 7]);
    layer.run(&[1, 1, 5], &mut output, &mut []);
    assert_eq!(output, [2, 2]);
}
