//! What users of other int8 kernels ran into, each as a test: repository, number, what happened there.

#![expect(clippy::unwrap_used, reason = "a layer that is refused fails its test")]

use joulegram::kernel::{
    Activation, Bias, Conv2d, Conv2dSpec, Dense, DenseSpec, DepthwiseConv2d, DepthwiseSpec, Engine,
    KernelError, Padding, Pool, PoolKind, PoolSpec, Quantization, Requantizer, Rounding, Slot,
    TransposedConv2d, TransposedConvSpec,
};
use std::path::Path;

const ONE: [Requantizer; 1] = [Requantizer::from_real(1.0)];
const PLAIN: Quantization = Quantization { scale: 1.0, zero_point: 0 };

fn conv(
    input_shape: [usize; 4],
    filter_shape: [usize; 4],
    stride: [usize; 2],
    padding: Padding,
) -> Conv2dSpec {
    Conv2dSpec {
        input_shape,
        filter_shape,
        stride,
        dilation: [1, 1],
        padding,
        input: PLAIN,
        output: PLAIN,
        activation: Activation::None,
    }
}

/// Runs a convolution whose sums are taken as they are, with all the scratch memory that it asks for.
fn convolve(spec: &Conv2dSpec, weights: &[i8], input: &[i8]) -> Vec<i8> {
    let layer = Conv2d::new(spec, weights, Bias::None, &ONE).unwrap();
    let mut output = vec![0; layer.output_len()];
    layer.run(input, &mut output, &mut vec![0; layer.scratch_len()]);
    output
}

/// Small numbers that repeat late.
fn numbers(length: usize) -> Vec<i8> {
    (0..length).map(|n| i8::try_from(n * 7 % 5).unwrap() - 2).collect()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/models").join(name)).unwrap()
}

/// `ARM-software/CMSIS-NN#230`: 4x4x8 with a filter 4x4x4x8, stride 2 and padding 1 gave 152 of 256 wrong outputs, and
/// wrote past the rows.
#[test]
fn cmsis_nn_230_a_transposed_convolution_whose_padding_is_no_multiple_of_its_stride() {
    let spec = TransposedConvSpec {
        input_shape: [1, 4, 4, 8],
        filter_shape: [4, 4, 4, 8],
        output_size: [8, 8],
        stride: [2, 2],
        padding: Padding::Same,
        input: PLAIN,
        output: PLAIN,
        activation: Activation::None,
    };
    let (input, weights) = (numbers(4 * 4 * 8), numbers(4 * 4 * 4 * 8));
    let layer = TransposedConv2d::new(&spec, &weights, Bias::None, &ONE).unwrap();
    let mut output = vec![99; 8 * 8 * 4 + 16];
    layer.run(&input, &mut output);
    let mut sums = vec![0_i32; 8 * 8 * 4];
    for (place, inputs) in input.chunks(8).enumerate() {
        for (tap, (o, filter)) in weights
            .chunks(16 * 8)
            .enumerate()
            .flat_map(|(o, f)| f.chunks(8).enumerate().map(move |(tap, filter)| (tap, (o, filter))))
        {
            let (y, x) =
                ((place / 4 * 2 + tap / 4).wrapping_sub(1), (place % 4 * 2 + tap % 4).wrapping_sub(1));
            if y < 8 && x < 8 {
                sums[(y * 8 + x) * 4 + o] += dot(inputs, filter);
            }
        }
    }
    let expected: Vec<i8> = sums.iter().map(|sum| i8::try_from((*sum).clamp(-128, 127)).unwrap()).collect();
    assert_eq!(output[..256], expected);
    assert_eq!(output[256..], [99; 16]);
}

fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

/// `CMSIS-NN#214`, `tflite-micro#3252`, `LiteRT#7441`, `tensorflow#99072`, `tflite-micro#3130`: two right answers that
/// differ by one, and no way to choose.
#[test]
fn cmsis_nn_214_the_rounding_is_a_choice_and_the_two_differ_by_one() {
    let requantizer = [Requantizer::from_real(0.125)];
    let output = |rounding, bias: i32| {
        let spec = DenseSpec {
            batch: 1,
            inputs: 1,
            outputs: 1,
            input: PLAIN,
            output: PLAIN,
            activation: Activation::None,
            rounding,
        };
        let mut output = [0];
        Dense::new(&spec, &[1], &[bias], &requantizer).unwrap().run(&[0], &mut output, &mut []);
        output
    };
    // -12 / 8 = -1.5: away from zero by the two roundings, up by one.
    assert_eq!(output(Rounding::Tflm, -12), [-2]);
    assert_eq!(output(Rounding::Litert, -12), [-1]);
    assert_eq!(output(Rounding::Tflm, -13), output(Rounding::Litert, -13));
}

