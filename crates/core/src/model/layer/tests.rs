use super::*;
use crate::model::shape::{Padding, ShapeError};
use crate::model::work::Work;
use std::{format, vec::Vec};

fn shape(dims: &[u32]) -> Shape {
    Shape::new(dims).unwrap()
}

fn conv(filters: u32, kernel: u32) -> Layer {
    Layer::Conv2d(Conv2d {
        filters,
        kernel: [kernel, kernel],
        stride: [1, 1],
        dilation: [1, 1],
        padding: Padding::Valid,
        groups: 1,
        bias: true,
        input: None,
        precision: Precision::FLOAT32,
    })
}

fn dense(units: u32) -> Layer {
    Layer::Dense(Dense { units, bias: true, input: None, precision: Precision::FLOAT32 })
}

fn halved() -> Layer {
    Layer::MaxPool(MaxPool {
        kernel: [2, 2],
        stride: None,
        padding: Padding::Valid,
        input: None,
        precision: Precision::FLOAT32,
    })
}

/// The example network of torchstat's read-me: two convolutions with pools, two dense layers, on 3x224x224.
fn torchstat() -> Vec<CountedLayer> {
    let flat =
        Layer::Reshape(Reshape { shape: shape(&[1, 56_180]), input: None, precision: Precision::FLOAT32 });
    let layers = [conv(10, 5), halved(), conv(20, 5), halved(), flat, dense(50), dense(10)];
    walk(&layers, Some(shape(&[1, 224, 224, 3]))).map(Result::unwrap).collect()
}

#[test]
fn torchstats_example_has_its_parameters_and_macs() {
    let layers = torchstat();
    let weighted: Vec<_> = layers
        .iter()
        .filter(|layer| layer.work.counts.parameters > 0)
        .map(|layer| (format!("{}", layer.output), layer.work.counts.parameters, layer.work.counts.macs))
        .collect();
    assert_eq!(
        weighted,
        [
            ("1x220x220x10".into(), 760, 36_300_000),
            ("1x106x106x20".into(), 5_020, 56_180_000),
            ("1x50".into(), 2_809_050, 2_809_000),
            ("1x10".into(), 510, 500),
        ]
    );
    let work = Work::of(layers.iter().map(|layer| layer.work)).unwrap();
    assert_eq!(work.total().parameters, 2_815_340);
    assert_eq!(work.kind(Kind::Conv2d).macs, 92_480_000);
}

#[test]
fn torchstats_flops_are_macs_and_a_bias_addition_for_each_output_of_a_convolution() {
    let flops: Vec<_> = torchstat()
        .iter()
        .filter_map(|layer| match layer.work.kind {
            Kind::Conv2d => Some(layer.work.counts.macs + layer.work.counts.outputs),
            Kind::Dense => Some(layer.work.counts.macs),
            _ => None,
        })
        .collect();
    assert_eq!(flops, [36_784_000, 56_404_720, 2_809_000, 500]);
}

#[test]
fn grouped_convolution_divides_macs_and_weights_by_the_groups() {
    let Layer::Conv2d(one) = conv(8, 3) else { panic!("a convolution") };
    let four = Layer::Conv2d(Conv2d { groups: 4, bias: false, ..one.clone() });
    let one = Layer::Conv2d(Conv2d { bias: false, ..one });
    let input = shape(&[2, 9, 9, 4]);
    let ((one, out), (four, same)) = (one.work(input).unwrap(), four.work(input).unwrap());
    assert_eq!(out, same);
    assert_eq!((one.counts.macs, one.counts.parameters), (2 * 49 * 8 * 9 * 4, 8 * 9 * 4));
    assert_eq!((four.counts.macs * 4, four.counts.parameters * 4), (one.counts.macs, one.counts.parameters));
    assert_eq!(one.counts.gathered_bytes, 2 * 49 * 9 * 4 * 4);
}

#[test]
fn a_pointwise_convolution_is_a_kind_of_its_own() {
    let (work, _) = conv(8, 1).work(shape(&[1, 5, 5, 4])).unwrap();
    assert_eq!((work.kind, work.counts.gathered_bytes), (Kind::PointwiseConv2d, 0));
}

