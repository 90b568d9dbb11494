//! A measurement in the page: windows of inferences by the int8 kernel, one call each, so that a page shows how far it is
//! and stops when it is told to.

use joulegram::kernel::{Engine, EngineError, Rounding, Slot};
use joulegram::units::{Quantity, Seconds, Watts};
use joulegram_report::fault::Fault;
use joulegram_report::inference::{memory, noise, refusal, slots};
use joulegram_report::measurement::{LayerTimes, Machine, Measurement, MeterKind, Parts, Window};
use joulegram_report::network::Network;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::{Date, Uint8Array};

use crate::border::{json, named, thrown};
use crate::model::stem;

/// How often the clock is read: a page's clock counts tenths of a millisecond.
const CHUNK_SECONDS: f64 = 0.005;
/// How many times each layer is timed, each as the mean of many inferences.
const LAYER_PASSES: u32 = 10;
/// What a reader should know about the clock.
const CLOCK_NOTE: &str = "A browser's clock is coarse: a layer's time is the mean of many inferences.";

/// A model that is run here, and what was measured of it.
#[wasm_bindgen(js_name = Measurement)]
#[derive(Debug)]
pub struct Session {
    network: Network,
    rounding: Rounding,
    bytes: Vec<u8>,
    plan: Vec<Slot>,
    input: Vec<u8>,
    output: Vec<u8>,
    arena: Vec<u8>,
    /// Inferences between two looks at the clock.
    chunk: u32,
    windows: Vec<Window>,
    times: LayerTimes,
}

/// What one window did.
#[derive(Serialize)]
struct Done {
    inferences: f64,
    seconds: f64,
}

/// What is made of all windows.
#[derive(Serialize)]
struct Finished {
    measurement: Measurement,
    profile: Option<joulegram::device::Profile>,
}

#[wasm_bindgen(js_class = Measurement)]
impl Session {
    /// Reads a model, and makes room for what it computes. `rounding` is `tflm` or `litert`.
    ///
    /// # Errors
    /// Why the model can't be run.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, bytes: &Uint8Array, rounding: &str) -> Result<Self, JsValue> {
        Self::of(name, bytes, rounding).map_err(|fault| thrown(&fault))
    }

    fn of(name: &str, bytes: &Uint8Array, rounding: &str) -> Result<Self, Fault> {
        let bytes = named(name, bytes)?;
        let rounding = match rounding {
            "tflm" => Rounding::Tflm,
            "litert" => Rounding::Litert,
            other => {
                return Err(Fault::new("", "rounding", format!("`{other}` is not known: tflm or litert")));
            }
        };
        let network = Network { name: stem(name).to_owned(), ..Network::from_tflite(name, &bytes)? };
        let mut plan = vec![Slot::default(); slots(name, &bytes, rounding)?];
        let engine = Engine::new(&bytes, rounding, &mut plan).map_err(|error| refusal(name, error))?;
        let input = noise(name, &bytes, engine.input_bytes())?;
        let output = memory(name, engine.output_bytes())?;
        let arena = memory(name, engine.arena_bytes())?;
        let (windows, times) = (Vec::new(), LayerTimes::new());
        Ok(Self { network, rounding, bytes, plan, input, output, arena, chunk: 1, windows, times })
    }

    /// Runs until caches and compilers have settled; the browser compiles the loops better meanwhile.
    ///
    /// # Errors
    /// Why the model can't be run.
    pub fn warm_up(&mut self, seconds: f64) -> Result<(), JsValue> {
        let window = self.fill(seconds).map_err(|error| self.refused(error))?;
        let fits = (CHUNK_SECONDS / window.seconds_per_inference).clamp(1.0, 1e6);
        // In those borders nothing is cut but the fraction.
        self.chunk =
            (0..20).map(|power| 1 << power).take_while(|count| f64::from(*count) <= fits).last().unwrap_or(1);
        Ok(())
    }

    /// As many inferences as fill so many seconds, at least one.
    ///
    /// # Errors
    /// Why the model can't be run.
    pub fn window(&mut self, seconds: f64) -> Result<JsValue, JsValue> {
        let window = self.fill(seconds).map_err(|error| self.refused(error))?;
        self.windows.push(window);
        let done = Done { inferences: window.inferences as f64, seconds: window.seconds };
        serde_wasm_bindgen::to_value(&done).map_err(JsValue::from)
    }

    /// Each layer's time, over so many seconds: what a profile is made of.
    ///
    /// # Errors
    /// Why the model can't be run.
    pub fn layers(&mut self, seconds: f64) -> Result<(), JsValue> {
        self.times = self.time_layers(seconds).map_err(|error| self.refused(error))?;
        Ok(())
    }

    /// One inference of seeded noise: the output's bytes.
    ///
    /// # Errors
    /// Why the model can't be run.
    pub fn run(&mut self) -> Result<Vec<u8>, JsValue> {
        self.with_engine(|engine, input, output, arena| engine.run(input, output, arena))
            .map_err(|error| self.refused(error))?;
        Ok(self.output.clone())
    }

    /// The measurement as `measure --format json` has it, and the profile as `--profile` writes it, in one JSON object.
    ///
    /// `processor` is what the machine is called; `watts` what it draws meanwhile, where that is known.
    ///
    /// # Errors
    /// What is wrong with the watts, or that nothing was measured.
    pub fn finish(&self, processor: Option<String>, watts: Option<f64>) -> Result<String, JsValue> {
        self.finished(processor, watts).and_then(|finished| json(&finished)).map_err(|fault| thrown(&fault))
    }
}

