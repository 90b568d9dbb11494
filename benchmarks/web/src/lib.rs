//! One model at a time, its bytes written by the page into this module's memory.

use joulegram::kernel::{Engine, EngineError, Rounding, Slot};
use std::cell::RefCell;

/// Bytes of a line of [`trace`]: operator, tensor, FNV-1a hash of the tensor, little-endian.
const LINE: usize = 16;

#[derive(Default)]
struct Page {
    file: Vec<u8>,
    engine: Option<Engine<'static>>,
    input: Vec<u8>,
    output: Vec<u8>,
    arena: Vec<u8>,
    lines: Vec<u8>,
}

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

fn with<T>(work: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.with_borrow_mut(work)
}

/// Where the page writes a model of so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(bytes: usize) -> *mut u8 {
    with(|page| {
        page.file = vec![0; bytes];
        page.file.as_mut_ptr()
    })
}

/// Reads the model; 1 if it can be run. Its memory stays until the page is left.
#[unsafe(no_mangle)]
pub extern "C" fn load(litert: u32) -> u32 {
    with(|page| {
        let file: &'static [u8] = Vec::leak(core::mem::take(&mut page.file));
        let rounding = if litert == 1 { Rounding::Litert } else { Rounding::Tflm };
        let slots = match Engine::new(file, rounding, &mut []) {
            Err(EngineError::Plan { needed, .. }) => needed,
            _ => 0,
        };
        page.engine = Engine::new(file, rounding, Vec::leak(vec![Slot::default(); slots])).ok();
        let Some(engine) = &page.engine else { return 0 };
        page.input = vec![0; engine.input_bytes()];
        page.output = vec![0; engine.output_bytes()];
        page.arena = vec![0xa5; engine.arena_bytes()];
        1
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn input_bytes() -> usize {
    with(|page| page.input.len())
}

/// Where the page writes the input.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *mut u8 {
    with(|page| page.input.as_mut_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn output_bytes() -> usize {
    with(|page| page.output.len())
}

/// Where the page reads the output.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    with(|page| page.output.as_ptr())
}

/// So many inferences; 1 if all were run.
#[unsafe(no_mangle)]
pub extern "C" fn run(count: u32) -> u32 {
    with(|page| {
        let Page { engine: Some(engine), input, output, arena, .. } = page else { return 0 };
        let all = (0..count).all(|_| engine.run(core::hint::black_box(input), output, arena).is_ok());
        u32::from(all)
    })
}

/// One inference, with a line for each operator's output; how many lines.
#[unsafe(no_mangle)]
pub extern "C" fn trace() -> usize {
    with(|page| {
        let Page { engine: Some(engine), input, output, arena, lines, .. } = page else { return 0 };
        lines.clear();
        let watch = |step: joulegram::kernel::Step<'_>| {
            let hash = step.output.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
            lines.extend_from_slice(&step.operator.to_le_bytes());
            lines.extend_from_slice(&step.tensor.to_le_bytes());
            lines.extend_from_slice(&hash.to_le_bytes());
        };
        if engine.run_watched(input, output, arena, watch).is_err() {
            return 0;
        }
        lines.len() / LINE
    })
}

/// Where the page reads the lines.
#[unsafe(no_mangle)]
pub extern "C" fn lines() -> *const u8 {
    with(|page| page.lines.as_ptr())
}

/// 1 if the loops in use are those of `simd128`.
#[unsafe(no_mangle)]
pub extern "C" fn simd() -> u32 {
    u32::from(joulegram::kernel::loops() == "simd128")
}
