//! Networks as the paper uses them: equal layers, one after the other.
//!
//! ```text
//! dense, L layers of width n:                nodes = L n,       parameters = L n (n + 1),    MACs = L n^2
//! 3x3 convolution, L layers of c channels:   nodes = L c s^2,   parameters = L (9 c^2 + c),  MACs = L 9 c^2 s^2
//! ```
//!
//! `s` is the side of the square image, kept by a border of zeros. The input is as wide as a layer.

/// What the layers do; each is followed by `max(0, x)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Fully connected.
    Dense,
    /// Convolution of three by three over a square image with this side.
    Conv {
        /// Height and width.
        side: usize,
    },
}

/// A network of equal layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// What the layers do.
    pub kind: Kind,
    /// How many layers.
    pub depth: usize,
    /// Nodes, or channels, of a layer.
    pub width: usize,
}

impl Network {
    /// A dense network.
    #[must_use]
    pub const fn dense(depth: usize, width: usize) -> Self {
        Self { kind: Kind::Dense, depth, width }
    }

    /// A convolutional network.
    #[must_use]
    pub const fn conv(depth: usize, channels: usize, side: usize) -> Self {
        Self { kind: Kind::Conv { side }, depth, width: channels }
    }

    /// Positions at which a layer's weights are used for a sample.
    const fn positions(&self) -> usize {
        match self.kind {
            Kind::Dense => 1,
            Kind::Conv { side } => side * side,
        }
    }

    /// Weights of a layer, without biases.
    const fn weights(&self) -> usize {
        match self.kind {
            Kind::Dense => self.width * self.width,
            Kind::Conv { .. } => 9 * self.width * self.width,
        }
    }

    /// Nodes of all layers, the input not counted.
    #[must_use]
    pub const fn nodes(&self) -> u64 {
        (self.depth * self.width * self.positions()) as u64
    }

    /// Trainable parameters.
    #[must_use]
    pub const fn parameters(&self) -> u64 {
        (self.depth * (self.weights() + self.width)) as u64
    }

    /// Multiply-accumulates of a sample's forward pass.
    #[must_use]
    pub const fn macs(&self) -> u64 {
        (self.depth * self.weights() * self.positions()) as u64
    }

    /// The shape of some samples.
    #[must_use]
    pub fn batch_shape(&self, samples: usize) -> Vec<usize> {
        match self.kind {
            Kind::Dense => vec![samples, self.width],
            Kind::Conv { side } => vec![samples, self.width, side, side],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_of_the_papers_grid_have_the_papers_parameters() {
        for (depth, width, parameters) in
            [(10, 25, 6_500), (170, 25, 110_500), (10, 100, 101_000), (170, 100, 1_717_000)]
        {
            assert_eq!(Network::dense(depth, width).parameters(), parameters);
        }
    }

    #[test]
    fn a_convolution_uses_each_weight_at_every_position() {
        let conv = Network::conv(3, 16, 8);
        assert_eq!((conv.parameters(), conv.macs(), conv.nodes()), (6_960, 3 * 2_304 * 64, 3_072));
    }
}
