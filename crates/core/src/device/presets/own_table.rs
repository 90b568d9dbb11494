// Made from fixtures/calibration/qemu-m4.log: REGENERATE=1 cargo test -p joulegram presets. Don't edit.
use super::own::OwnRow;
use crate::model::work::Kind;

pub(super) const PER_INFERENCE: f64 = 212.5;

pub(super) static OWN: [OwnRow; 8] = [
    OwnRow { kind: Kind::Dense, per_layer: 1491.0, per_mac: 1.186, per_rectified_mac: Some(1.177), per_output: 9.349, per_activation_byte: 4.003, per_gathered_byte: 0.0, per_weight_byte: 0.0, per_filter: 0.0, per_run: 0.0 },
    OwnRow { kind: Kind::Conv2d, per_layer: 4671.0, per_mac: 0.7213, per_rectified_mac: None, per_output: 17.8, per_activation_byte: 0.0, per_gathered_byte: 1.512, per_weight_byte: 3.515, per_filter: 0.0, per_run: 39.93 },
    OwnRow { kind: Kind::PointwiseConv2d, per_layer: 3235.0, per_mac: 0.6735, per_rectified_mac: None, per_output: 11.99, per_activation_byte: 2.166, per_gathered_byte: 0.0, per_weight_byte: 4.615, per_filter: 0.0, per_run: 0.0 },
    OwnRow { kind: Kind::DepthwiseConv2d, per_layer: 3472.0, per_mac: 0.0, per_rectified_mac: None, per_output: 10.16, per_activation_byte: 4.563, per_gathered_byte: 0.0, per_weight_byte: 0.0, per_filter: 441.2, per_run: 13.51 },
    OwnRow { kind: Kind::Pool, per_layer: 1102.0, per_mac: 0.0, per_rectified_mac: None, per_output: 31.26, per_activation_byte: 1.108, per_gathered_byte: 0.0, per_weight_byte: 0.0, per_filter: 0.0, per_run: 0.0 },
    OwnRow { kind: Kind::Elementwise, per_layer: 3711.0, per_mac: 0.0, per_rectified_mac: None, per_output: 13.06, per_activation_byte: 0.0, per_gathered_byte: 0.0, per_weight_byte: 0.0, per_filter: 0.0, per_run: 0.0 },
    OwnRow { kind: Kind::Softmax, per_layer: 709.4, per_mac: 0.0, per_rectified_mac: None, per_output: 259.9, per_activation_byte: 0.0, per_gathered_byte: 0.0, per_weight_byte: 0.0, per_filter: 0.0, per_run: 0.0 },
    OwnRow { kind: Kind::Movement, per_layer: 276.7, per_mac: 0.0, per_rectified_mac: None, per_output: 1.062, per_activation_byte: 0.0, per_gathered_byte: 0.0, per_weight_byte: 0.0, per_filter: 0.0, per_run: 0.0 },
];
