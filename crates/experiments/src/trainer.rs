//! Training and inference with candle, timed by this thread's clock.
//!
//! The weights are He's, drawn from a seed; the targets are random and the loss is the mean square. The data set is
//! [`POOL`] samples seen over and over: what is in a sample changes no count of operations, and memory stays small.

use anyhow::{Result, ensure};
use candle_core::{Device, Tensor, Var};
use candle_nn::optim::{AdamW, Optimizer as _, ParamsAdamW, SGD};
use rand::distr::Uniform;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::clock::thread_seconds;
use crate::network::{Kind, Network};

/// Samples of a batch, as Keras has it unless told otherwise.
pub const BATCH: usize = 32;
/// Samples that differ.
pub const POOL: usize = 512;
/// Seed of weights and data.
const SEED: u64 = 0x6A6F_756C_6567_7261;
/// Small enough that the deepest network's loss stays finite.
const LEARNING_RATE: f64 = 1e-3;

/// What turns gradients into new weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimizer {
    /// Plain stochastic gradient descent: reads the gradient, writes the weight.
    Sgd,
    /// Adam: two more numbers a weight.
    Adam,
    /// None: gradients are computed and the weights stay.
    Gradients,
}

/// Weights and biases, a pair a layer.
type Layers<T> = Vec<(T, T)>;

/// The tensors that a forward pass reads; they see what training writes.
fn read(layers: &Layers<Var>, tensor: impl Fn(&Var) -> Tensor) -> Layers<Tensor> {
    layers.iter().map(|(weights, biases)| (tensor(weights), tensor(biases))).collect()
}

/// A network with its weights and the samples it sees.
pub struct Trainer {
    network: Network,
    layers: Layers<Var>,
    batches: Vec<(Tensor, Tensor)>,
}

impl Trainer {
    /// A network with random weights and random samples: the same each time.
    ///
    /// # Errors
    /// If the library can't make a tensor.
    pub fn new(network: Network) -> Result<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let (width, taps) = (network.width, if network.kind == Kind::Dense { 1 } else { 9 });
        let shape = match network.kind {
            Kind::Dense => vec![width, width],
            Kind::Conv { .. } => vec![width, width, 3, 3],
        };
        // He: variance 2 / inputs, here of a uniform distribution.
        let limit = (6.0 / (width * taps) as f32).sqrt();
        let mut layers = Vec::with_capacity(network.depth);
        for _ in 0..network.depth {
            let weights = uniform(&mut random, &shape, limit)?;
            let biases = uniform(&mut random, &[width], 0.01)?;
            layers.push((Var::from_tensor(&weights)?, Var::from_tensor(&biases)?));
        }
        let shape = network.batch_shape(BATCH);
        let mut batches = Vec::with_capacity(POOL / BATCH);
        for _ in 0..POOL / BATCH {
            batches.push((uniform(&mut random, &shape, 1.0)?, uniform(&mut random, &shape, 1.0)?));
        }
        Ok(Self { network, layers, batches })
    }

    /// Seconds of a training run.
    ///
    /// # Errors
    /// If the library fails, or the loss is no longer a number.
    pub fn train(&self, optimizer: Optimizer, samples: usize, epochs: usize) -> Result<f64> {
        let variables = self.layers.iter().flat_map(|(w, b)| [w.clone(), b.clone()]).collect();
        match optimizer {
            Optimizer::Sgd => self.train_with(SGD::new(variables, LEARNING_RATE)?, samples, epochs),
            Optimizer::Adam => {
                let parameters = ParamsAdamW { lr: LEARNING_RATE, weight_decay: 0.0, ..Default::default() };
                self.train_with(AdamW::new(variables, parameters)?, samples, epochs)
            }
            Optimizer::Gradients => self.train_with(SGD::empty(LEARNING_RATE)?, samples, epochs),
        }
    }

    fn train_with(
        &self,
        mut optimizer: impl candle_nn::Optimizer,
        samples: usize,
        epochs: usize,
    ) -> Result<f64> {
        let layers = self.recorded();
        let mut loss = f32::NAN;
        let start = thread_seconds();
        for _ in 0..epochs {
            for batch in self.samples(samples) {
                let (input, target) = batch?;
                let error = (self.forward(&layers, &input)? - target)?.sqr()?.mean_all()?;
                optimizer.backward_step(&error)?;
                loss = error.to_scalar()?;
            }
        }
        let seconds = thread_seconds() - start;
        ensure!(loss.is_finite(), "the loss of {:?} is {loss} after {samples} samples", self.network);
        Ok(seconds)
    }

    /// Seconds of inferences on as many samples, without a record for gradients.
    ///
    /// # Errors
    /// If the library fails, or an output is not a number.
    pub fn infer(&self, samples: usize) -> Result<f64> {
        let layers = read(&self.layers, Var::as_detached_tensor);
        let mut output = None;
        let start = thread_seconds();
        for batch in self.samples(samples) {
            output = Some(self.forward(&layers, &batch?.0)?);
        }
        let seconds = thread_seconds() - start;
        let sum: f32 = output.map_or(Ok(f32::NAN), |output| output.sum_all()?.to_scalar())?;
        ensure!(sum.is_finite(), "{:?} gives {sum} after {samples} samples", self.network);
        Ok(seconds)
    }

    /// Mean square error over the samples that differ.
    ///
    /// # Errors
    /// If the library fails.
    pub fn loss(&self) -> Result<f32> {
        let layers = read(&self.layers, Var::as_detached_tensor);
        let mut sum = 0.0;
        for (input, target) in &self.batches {
            let error = (self.forward(&layers, input)? - target)?.sqr()?.mean_all()?;
            sum += error.to_scalar::<f32>()?;
        }
        Ok(sum / self.batches.len() as f32)
    }

    /// Weights whose use is recorded for gradients.
    fn recorded(&self) -> Layers<Tensor> {
        read(&self.layers, |variable| variable.as_tensor().clone())
    }

    fn forward(&self, layers: &Layers<Tensor>, input: &Tensor) -> candle_core::Result<Tensor> {
        let mut values = input.clone();
        for (weights, biases) in layers {
            let sums = match self.network.kind {
                Kind::Dense => values.matmul(weights)?.broadcast_add(biases)?,
                Kind::Conv { .. } => {
                    let biases = biases.reshape((1, self.network.width, 1, 1))?;
                    values.conv2d(weights, 1, 1, 1, 1)?.broadcast_add(&biases)?
                }
            };
            values = sums.relu()?;
        }
        Ok(values)
    }

    /// Batches until so many samples were seen, the last one cut.
    fn samples(&self, samples: usize) -> impl Iterator<Item = candle_core::Result<(Tensor, Tensor)>> + '_ {
        let rest = samples % BATCH;
        let whole = self.batches.iter().cycle().take(samples / BATCH).map(|batch| Ok(batch.clone()));
        let last = self
            .batches
            .iter()
            .take(usize::from(rest > 0))
            .map(move |(input, target)| Ok((input.narrow(0, 0, rest)?, target.narrow(0, 0, rest)?)));
        whole.chain(last)
    }
}

