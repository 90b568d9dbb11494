//! What an operator's code sees of its operands, in both passes.
//!
//! The same code checks an operator once and runs it each time, so that what passed the check can be run. In the first
//! pass the numbers come from the file and are noted in the plan; in the second they come from the notes, in the same
//! order, and what they were checked for is not looked at again.

use super::EngineError;
use super::check::{Check, Dims, Operand};
use super::memory::Memory;
use crate::kernel::arch::bytes::signed;
use crate::kernel::arch::rolled;
use crate::kernel::arena::{Notes, Plan};
use crate::kernel::bias::Bias;
use crate::kernel::error::Checks;
use crate::kernel::{KernelError, MAX_RANK, Quantization, Rounding};
use crate::model::tflite::{Builtin, TensorType};

/// An operator's operands.
pub(crate) struct Operands<'a, 'm> {
    pub(super) file: &'a [u8],
    pub(super) rounding: Rounding,
    pub(super) builtin: Builtin,
    pub(super) pass: Pass<'a, 'm>,
}

/// Where numbers come from.
pub(super) enum Pass<'a, 'm> {
    Check(&'m mut Check<'a>),
    Run(Run<'a, 'm>),
}

/// The operator that is run.
pub(super) struct Run<'a, 'm> {
    pub(super) notes: Notes<'a>,
    pub(super) plan: &'m Plan<'a>,
    pub(super) arena: &'m mut [u8],
    /// The output's life.
    pub(super) output: usize,
}

/// Where an input's bytes are.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// In the file.
    Constant(&'a [u8]),
    /// In the arena, by the number of its life.
    Computed(usize),
}

/// The number of no life, where a tensor has no bytes.
const NO_LIFE: u32 = 0xffff;
/// What marks the number of a life; positions in a file are below it.
const COMPUTED: u32 = 1 << 31;
/// What marks an output with scratch memory, whose life is the next one.
const WITH_SCRATCH: u32 = 1 << 16;
/// The position of a bias that is left out.
const LEFT_OUT: u32 = u32::MAX;