impl Session {
    fn refused(&self, error: EngineError) -> JsValue {
        thrown(&refusal(&self.network.name, error))
    }

    fn with_engine<T>(
        &mut self,
        work: impl FnOnce(&Engine<'_>, &[u8], &mut [u8], &mut [u8]) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let engine = Engine::new(&self.bytes, self.rounding, &mut self.plan)?;
        work(&engine, &self.input, &mut self.output, &mut self.arena)
    }

    fn fill(&mut self, seconds: f64) -> Result<Window, EngineError> {
        let chunk = self.chunk;
        self.with_engine(|engine, input, output, arena| {
            let start = now();
            let mut inferences = 0;
            loop {
                for _ in 0..chunk {
                    engine.run(std::hint::black_box(input), output, arena)?;
                }
                inferences += u64::from(chunk);
                let passed = now() - start;
                if passed >= seconds && passed > 0.0 {
                    return Ok(Window::new(inferences, passed, None));
                }
            }
        })
    }

    fn time_layers(&mut self, seconds: f64) -> Result<LayerTimes, EngineError> {
        let operators = self.network.layers.len();
        let each = seconds / f64::from(LAYER_PASSES);
        self.with_engine(|engine, input, output, arena| {
            let mut times: LayerTimes = vec![Vec::new(); operators];
            for _ in 0..LAYER_PASSES {
                let mut spent = vec![0.0; operators];
                let mut inferences = 0.0;
                let start = now();
                while inferences == 0.0 || now() - start < each {
                    let mut last = now();
                    engine.run_watched(input, output, arena, |step| {
                        let at = now();
                        let place = usize::try_from(step.operator).unwrap_or(usize::MAX);
                        if let Some(spent) = spent.get_mut(place) {
                            *spent += at - last;
                        }
                        last = now();
                    })?;
                    inferences += 1.0;
                }
                times.iter_mut().zip(spent).for_each(|(times, spent)| times.push(spent / inferences));
            }
            Ok(times)
        })
    }

    fn finished(&self, processor: Option<String>, watts: Option<f64>) -> Result<Finished, Fault> {
        let watts = watts
            .map(|watts| Watts::checked(watts).map_err(|error| Fault::new("", "watts", error)))
            .transpose()?;
        let joules = |window: &Window| {
            let seconds = Seconds::checked(window.seconds).ok()?;
            watts.map(|watts| (watts * seconds).value())
        };
        let windows =
            self.windows.iter().map(|window| Window::new(window.inferences, window.seconds, joules(window)));
        let parts = Parts {
            name: self.network.name.clone(),
            machine: Machine {
                processor,
                architecture: format!("wasm32 ({})", joulegram::kernel::loops()),
                is_debug_build: cfg!(debug_assertions),
            },
            rounding: self.rounding,
            meter: if watts.is_some() { MeterKind::Given } else { MeterKind::None },
            domains: Vec::new(),
            windows: windows.collect(),
            note: Some(CLOCK_NOTE.to_owned()),
        };
        let measurement = Measurement::of(parts)?.with_layers(&self.network, &self.times);
        let year = u16::try_from(Date::new_0().get_full_year()).ok();
        let profile = measurement.profile("this browser", &self.network, year);
        Ok(Finished { measurement, profile })
    }
}

/// Which loops the kernel has here: `simd128` or `portable`.
#[wasm_bindgen]
#[must_use]
pub fn loops() -> String {
    joulegram::kernel::loops().to_owned()
}

/// Seconds of the page's clock, or the worker's.
fn now() -> f64 {
    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance, js_name = now)]
        fn milliseconds() -> f64;
    }
    milliseconds() / 1000.0
}