fn uniform(random: &mut ChaCha8Rng, shape: &[usize], limit: f32) -> Result<Tensor> {
    let distribution = Uniform::new_inclusive(-limit, limit)?;
    let numbers: Vec<f32> = random.sample_iter(distribution).take(shape.iter().product()).collect();
    Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn training_lowers_the_loss_and_inference_leaves_it() {
        for (network, optimizer) in [
            (Network::dense(3, 8), Optimizer::Sgd),
            (Network::dense(3, 8), Optimizer::Adam),
            (Network::conv(2, 4, 4), Optimizer::Adam),
        ] {
            let trainer = Trainer::new(network).unwrap();
            let before = trainer.loss().unwrap();
            trainer.infer(POOL).unwrap();
            assert_eq!(trainer.loss().unwrap(), before);
            trainer.train(optimizer, POOL, 4).unwrap();
            let after = trainer.loss().unwrap();
            assert!(after < before, "{network:?} {optimizer:?}: {before} to {after}");
        }
    }

    #[test]
    fn gradients_alone_leave_the_weights() {
        let trainer = Trainer::new(Network::dense(3, 8)).unwrap();
        let before = trainer.loss().unwrap();
        trainer.train(Optimizer::Gradients, POOL, 2).unwrap();
        assert_eq!(trainer.loss().unwrap(), before);
    }

    #[test]
    fn the_same_training_ends_in_the_same_bits() {
        let end = || {
            let trainer = Trainer::new(Network::dense(4, 16)).unwrap();
            trainer.train(Optimizer::Sgd, 100, 2).unwrap();
            trainer.loss().unwrap()
        };
        assert_eq!(end().to_bits(), end().to_bits());
    }

    #[test]
    fn the_last_batch_is_cut_to_the_samples_asked_for() {
        let trainer = Trainer::new(Network::dense(1, 4)).unwrap();
        for samples in [0, 5, 32, 70, POOL + 33] {
            let seen: usize = trainer.samples(samples).map(|batch| batch.unwrap().0.dims()[0]).sum();
            assert_eq!(seen, samples);
        }
    }
}