impl<'a, 'm> Operands<'a, 'm> {
    /// Numbers of the file, noted.
    #[inline]
    pub(super) fn noted<const N: usize>(
        &mut self,
        look: impl FnOnce(&mut Check<'a>) -> [u32; N],
    ) -> [u32; N] {
        match &mut self.pass {
            Pass::Run(run) => run.notes.next(),
            Pass::Check(check) => {
                let words = look(check);
                check.planner.note(&words);
                words
            }
        }
    }

    /// Looks at the file in the first pass only.
    #[inline]
    pub(super) fn check(&mut self, look: impl FnOnce(&mut Check<'a>)) {
        if let Pass::Check(check) = &mut self.pass {
            look(check);
        }
    }

    /// Refuses the operator; nothing in the second pass, which what is refused does not reach.
    #[cold]
    #[inline(never)]
    pub(super) fn refuse(&mut self, cause: KernelError) {
        self.check(|check| check.refuse(cause));
    }

    /// Refuses the operator unless its layer passes its checks; whether it does.
    #[inline]
    pub(super) fn passes(&mut self, checks: impl FnOnce(&mut Checks)) -> bool {
        if let Pass::Check(check) = &mut self.pass {
            let mut found = Checks::default();
            checks(&mut found);
            if let Some(cause) = found.error() {
                check.refuse(cause);
                return false;
            }
        }
        true
    }

    /// Refuses the operator unless two things that are checked fit each other.
    pub(super) fn expect(&mut self, field: &'static str, fits: impl FnOnce(&mut Check<'a>) -> bool) {
        self.check(|check| {
            if !fits(check) {
                check.mismatch(field);
            }
        });
    }

    /// The operands are int8.
    pub(super) fn int8(&mut self, operands: &[Operand]) {
        self.check(|check| {
            for operand in operands {
                check.is(*operand, TensorType::Int8);
            }
        });
    }

    /// The dimensions of an operand that has four.
    #[inline(never)]
    pub(super) fn shape(&mut self, operand: Operand) -> [usize; 4] {
        let words = self.noted(|check| {
            let tensor = check.tensor(operand);
            let dims = check.dims(&tensor);
            let &[n, h, w, c] = dims.as_slice() else {
                check.mismatch("rank of a tensor and operator");
                return [1; 4];
            };
            [n, h, w, c].map(|dim| check.narrow(dim))
        });
        words.map(size)
    }

    /// The dimensions of an operand.
    #[inline(never)]
    pub(super) fn dims(&mut self, operand: Operand) -> Dims {
        let mut dims = Dims { all: [1; MAX_RANK], rank: 0 };
        self.check(|check| {
            let tensor = check.tensor(operand);
            dims = check.dims(&tensor);
        });
        dims.rank = self.number(dims.rank).min(MAX_RANK);
        for dim in dims.all.iter_mut().take(dims.rank) {
            rolled();
            *dim = self.number(*dim);
        }
        dims
    }

    /// A number that has been found in the first pass.
    #[inline(never)]
    fn number(&mut self, found: usize) -> usize {
        let [word] = self.noted(|check| [check.narrow(found)]);
        size(word)
    }

    /// Scale and zero point of operands that have one of each.
    #[inline(never)]
    pub(super) fn quantizations(&mut self, operands: [Operand; 2]) -> [Quantization; 2] {
        let [a, b, zero_points] = self.noted(|check| {
            let [a, b] = operands.map(|operand| check.quantization(operand));
            let zero_points = [a.zero_point.cast_unsigned(), b.zero_point.cast_unsigned(), 0, 0];
            [a.scale.to_bits(), b.scale.to_bits(), u32::from_le_bytes(zero_points)]
        });
        let [zero_a, zero_b, ..] = zero_points.to_le_bytes();
        [(a, zero_a), (b, zero_b)].map(|(scale, zero_point)| Quantization {
            scale: f32::from_bits(scale),
            zero_point: zero_point.cast_signed(),
        })
    }

    /// The scale and zero point that two operands share.
    #[inline(never)]
    pub(super) fn shared_quantization(&mut self, operands: [Operand; 2]) -> Quantization {
        let [input, output] = self.quantizations(operands);
        if input != output {
            self.refuse(KernelError::Mismatch { field: "scales of input and output" });
        }
        output
    }

    /// The output's scale and zero point are those that the function prescribes.
    #[inline(never)]
    pub(super) fn fixed_output(&mut self, scale: f32, zero_point: i8) {
        self.expect("output scale and operator", |check| {
            check.quantization(Operand::Output) == Quantization { scale, zero_point }
        });
    }

    /// So many constant int8 weights.
    #[inline(never)]
    pub(super) fn weights(&mut self, input: Operand, count: usize) -> &'a [i8] {
        let [position] = self.noted(|check| {
            let tensor = check.is(input, TensorType::Int8);
            let data = check.data(&tensor);
            if data.len() != count {
                check.refuse(KernelError::Length { field: "weights", found: data.len(), expected: count });
            }
            [check.position(data)]
        });
        signed(self.slice(position, count))
    }

