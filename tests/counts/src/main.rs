//! Runs the four MLPerf Tiny models on an emulated processor. Prints three kinds of lines:
//!
//! - `layer,MODEL,OPERATOR,COUNT`: those of each operator of that run, with what the engine does for it;
//! - `instructions,MODEL,COUNT`: those of one `Engine::run` on input 0, by the default rounding;
//! - `MODEL,INPUT,ROUNDING,OPERATOR,TENSOR,BYTES,HASH`: what each operator gave, as in `fixtures/golden/golden.csv`.
#![no_std]
#![no_main]

mod counter;

use core::hint::black_box;
use joulegram::kernel::{Engine, Rounding, Slot};
use semihosting::{println, process};

/// As `given` of `fixtures/golden/make_golden.py`: the highest bytes of `SplitMix64`, only the least and the greatest
/// number in input 2.
fn fill(input: &mut [u8], number: u64) {
    let mut state = number;
    for byte in input {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = ((z ^ (z >> 31)) >> 56) as u8;
        *byte = match number {
            2 if high & 0x80 == 0 => 127,
            2 => 128,
            _ => high,
        };
    }
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

struct Memory {
    plan: [Slot; 256],
    arena: [u8; 128 * 1024],
    input: [u8; 32 * 1024],
    output: [u8; 1024],
}

/// `None` if the model is refused, or needs more memory than there is.
fn run(name: &str, file: &'static [u8], memory: &mut Memory) -> Option<()> {
    for (rounding, label) in [(Rounding::Tflm, "tflm"), (Rounding::Litert, "litert")] {
        let engine = Engine::new(black_box(file), rounding, &mut memory.plan).ok()?;
        let input = memory.input.get_mut(..engine.input_bytes())?;
        let output = memory.output.get_mut(..engine.output_bytes())?;
        let arena = &mut memory.arena;
        if rounding == Rounding::Tflm {
            fill(input, 0);
            let mut result = Ok(());
            let count = counter::instructions(|| result = black_box(&engine).run(input, output, arena));
            result.ok()?;
            println!("instructions,{name},{count}");
            println!("output,{name},{:016x}", fnv1a(output));
        }
        for number in 0..3 {
            fill(input, number);
            let layers = number == 0 && rounding == Rounding::Tflm;
            let mut counter = counter::Counter::new();
            let watch = |step: joulegram::kernel::Step<'_>| {
                let count = counter.instructions();
                if layers {
                    println!("layer,{name},{},{count}", step.operator);
                }
                let (bytes, hash) = (step.output.len(), fnv1a(step.output));
                println!("{name},{number},{label},{},{},{bytes},{hash:016x}", step.operator, step.tensor);
                counter = counter::Counter::new();
            };
            engine.run_watched(input, output, arena, watch).ok()?;
        }
    }
    Some(())
}

/// At a multiple of 16, as `.tflite` files want to lie: their weights and biases are then at multiples of 4, whatever stands
/// before the model in the image.
#[repr(align(16))]
struct Aligned<B: ?Sized>(B);

static KWS: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../fixtures/models/kws.tflite"));
static VWW: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../fixtures/models/vww.tflite"));
static IC: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../fixtures/models/ic.tflite"));
static AD: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../fixtures/models/ad.tflite"));

#[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
#[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
fn main() -> ! {
    let mut memory = Memory {
        plan: [Slot::default(); 256],
        arena: [0; 128 * 1024],
        input: [0; 32 * 1024],
        output: [0; 1024],
    };
    let models: [(&str, &'static [u8]); 4] = [
        ("kws", &KWS.0),
        ("vww", &VWW.0),
        ("ic", &IC.0),
        ("ad", &AD.0),
    ];
    for (name, file) in models {
        if run(name, file, &mut memory).is_none() {
            println!("{name} is refused, or its arena is too large");
            process::exit(1);
        }
    }
    process::exit(0)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    process::exit(101)
}