#[test]
fn attention_is_the_sum_of_its_parts() {
    let precision = Precision::INT8;
    let attention = Layer::Attention(Attention { heads: 2, keys: None, input: None, precision });
    let (work, output) = attention.work(shape(&[1, 7, 8])).unwrap();
    assert_eq!(output, shape(&[1, 7, 8]));
    // Two products of 2 heads * 7 * 7 * 4.
    assert_eq!(work.counts.macs, 2 * (2 * 7 * 7 * 4));
    // Scores, their softmax, and the output.
    assert_eq!(work.counts.outputs, 98 + 98 + 56);
    // Queries, keys and scores; scores twice; scores, values and output.
    assert_eq!(work.counts.activation_bytes, (56 + 56 + 98) + 2 * 98 + (98 + 56 + 56));
    assert_eq!((work.counts.layers, work.counts.parameters), (1, 0));
}

#[test]
fn recurrent_layers_count_each_gates_matrices_at_each_step() {
    let precision = Precision::INT8;
    let input = shape(&[1, 8, 5]);
    let lstm = Lstm { units: 6, return_sequences: true, biases: 1, input: None, precision };
    let (lstm, output) = Layer::Lstm(lstm).work(input).unwrap();
    assert_eq!(output, shape(&[1, 8, 6]));
    assert_eq!((lstm.counts.macs, lstm.counts.parameters, lstm.counts.weight_bytes), (2_112, 288, 360));
    let gru = Gru { units: 6, return_sequences: false, biases: 2, input: None, precision };
    let (gru, output) = Layer::Gru(gru).work(input).unwrap();
    assert_eq!(output, shape(&[1, 6]));
    assert_eq!((gru.counts.macs, gru.counts.parameters), (8 * 3 * 6 * 11, 3 * 6 * 11 + 3 * 6 * 2));
}

#[test]
fn a_layer_with_its_own_input_starts_a_branch() {
    let precision = Precision::INT8;
    let branch = Layer::Dense(Dense { units: 2, bias: false, input: Some(shape(&[1, 7])), precision });
    let layers = [dense(4), branch];
    let outputs: Vec<_> = walk(&layers, Some(shape(&[1, 3]))).map(|layer| layer.unwrap()).collect();
    assert_eq!(outputs[1].work.counts.macs, 14);
}

#[test]
fn the_first_layer_needs_an_input_unless_it_is_declared() {
    let error = walk(&[dense(4)], None).next().unwrap().unwrap_err();
    assert_eq!(error, AtLayer { index: 0, cause: LayerError::NoInput });
    let declared = Declared {
        macs: 10,
        parameters: 3,
        weight_bytes: 12,
        activation_bytes: 8,
        outputs: 4,
        gathered_bytes: 0,
        layers: 5,
        kind: Kind::Declared,
        output: Some(shape(&[1, 4])),
    };
    let layers = [Layer::Declared(declared), dense(2)];
    let counted: Vec<_> = walk(&layers, None).map(Result::unwrap).collect();
    assert_eq!(counted[0].work.counts.layers, 5);
    assert_eq!(counted[1].work.counts.macs, 8);
}

#[test]
fn after_an_error_no_layer_comes() {
    let layers = [conv(1, 9), dense(1)];
    let mut counted = walk(&layers, Some(shape(&[1, 4, 4, 1])));
    let error = counted.next().unwrap().unwrap_err();
    assert_eq!(
        format!("{error}"),
        "layer 0: a window that spans 9 does not fit in 4 elements without padding"
    );
    assert_eq!(counted.next(), None);
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let scalar = Shape::default();
    assert!(dense(1).work(scalar).is_err());
    let wrong = conv(1, 1).work(shape(&[1, 2])).unwrap_err();
    assert_eq!(wrong, LayerError::Shape(ShapeError::WrongRank { rank: 2, expected: 4 }));
    let Layer::Conv2d(conv) = conv(3, 1) else { panic!("a convolution") };
    for groups in [0, 2] {
        let conv = Layer::Conv2d(Conv2d { groups, ..conv.clone() });
        assert!(conv.work(shape(&[1, 2, 2, 2])).is_err());
    }
}

