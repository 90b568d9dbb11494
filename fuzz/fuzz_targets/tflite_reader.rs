//! Reads everything that the views of a `.tflite` file offer. Whatever the file is, no panic, no endless loop.
#![no_main]

use joulegram::model::tflite::{Model, Operator, ReadError, SubGraph, Tensor};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

fuzz_target!(|file: &[u8]| {
    let Ok(model) = Model::new(file) else { return };
    black_box(model.description()).ok();
    if let Ok(layers) = model.layers() {
        let mut failed = false;
        for layer in layers {
            assert!(!failed, "a layer comes after an error");
            failed = layer.is_err();
            black_box(layer.ok());
        }
        // The sum is an error where a layer is.
        assert!(!(failed && model.work().is_ok()));
    }
    black_box(model.memory()).ok();
    for index in 0..model.operator_codes().min(64) {
        black_box(model.operator_code(index).map(|code| (code.name(), code.version()))).ok();
    }
    for index in 0..model.buffers().min(64) {
        black_box(model.buffer(index)).ok();
    }
    for index in 0..model.subgraphs().min(8) {
        black_box(model.subgraph(index).and_then(|graph| read_graph(&model, &graph))).ok();
    }
});

fn read_graph(model: &Model<'_>, graph: &SubGraph<'_>) -> Result<(), ReadError> {
    black_box(graph.name()).ok();
    for index in 0..graph.tensors().min(256) {
        if let Ok(tensor) = graph.tensor(index.cast_signed()) {
            read_tensor(model, &tensor)?;
        }
    }
    for index in 0..graph.operators().min(256) {
        if let Ok(operator) = graph.operator(index) {
            read_operator(model, &operator);
        }
    }
    Ok(())
}

fn read_tensor(model: &Model<'_>, tensor: &Tensor<'_>) -> Result<(), ReadError> {
    black_box((tensor.name().ok(), tensor.elements().ok(), tensor.bytes().ok()));
    black_box((tensor.has_open_batch(), tensor.has_open_inside(), tensor.is_sparse().ok()));
    if let Some(quantization) = tensor.quantization()? {
        assert!(!quantization.scales.is_empty());
        black_box(quantization.scales.iter().sum::<f32>());
        black_box(quantization.zero_points.iter().fold(0, i64::wrapping_add));
    }
    if let Some(data) = model.constant(tensor)? {
        assert!(tensor.is_sparse()? || tensor.bytes()?.is_none_or(|bytes| data.len() as u64 >= bytes));
    }
    Ok(())
}

fn read_operator(model: &Model<'_>, operator: &Operator<'_>) {
    black_box(model.custom_options(operator)).ok();
    black_box(operator.intermediates().map(|tensors| tensors.len())).ok();
    if let Ok(options) = operator.conv2d_options() {
        assert!(options.stride.into_iter().chain(options.dilation).all(|value| value > 0));
    }
    black_box(operator.depthwise_conv2d_options()).ok();
    black_box(operator.transpose_conv_options()).ok();
    black_box(operator.pool2d_options()).ok();
    black_box(operator.fully_connected_options()).ok();
    black_box(operator.batch_matmul_options()).ok();
    black_box((operator.softmax_beta().ok(), operator.leaky_relu_alpha().ok()));
    black_box((operator.add_activation().ok(), operator.mul_activation().ok()));
    black_box((operator.sub_activation().ok(), operator.div_activation().ok()));
    black_box((operator.l2_norm_activation().ok(), operator.concatenation_options().ok()));
    for dims in [operator.reshape_dims(), operator.squeeze_dims()].into_iter().flatten().flatten() {
        black_box(dims.iter().fold(0, i32::wrapping_add));
    }
    black_box((operator.resize_bilinear_options().ok(), operator.resize_nearest_neighbor_options().ok()));
    black_box((operator.reducer_keeps_dims().ok(), operator.strided_slice_options().ok()));
    black_box((operator.sequence_lstm_options().ok(), operator.gather_options().ok()));
    black_box((operator.pack_options().ok(), operator.unpack_options().ok(), operator.split_count().ok()));
    black_box((operator.space_to_depth_block().ok(), operator.depth_to_space_block().ok()));
    black_box((operator.mirror_pad_mode().ok(), operator.gelu_is_approximate().ok()));
}