/// `CMSIS-NN#184`, `CMSIS-NN#108`: 966 with shift 16 was taken for a fraction of 31 bits.
#[test]
fn cmsis_nn_184_a_multiplier_that_is_no_fraction_is_refused_by_name() {
    let error = Requantizer::new(966, 16).unwrap_err();
    assert!(matches!(error, KernelError::Limit { field: "multiplier", found: 966, .. }), "{error}");
}

/// `CMSIS-NN#109`: a convolution 1xN with stride 1x4 was not implemented.
#[test]
fn cmsis_nn_109_a_row_convolution_with_a_stride_of_four() {
    let spec = conv([1, 1, 12, 1], [1, 1, 3, 1], [1, 4], Padding::Same);
    let input: Vec<i8> = (1..=12).collect();
    // Nothing is padded: 3 windows that reach 11 of 12 elements.
    assert_eq!(convolve(&spec, &[1, 10, 0], &input), [1 + 20, 5 + 60, 9 + 100]);
}

/// `CMSIS-NN#19`: the function that sized the buffer and the one that chose the kernel disagreed.
#[test]
fn cmsis_nn_19_the_arena_that_a_plan_asks_for_is_enough_and_one_byte_less_is_an_error() {
    for name in ["kws.tflite", "vww.tflite", "ic.tflite", "ad.tflite"] {
        let file = fixture(name);
        let mut plan = [Slot::default(); 512];
        let engine = Engine::new(&file, Rounding::Tflm, &mut plan).unwrap();
        let (input, mut output) = (vec![3; engine.input_bytes()], vec![0; engine.output_bytes()]);
        let mut arena = vec![0; engine.arena_bytes() + 64];
        let (own, behind) = arena.split_at_mut(engine.arena_bytes());
        engine.run(&input, &mut output, own).unwrap();
        assert!(behind.iter().all(|byte| *byte == 0));
        assert!(engine.run(&input, &mut output, &mut own[1..]).is_err());
    }
}

/// `CMSIS-NN#77`, `CMSIS-NN#161`: a buffer of the layer's size hid on the stack.
#[test]
fn cmsis_nn_161_layers_larger_than_the_stack_run() {
    let large = || {
        // 60,000 inputs, and 30,000 sums of 32 bits.
        for [filters, channels] in [[2, 60_000], [30_000, 2]] {
            let spec = conv([1, 1, 1, channels], [filters, 1, 1, channels], [1, 1], Padding::Valid);
            let outputs = convolve(&spec, &vec![1; filters * channels], &vec![0; channels]);
            assert!(outputs.iter().all(|output| *output == 0));
        }
    };
    // Without optimisation the loops alone take more than the least that a thread can have.
    std::thread::Builder::new().stack_size(128 << 10).spawn(large).unwrap().join().unwrap();
}

/// `CMSIS-NN#164`: sums over the weights that the caller was to prepare; without, the outputs were wrong in silence.
#[test]
fn cmsis_nn_164_what_lies_in_the_scratch_memory_does_not_matter() {
    let spec = DenseSpec {
        batch: 2,
        inputs: 33,
        outputs: 5,
        input: Quantization { scale: 1.0, zero_point: 9 },
        output: PLAIN,
        activation: Activation::None,
        rounding: Rounding::Tflm,
    };
    let (weights, input) = (numbers(33 * 5), numbers(33 * 2));
    let dense = Dense::new(&spec, &weights, Bias::None, &ONE).unwrap();
    let conv = conv([1, 6, 5, 3], [4, 3, 3, 3], [1, 1], Padding::Same);
    let (filters, image) = (numbers(4 * 27), numbers(90));
    let conv = Conv2d::new(&conv, &filters, Bias::None, &ONE).unwrap();
    let outputs = |fill| {
        let (mut first, mut second) = ([0; 10], vec![0; conv.output_len()]);
        dense.run(&input, &mut first, &mut vec![fill; dense.scratch_len()]);
        conv.run(&image, &mut second, &mut vec![fill; conv.scratch_len()]);
        (first, second)
    };
    assert_eq!(outputs(0), outputs(0x5555));
    assert_eq!(outputs(0), outputs(-1));
}

fn pool(kind: PoolKind, input: &[i8], window: [usize; 2]) -> Vec<i8> {
    let spec = PoolSpec {
        input_shape: [1, window[0], window[1], input.len() / window[0] / window[1]],
        window,
        stride: [1, 1],
        padding: Padding::Valid,
        quantization: PLAIN,
        activation: Activation::None,
    };
    let layer = Pool::new(kind, &spec).unwrap();
    let mut output = vec![0; layer.output_len()];
    layer.run(input, &mut output);
    output
}

