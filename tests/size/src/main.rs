//! Firmware as small as it gets: a model, memory for it, one inference. Prints `new BYTES`, `run BYTES`, the depth of the
//! stack in each, and `output BYTE` for each byte of the output, all in hexadecimal.
//!
//! Nothing here formats or can panic, so that what `nm` lists besides the start-up code is the engine's.
#![no_std]
#![no_main]

mod console;
mod stack;

use core::hint::black_box;
use core::ptr::addr_of_mut;

static MODEL: &[u8] = include_bytes!("../../../fixtures/models/kws.tflite");

/// As much as the model needs, and no more: 512 slots, 24 KiB.
struct Memory {
    #[cfg(engine)]
    plan: [joulegram::kernel::Slot; 512],
    arena: [u8; 24 * 1024],
    input: [u8; 490],
    output: [u8; 12],
}

#[cfg(engine)]
mod engine {
    use super::{Memory, console, stack};
    use core::hint::black_box;
    use joulegram::kernel::{Engine, Operator, Rounding};

    include!(concat!(env!("OUT_DIR"), "/operators.rs"));

    /// None if the model has an operator that is not among those that are linked.
    #[inline(never)]
    pub fn infer(file: &'static [u8], memory: &mut Memory) -> Option<()> {
        stack::paint();
        let engine = Engine::with_operators(file, Rounding::Tflm, black_box(OPERATORS), &mut memory.plan);
        let depth = stack::depth();
        let engine = engine.ok()?;
        console::line(b"new ", depth);
        console::line(b"arena ", engine.arena_bytes() as u32);
        stack::paint();
        let result = engine.run(&memory.input, &mut memory.output, &mut memory.arena);
        let depth = stack::depth();
        result.ok()?;
        console::line(b"run ", depth);
        Some(())
    }
}

#[cfg(not(engine))]
mod engine {
    use super::{Memory, console, stack};
    use core::hint::black_box;

    /// As much around the engine as there is with it.
    #[inline(never)]
    pub fn infer(file: &'static [u8], memory: &mut Memory) -> Option<()> {
        stack::paint();
        black_box((file, &mut memory.arena, &mut memory.input, &mut memory.output));
        let depth = stack::depth();
        console::line(b"new ", depth);
        console::line(b"arena ", 0);
        stack::paint();
        let depth = stack::depth();
        console::line(b"run ", depth);
        Some(())
    }
}

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: Memory = Memory {
        #[cfg(engine)]
        plan: [const { joulegram::kernel::Slot::EMPTY }; 512],
        arena: [0; 24 * 1024],
        input: [0; 490],
        output: [0; 12],
    };
    // SAFETY: `main` runs once, and nothing else names it.
    let memory = unsafe { &mut *addr_of_mut!(*MEMORY) };
    for (place, byte) in memory.input.iter_mut().enumerate() {
        *byte = place as u8;
    }
    #[cfg(control)]
    {
        let place = black_box(500);
        memory.input[place] = 1;
    }
    if engine::infer(black_box(MODEL), memory).is_none() {
        console::exit(1);
    }
    for byte in memory.output {
        console::line(b"output ", byte.into());
    }
    console::exit(0)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    console::exit(101)
}
