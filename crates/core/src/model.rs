//! What a network is, and how much work one inference of it is: exact integers, no energy yet.

mod count;
pub mod layer;
pub mod shape;
pub mod tflite;
pub mod work;

pub use count::LayerError;