    /// The bias of so many channels, an input that may be left out.
    #[inline(never)]
    pub(super) fn bias(&mut self, input: Operand, channels: usize) -> Bias<'a> {
        let [position] = self.noted(|check| {
            if check.optional(input).is_none() {
                return [LEFT_OUT];
            }
            let tensor = check.is(input, TensorType::Int32);
            let data = check.data(&tensor);
            let found = data.len() / 4;
            if found != channels {
                check.refuse(KernelError::Length { field: "bias", found, expected: channels });
            }
            [check.position(data)]
        });
        if position == LEFT_OUT {
            return Bias::None;
        }
        Bias::in_file(self.slice(position, channels.wrapping_mul(4)).as_chunks().0)
    }

    /// The numbers of a constant int32 input: axes, sizes, paddings.
    #[inline(never)]
    pub(super) fn integers(&mut self, input: Operand) -> &'a [[u8; 4]] {
        let [position, bytes] = self.noted(|check| {
            let tensor = check.is(input, TensorType::Int32);
            let data = check.data(&tensor);
            [check.position(data), check.narrow(data.len())]
        });
        self.slice(position, size(bytes)).as_chunks().0
    }

    /// Bytes of the file from a position that has been noted.
    pub(super) fn slice(&self, position: u32, bytes: usize) -> &'a [u8] {
        self.file.get(size(position)..).and_then(|rest| rest.get(..bytes)).unwrap_or_default()
    }

    /// Where an input's bytes are.
    #[inline(never)]
    pub(super) fn source(&mut self, input: Operand) -> Source<'a> {
        let mut data = None;
        let [place] = self.noted(|check| {
            let tensor = check.tensor(input);
            data = check.constant(&tensor);
            if let Some(data) = data {
                return [check.position(data)];
            }
            let step = check.step();
            let life = check.planner.keep(tensor.index, step);
            if life.is_none() && check.bytes(&tensor) > 0 {
                check.fail(EngineError::NotComputed { tensor: tensor.index });
            }
            [COMPUTED | life_number(life, check)]
        });
        if place & COMPUTED != 0 {
            return Source::Computed(size(place & NO_LIFE));
        }
        let [bytes] = self.noted(|check| [check.narrow(data.unwrap_or_default().len())]);
        Source::Constant(self.slice(place, size(bytes)))
    }

    /// The output has this shape.
    #[inline(never)]
    pub(super) fn has_output_shape(&mut self, shape: [usize; 4]) {
        self.expect("output shape and layer", |check| {
            let tensor = check.tensor(Operand::Output);
            check.dims(&tensor).is(&shape)
        });
    }

    /// The output has so many bytes.
    #[inline(never)]
    pub(super) fn has_output_len(&mut self, len: usize) {
        self.expect("output shape and layer", |check| {
            let tensor = check.tensor(Operand::Output);
            check.bytes(&tensor) == len
        });
    }

    /// Plans, or runs what makes an output of the first input.
    #[inline]
    pub(super) fn one_to_one(&mut self, run: impl FnOnce(&[u8], &mut [u8]))
    where
        'a: 'm,
    {
        let source = self.source(Operand::Input(0));
        match self.memory() {
            Some(memory) => run(memory.view(source), memory.output),
            None => self.place(0),
        }
    }

    /// Plans, or runs what makes an output of the first two inputs.
    #[inline]
    pub(super) fn two_to_one(&mut self, run: impl FnOnce([&[u8]; 2], &mut [u8]))
    where
        'a: 'm,
    {
        let sources = [Operand::Input(0), Operand::Input(1)].map(|input| self.source(input));
        match self.memory() {
            Some(memory) => run(sources.map(|source| memory.view(source)), memory.output),
            None => self.place(0),
        }
    }

    /// Plans the output and so many bytes of scratch memory, in the first pass only; the last note of an operator.
    #[inline(never)]
    pub(super) fn place(&mut self, scratch: usize) {
        self.check(|check| {
            let tensor = check.tensor(Operand::Output);
            let bytes = check.bytes(&tensor);
            let (bytes, scratch) = (check.narrow(bytes), check.narrow(scratch));
            let step = check.step();
            let life = check.planner.add(Some(tensor.index), step, bytes);
            let number = life_number(life, check);
            // What computes no bytes needs no memory to compute them.
            let scratch = life.and_then(|_| check.planner.add(None, step, scratch));
            check.planner.note(&[number | if scratch.is_some() { WITH_SCRATCH } else { 0 }]);
        });
    }

    /// The memory to run on; none in the first pass.
    #[inline(never)]
    pub(super) fn memory(&mut self) -> Option<Memory<'m>>
    where
        'a: 'm,
    {
        let Pass::Run(run) = &mut self.pass else { return None };
        let [place] = run.notes.next();
        run.output = size(place & NO_LIFE);
        let output = run.plan.bytes(run.output);
        let scratch = if place & WITH_SCRATCH == 0 { 0..0 } else { run.plan.bytes(run.output + 1) };
        Some(Memory::new(core::mem::take(&mut run.arena), run.plan, output, scratch))
    }
}

/// A life's number in 16 bits.
#[inline(never)]
fn life_number(life: Option<usize>, check: &mut Check<'_>) -> u32 {
    let number = life.map_or(NO_LIFE, |number| check.narrow(number));
    if number > NO_LIFE || life.is_some() && number == NO_LIFE {
        check.fail(EngineError::TooLarge);
    }
    number
}

/// A noted number: as large as it was when it was checked.
pub(super) const fn size(word: u32) -> usize {
    word as usize
}