#[test]
fn movement_keeps_or_adds_elements() {
    let precision = Precision::INT8;
    let input = shape(&[1, 6, 6, 4]);
    let concat = Layer::Concat(Concat { axis: -1, added: 4, input: None, precision });
    let (work, output) = concat.work(input).unwrap();
    assert_eq!((output.channels(), work.counts.activation_bytes), (8, 576));
    let padding = heapless::Vec::from_iter([[0, 0], [1, 1], [1, 2], [0, 0]]);
    let (_, output) = Layer::Pad(Pad { padding, input: None, precision }).work(input).unwrap();
    assert_eq!(output.dims(), [1, 8, 9, 4]);
    let axes = heapless::Vec::from_iter([-2, 1]);
    let mean = Layer::Mean(Mean { axes, keep_dims: false, input: None, precision });
    assert_eq!(mean.work(input).unwrap().1.dims(), [1, 4]);
}

#[cfg(feature = "serde")]
mod json {
    use super::*;

    #[test]
    fn a_layer_is_an_object_with_one_key() {
        let text = r#"{"conv2d": {"filters": 64, "kernel": [10, 4], "stride": [2, 2], "padding": "same", "input": [1, 49, 10, 1]}}"#;
        let layer: Layer = serde_json::from_str(text).unwrap();
        let (work, output) = layer.work(Shape::default()).unwrap();
        assert_eq!(output.dims(), [1, 25, 5, 64]);
        assert_eq!((work.counts.macs, work.counts.parameters), (320_000, 2_624));
        assert_eq!((work.counts.weight_bytes, work.counts.activation_bytes), (2_816, 8_490));
    }

    #[test]
    fn every_layer_is_read_with_its_defaults_and_read_back() {
        for text in [
            r#"{"dense": {"units": 3}}"#,
            r#"{"conv2d": {"filters": 3, "kernel": [3, 3], "groups": 3}}"#,
            r#"{"depthwise_conv2d": {"kernel": [3, 3]}}"#,
            r#"{"transposed_conv2d": {"filters": 3, "kernel": [3, 3]}}"#,
            r#"{"average_pool": {"kernel": [2, 2]}}"#,
            r#"{"max_pool": {"kernel": [2, 2], "stride": [1, 1]}}"#,
            r#"{"mean": {}}"#,
            r#"{"add": {}}"#,
            r#"{"mul": {"operands": 3}}"#,
            r#"{"activation": {}}"#,
            r#"{"softmax": {"precision": {"activation_bits": 16}}}"#,
            r#"{"layer_norm": {}}"#,
            r#"{"quantize": {}}"#,
            r#"{"dequantize": {}}"#,
            r#"{"concat": {"added": 3}}"#,
            r#"{"pad": {"padding": [[0, 0], [1, 1], [1, 1], [0, 0]]}}"#,
            r#"{"reshape": {"shape": [1, 300]}}"#,
            r#"{"embedding": {"rows": 100, "width": 8}}"#,
            r#"{"mat_mul": {"columns": 4}}"#,
            r#"{"attention": {"input": [1, 7, 8], "heads": 2}}"#,
            r#"{"lstm": {"units": 6, "input": [1, 8, 5]}}"#,
            r#"{"gru": {"units": 6, "input": [1, 8, 5]}}"#,
            r#"{"declared": {"macs": 1, "parameters": 1, "weight_bytes": 1, "activation_bytes": 2, "outputs": 1}}"#,
        ] {
            let layer: Layer = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let again: Layer = serde_json::from_str(&serde_json::to_string(&layer).unwrap()).unwrap();
            assert_eq!(layer, again);
            let (work, _) =
                layer.work(shape(&[1, 10, 10, 3])).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(work.counts.layers, 1);
            assert!(work.counts.outputs > 0, "{text}");
        }
    }

    #[test]
    fn unknown_names_are_refused_with_their_name() {
        for (text, part) in [
            (r#"{"conv2d": {"filters": 1, "kernel": [1, 1], "strides": [1, 1]}}"#, "unknown field `strides`"),
            (r#"{"conv3d": {}}"#, "unknown variant `conv3d`"),
            (r#"{"dense": {}}"#, "missing field `units`"),
            (r#"{"conv2d": {"filters": 1, "kernel": [1, 1], "padding": "full"}}"#, "unknown variant `full`"),
            (r#"{"dense": {"units": -1}}"#, "invalid value"),
        ] {
            let error = format!("{}", serde_json::from_str::<Layer>(text).unwrap_err());
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
