//! What a network is, and how much work one inference of it is: exact integers, no energy yet.

pub mod shape;
pub mod work;