/// `ARM-software/CMSIS_5#1012`: an average of -10 / 4 that is -3, as TensorFlow Lite has it.
#[test]
fn cmsis_5_1012_an_average_is_rounded_away_from_zero() {
    assert_eq!(pool(PoolKind::Average, &[-1, -2, -3, -4], [2, 2]), [-3]);
    assert_eq!(pool(PoolKind::Average, &[1, 2, 3, 4], [2, 2]), [3]);
}

/// `CMSIS_5#1495`, `tensorflow#37361`: reads of four bytes at any address, which some builds made calls of.
#[test]
fn cmsis_5_1495_no_slice_needs_an_alignment() {
    let spec = conv([1, 5, 5, 4], [6, 3, 3, 4], [1, 1], Padding::Same);
    let (input, weights) = (numbers(100), numbers(216));
    let expected = convolve(&spec, &weights, &input);
    for shift in 1..4 {
        let at = |numbers: &[i8]| [&vec![77; shift][..], numbers].concat();
        let (input, weights) = (at(&input), at(&weights));
        assert_eq!(convolve(&spec, &weights[shift..], &input[shift..]), expected, "{shift}");
    }
}

/// `tflite-micro#2319`, `#1646`, `#1231`, `#1629`, `tensorflow#43475`: dilation was ignored, or padded with what lay
/// there: an input 8x1, three taps, dilation 2.
#[test]
fn tflite_micro_2319_a_dilated_convolution_pads_with_the_zero_point() {
    let mut spec = conv([1, 8, 1, 1], [1, 3, 1, 1], [1, 1], Padding::Same);
    spec.dilation = [2, 1];
    spec.input.zero_point = 5;
    let input: Vec<i8> = (6..14).collect(); // 1 to 8 above the zero point
    assert_eq!(convolve(&spec, &[1, 1, 1], &input), [4, 6, 9, 12, 15, 18, 12, 14]);
}

/// Where a field of a table in a model's file begins; none if it is left out.
fn field(file: &[u8], table: usize, index: usize) -> Option<usize> {
    let back = isize::try_from(number(file, table)).unwrap();
    let vtable = table.checked_add_signed(-back).unwrap();
    let short = |at: usize| usize::from(u16::from_le_bytes([file[at], file[at + 1]]));
    let place = 4 + 2 * index;
    let offset = if place < short(vtable) { short(vtable + place) } else { 0 };
    (offset > 0).then_some(table + offset)
}

/// What an offset at a place leads to.
fn follow(file: &[u8], at: usize) -> usize {
    at.checked_add_signed(isize::try_from(number(file, at)).unwrap()).unwrap()
}

fn number(file: &[u8], at: usize) -> i32 {
    i32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}

/// The tables of the first graph's tensors.
fn tensors(file: &[u8]) -> Vec<usize> {
    let root = follow(file, 0);
    let graph = follow(file, follow(file, field(file, root, 2).unwrap()) + 4);
    let list = follow(file, field(file, graph, 0).unwrap());
    (0..usize::try_from(number(file, list)).unwrap()).map(|n| follow(file, list + 4 + 4 * n)).collect()
}

fn refusal(file: &[u8]) -> String {
    Engine::new(file, Rounding::Tflm, &mut [Slot::default(); 128]).unwrap_err().to_string()
}

/// `tflite-micro#1121`: a model of unsigned bytes ran with a multiplier that nothing had set.
#[test]
fn tflite_micro_1121_a_model_of_unsigned_bytes_is_refused_by_name() {
    const INT8: u8 = 9;
    const UINT8: u8 = 3;
    let mut file = fixture("conv_stride1_same.tflite");
    for tensor in tensors(&file) {
        if let Some(at) = field(&file, tensor, 1).filter(|at| file[*at] == INT8) {
            file[at] = UINT8;
        }
    }
    let refused = refusal(&file);
    assert!(refused.starts_with("operator 0 (CONV_2D): tensor "), "{refused}");
    assert!(refused.ends_with(" is Uint8, which the int8 kernel does not take"), "{refused}");
}

/// `tensorflow#35318`, `CMSIS_5#1151`: weights with a zero point of their own, which the int8 kernel left out.
#[test]
fn tensorflow_35318_weights_with_a_zero_point_are_refused_by_name() {
    let zero_points = |file: &[u8], tensor| {
        let quantization = follow(file, field(file, tensor, 4)?);
        Some(follow(file, field(file, quantization, 3)?))
    };
    for name in ["dense_per_tensor.tflite", "conv_stride1_same.tflite", "depthwise_stride1_same.tflite"] {
        let file = fixture(name);
        assert!(Engine::new(&file, Rounding::Tflm, &mut [Slot::default(); 128]).is_ok(), "{name}");
        let mut refused = 0;
        for tensor in tensors(&file) {
            let Some(list) = zero_points(&file, tensor).filter(|list| number(&file, *list) > 0) else {
                continue;
            };
            // The last channel's.
            let at = list + 4 + 8 * (usize::try_from(number(&file, list)).unwrap() - 1);
            let mut file = file.clone();
            file[at..at + 8].copy_from_slice(&5_i64.to_le_bytes());
            let mut plan = [Slot::default(); 128];
            let result = Engine::new(&file, Rounding::Tflm, &mut plan);
            // Inputs and outputs may have any.
            if let Err(error) = result {
                let error = error.to_string();
                assert!(error.ends_with(": weights' zero point is 5, outside 0 to 0"), "{name}: {error}");
                refused += 1;
            }
        }
        assert_eq!(refused, 1, "{name}");
    }
}

/// `tensorflow#37910`: 1,001 outputs overran a table of 256 channels.
#[test]
fn tensorflow_37910_there_is_no_cap_on_channels() {
    let spec = conv([1, 1, 1, 3], [1001, 1, 1, 3], [1, 1], Padding::Valid);
    let weights: Vec<i8> = (0..3003).map(|n| i8::try_from(n / 3 % 100).unwrap()).collect();
    let expected: Vec<i8> = (0..1001).map(|n| i8::try_from(n % 100).unwrap()).collect();
    assert_eq!(convolve(&spec, &weights, &[0, 1, 0]), expected);
}

/// `tflite-micro#1447`: a fully connected layer 3x512 was slower with the optimised kernels; here its exactness, and its
/// instructions among those that the step `counts` compares with the record.
#[test]
fn tflite_micro_1447_a_dense_layer_with_few_inputs() {
    let spec = DenseSpec {
        batch: 1,
        inputs: 3,
        outputs: 512,
        input: PLAIN,
        output: PLAIN,
        activation: Activation::None,
        rounding: Rounding::Tflm,
    };
    let weights = numbers(3 * 512);
    let dense = Dense::new(&spec, &weights, Bias::None, &ONE).unwrap();
    let mut output = [0; 512];
    dense.run(&[1, -2, 3], &mut output, &mut vec![0; dense.scratch_len()]);
    for (row, output) in weights.chunks(3).zip(output) {
        assert_eq!(i32::from(output), dot(row, &[1, -2, 3]));
    }
}

/// `nnom#84`: a convolution 1x1 with stride 2 gave a size mismatch; `tinyengine#37`: a layout that was not supported gave
/// wrong outputs.
#[test]
fn nnom_84_a_pointwise_convolution_with_a_stride_of_two() {
    let spec = conv([1, 3, 4, 2], [1, 1, 1, 2], [2, 2], Padding::Same);
    let input: Vec<i8> = (0..24).collect();
    assert_eq!(convolve(&spec, &[1, 0], &input), [0, 4, 16, 20]);
}

/// microflow pads `(k - 1) / 2` on all sides: 14, 30, 57, 99 here.
#[test]
fn microflow_an_even_image_with_stride_two_is_padded_at_its_end() {
    let spec = conv([1, 4, 4, 1], [1, 3, 3, 1], [2, 2], Padding::Same);
    let input: Vec<i8> = (1..=16).collect();
    assert_eq!(convolve(&spec, &[1; 9], &input), [54, 45, 72, 54]);
}

/// microflow reads channel `o` in place of `o / multiplier`: 10, 20, 10, 10 here.
#[test]
fn microflow_a_depth_multiplier_repeats_each_channel() {
    let spec = DepthwiseSpec {
        input_shape: [1, 1, 1, 2],
        filter_size: [1, 1],
        multiplier: 2,
        stride: [1, 1],
        dilation: [1, 1],
        padding: Padding::Valid,
        input: PLAIN,
        output: PLAIN,
        activation: Activation::None,
    };
    let layer = DepthwiseConv2d::new(&spec, &[1; 4], Bias::None, &ONE).unwrap();
    let mut output = [0; 4];
    layer.run(&[10, 20], &mut output, &mut vec![0; layer.scratch_len()]);
    assert_eq!(output, [10, 10, 20, 20]);
}

/// `sonos/tract#1402`: no maximum over a window.
#[test]
fn tract_1402_a_maximum_over_a_window() {
    assert_eq!(pool(PoolKind::Maximum, &[-5, 3, 7, -128], [2, 2]), [7]);
    assert_eq!(pool(PoolKind::Maximum, &[-128; 4], [2, 2]), [-128]);
}

/// `ARM-software/ML-KWS-for-MCU#103`: averages that wrapped turned 8 % of the classes.
#[test]
fn ml_kws_for_mcu_103_an_average_of_extremes_does_not_wrap() {
    assert_eq!(pool(PoolKind::Average, &[127; 25 * 5], [25, 5]), [127]);
    assert_eq!(pool(PoolKind::Average, &[-128; 25 * 5], [25, 5]), [-128]);
}
