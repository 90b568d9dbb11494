//! Proof that the core has no panic: each function here is one public path into it, and links only where the compiler
//! finds that nothing in it can unwind.
//!
//! The program takes each function's address and hides it from the optimiser, so that the proof holds for every argument,
//! not for the ones of a call. It is built by `bash tests/run no_panic`, and does nothing when run.

use joulegram::data::electricity::{self, ElectricityRow, MixError, UnknownElectricity};
use joulegram::data::grid::{self, GridRow, UnknownPlace};
use joulegram::data::pue::{self, PueRow, UnknownPue};
use joulegram::defaults;
use joulegram::device::{Class, Profile, presets};
use joulegram::digest::Digest;
use joulegram::draw::{self, Shape};
use joulegram::embodied::{self, EmbodiedError};
use joulegram::energy::{Demand, Pass, Rates};
use joulegram::estimate::{self, Estimate};
use joulegram::kernel::{
    self, Activation, Add, AddSpec, Bias, Concat, Conv2d, Conv2dSpec, Dense, DenseSpec, DepthwiseConv2d,
    DepthwiseSpec, Dequantize, Function, KernelError, Mean, MeanSpec, Mul, MulSpec, Pad, PadSpec, Pool,
    PoolKind, PoolSpec, Quantization, Quantize, Requantizer, ResizeNearest, ResizeSpec, Softmax, SoftmaxSpec,
    StridedCopy, Table, TransposedConv2d, TransposedConvSpec,
};
use joulegram::lifecycle;
use joulegram::model::LayerError;
use joulegram::model::layer::Layer;
use joulegram::model::shape::Shape as TensorShape;
use joulegram::model::tflite::{Layers, Memory, Model, ReadError};
use joulegram::model::work::{CountOverflow, Counts, Kind, LayerWork, Work};
use joulegram::plan::{Input, Ladder, Plan, PlanError, Rung};
use joulegram::range::{Range, RangeError};
use joulegram::scenario::{Scenario, StageName};
use joulegram::site::{self, Site};
use joulegram::sourced::{self, Sourced, Text};
use joulegram::units::{
    Bytes, BytesPerSecond, Count, Cycles, Grams, GramsPerKilowattHour, Hertz, Hours, Joules, KilowattHours,
    Multiplicity, OperationsPerSecond, OutOfRange, OverheadShare, Pue, Quantity, Seconds, Share, Utilisation,
    Watts, WattsPerGigabyte,
};
use no_panic::no_panic;

macro_rules! no_panic_in {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block)*) => {
        $(
            $(#[$attribute])*
            #[no_panic]
            fn $name($($argument: $type),*) -> $result $body
        )*

        fn main() {
            $(
                $(#[$attribute])*
                std::hint::black_box($name as fn($($type),*) -> $result);
            )*
        }
    };
}

no_panic_in! {
    #[cfg(feature = "control")]
    fn control_that_can_panic(numbers: &[u8], index: usize) -> u8 {
        #[expect(clippy::indexing_slicing, reason = "the panic that the proof must find")]
        numbers[index]
    }

    // units
    fn units_checked(number: f64) -> [Result<f64, OutOfRange>; 6] {
        [
            Watts::new(number).map(Watts::value),
            Pue::new(number).map(Pue::value),
            Utilisation::new(number).map(Utilisation::value),
            OverheadShare::new(number).map(OverheadShare::value),
            GramsPerKilowattHour::new(number).map(GramsPerKilowattHour::value),
            f64::checked(number),
        ]
    }
    fn units_products(watts: Watts, seconds: Seconds, clock: Hertz, grid: GramsPerKilowattHour) -> (Joules, Cycles, Grams) {
        (watts * seconds, clock * seconds, KilowattHours::ZERO * grid)
    }
    fn units_quotients(joules: Joules, watts: Watts, bytes: Bytes, bandwidth: BytesPerSecond) -> (Seconds, Seconds) {
        (joules / watts, bytes / bandwidth)
    }
    fn units_conversions(number: f64, hours: Hours, pue: Pue, share: OverheadShare) -> (Result<Joules, OutOfRange>, Seconds, Joules, f64) {
        let joules = Joules::from_device_kilowatt_hours(number);
        let facility = pue.at_facility(joules.unwrap_or(Joules::ZERO));
        (joules, hours.seconds(), pue.at_device(facility), share.factor())
    }

    // range
    fn range_of(low: f64, mode: f64, high: f64) -> Result<Range<Watts>, RangeError> {
        Range::of(low, mode, high)
    }
    fn range_product(watts: Range<Watts>, seconds: Range<Seconds>) -> Range<Joules> {
        watts * seconds
    }
    fn range_sum(a: Range<Joules>, b: Range<Joules>) -> Range<Joules> {
        a + b
    }
    fn range_quotient(joules: Range<Joules>, watts: Range<Watts>) -> Option<Range<Seconds>> {
        joules.checked_div(watts)
    }

    // sourced, defaults
    fn sourced_published(numbers: (f64, f64, f64), year: Option<u16>, source: &str) -> Result<Sourced<Pue>, RangeError> {
        Sourced::published(numbers, year, source)
    }
    fn sourced_text(source: &str) -> Text {
        sourced::text(source)
    }
    fn default_pue(class: Option<Class>) -> Sourced<Pue> {
        defaults::pue(class)
    }
    fn default_overhead_share() -> Sourced<OverheadShare> {
        defaults::overhead_share()
    }
    fn default_training_batch() -> Sourced<Multiplicity> {
        defaults::training_batch()
    }
    fn default_memory_watts() -> Sourced<WattsPerGigabyte> {
        defaults::memory_watts()
    }

    // model
    fn work_of(layers: &[LayerWork]) -> Result<Work, CountOverflow> {
        Work::of(layers.iter().copied())
    }
    fn work_add(work: &mut Work, layer: LayerWork) -> Result<(), CountOverflow> {
        work.add(layer)
    }
    fn work_reads(work: &Work, kind: Kind) -> (Counts, Counts, u64, usize, &'static str) {
        (work.kind(kind), work.total(), work.unknown_layers(), work.kinds().count(), kind.name())
    }

    // energy
    fn demand_of_network(profile: &Profile, work: &Work) -> Demand {
        Demand::of_network(profile, work)
    }
    fn demand_of_layer(profile: &Profile, layer: LayerWork) -> Demand {
        Demand::of_layer(profile, layer)
    }
    fn demand_pass(demand: &Demand, rates: &Rates) -> Pass {
        demand.pass(rates)
    }
    fn rates_most_likely(profile: &Profile) -> Rates {
        Rates::most_likely(profile)
    }
    fn profile_by_hand(name: Text, watts: Range<Watts>, operations: Range<OperationsPerSecond>) -> Profile {
        Profile::by_hand(name, watts, operations)
    }

    // lifecycle, site
    fn lifecycle_training(inference: Joules, samples: Count, epochs: Count, overhead: OverheadShare) -> Joules {
        lifecycle::training(inference, samples, epochs, overhead)
    }
    fn lifecycle_top_down(hours: Hours, processors: Multiplicity, watts: Watts, utilisation: Utilisation) -> Joules {
        lifecycle::top_down(hours, processors, watts, utilisation)
    }
    fn lifecycle_idle(watts: Watts, powered: Seconds, active: Seconds, devices: Multiplicity) -> Joules {
        lifecycle::idle(watts, powered, active, devices)
    }
    fn lifecycle_shares(one: KilowattHours, other: KilowattHours) -> (Option<f64>, Option<f64>) {
        (lifecycle::inference_share(one, other), lifecycle::break_even(one, other))
    }
    fn site_emissions(device: Joules, pue: Pue, grid: GramsPerKilowattHour) -> Grams {
        site::emissions(site::facility_energy(device, pue), grid)
    }

    // data
    fn grid_find(text: &str) -> Result<&'static GridRow, UnknownPlace> {
        grid::find(text)
    }
    fn grid_site(row: &GridRow, pue: Sourced<Pue>) -> (Site, Site) {
        (row.site(pue.clone()), grid::fallback(pue))
    }
    fn electricity_find(text: &str) -> Result<&'static ElectricityRow, UnknownElectricity> {
        electricity::find(text)
    }
    fn electricity_factor(row: &ElectricityRow) -> Sourced<GramsPerKilowattHour> {
        row.factor()
    }
    fn electricity_mix(parts: &[(Range<GramsPerKilowattHour>, f64)]) -> Result<Range<GramsPerKilowattHour>, MixError> {
        electricity::mix(parts)
    }
    fn pue_find(text: &str) -> Result<&'static PueRow, UnknownPue> {
        pue::find(text)
    }
    fn pue_sourced(row: &PueRow) -> Sourced<Pue> {
        row.sourced()
    }

    // draw, digest
    fn draw_unit(seed: u64, draw: u64, input: u64) -> f64 {
        draw::unit(seed, draw, input)
    }
    fn draw_quantile(shape: Shape, range: &Range<f64>, share: f64) -> f64 {
        shape.quantile(range, share)
    }
    fn digest_of(digest: Digest, bytes: &[u8], number: f64, count: u64, known: bool) -> u64 {
        digest.bytes(bytes).number(number).count(count).known(known).value()
    }

    // model
    fn model_new(file: &[u8]) -> Result<Model<'_>, ReadError> {
        Model::new(file)
    }
    fn model_work(model: &Model<'_>) -> Result<Work, ReadError> {
        model.work()
    }
    fn model_memory(model: &Model<'_>) -> Result<Memory, ReadError> {
        model.memory()
    }
    fn model_layers(layers: &mut Layers<'_>) -> Option<Result<Counts, ReadError>> {
        layers.next().map(|layer| layer.map(|layer| layer.work.counts))
    }
    fn model_views(model: &Model<'_>, graph: u32, tensor: i32) -> Result<Option<usize>, ReadError> {
        let tensor = model.subgraph(graph)?.tensor(tensor)?;
        Ok(model.constant(&tensor)?.map(<[u8]>::len))
    }
    fn layer_work(layer: &Layer, input: TensorShape) -> Result<(LayerWork, TensorShape), LayerError> {
        layer.work(input)
    }
    fn layer_share(profile: &Profile, network: &Work, layer: LayerWork) -> Option<f64> {
        estimate::layer_share(profile, network, layer)
    }
    fn preset_find(name: &str) -> Option<Profile> {
        presets::find(name)
    }
    fn embodied_allotted(total: Grams, reserved: Hours, lifespan: Hours, resources: Share) -> Result<Grams, EmbodiedError> {
        embodied::allotted(total, reserved, lifespan, resources)
    }

    // kernel: layers
    fn conv2d_new(spec: &Conv2dSpec, weights: &'static [i8], bias: Bias<'static>, scales: &'static [Requantizer]) -> Result<Conv2d<'static>, KernelError> {
        Conv2d::new(spec, weights, bias, scales)
    }
    fn conv2d_run(layer: &Conv2d<'_>, input: &[i8], output: &mut [i8], scratch: &mut [i16]) -> () {
        layer.run(input, output, scratch);
    }
    fn depthwise_new(spec: &DepthwiseSpec, weights: &'static [i8], bias: Bias<'static>, scales: &'static [Requantizer]) -> Result<DepthwiseConv2d<'static>, KernelError> {
        DepthwiseConv2d::new(spec, weights, bias, scales)
    }
    fn depthwise_run(layer: &DepthwiseConv2d<'_>, input: &[i8], output: &mut [i8], scratch: &mut [i16]) -> () {
        layer.run(input, output, scratch);
    }
    fn dense_new(spec: &DenseSpec, weights: &'static [i8], bias: Bias<'static>, scales: &'static [Requantizer]) -> Result<Dense<'static>, KernelError> {
        Dense::new(spec, weights, bias, scales)
    }
    fn dense_run(layer: &Dense<'_>, input: &[i8], output: &mut [i8], scratch: &mut [i16]) -> () {
        layer.run(input, output, scratch);
    }
    fn transposed_conv_new(spec: &TransposedConvSpec, weights: &'static [i8], bias: Bias<'static>, scales: &'static [Requantizer]) -> Result<TransposedConv2d<'static>, KernelError> {
        TransposedConv2d::new(spec, weights, bias, scales)
    }
    fn transposed_conv_run(layer: &TransposedConv2d<'_>, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn pool_new(kind: PoolKind, spec: &PoolSpec) -> Result<Pool, KernelError> {
        Pool::new(kind, spec)
    }
    fn pool_run(layer: &Pool, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn mean_new(spec: &MeanSpec<'_>) -> Result<Mean, KernelError> {
        Mean::new(spec)
    }
    fn mean_run(layer: &Mean, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn add_new(spec: &AddSpec<'_>) -> Result<Add, KernelError> {
        Add::new(spec)
    }
    fn add_run(layer: &Add, first: &[i8], second: &[i8], output: &mut [i8]) -> () {
        layer.run(first, second, output);
    }
    fn mul_new(spec: &MulSpec<'_>) -> Result<Mul, KernelError> {
        Mul::new(spec)
    }
    fn mul_run(layer: &Mul, first: &[i8], second: &[i8], output: &mut [i8]) -> () {
        layer.run(first, second, output);
    }
    fn concat_new(shape: &[usize], axis: usize) -> Result<Concat, KernelError> {
        Concat::new(shape, axis)
    }
    fn concat_run(layer: &Concat, inputs: &[&[i8]], output: &mut [i8]) -> () {
        layer.run(inputs, output);
    }
    fn pad_new(spec: &PadSpec<'_>) -> Result<Pad, KernelError> {
        Pad::new(spec)
    }
    fn pad_run(layer: &Pad, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn softmax_new(spec: &SoftmaxSpec) -> Result<Softmax, KernelError> {
        Softmax::new(spec)
    }
    fn softmax_run(layer: &Softmax, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn resize_new(spec: &ResizeSpec) -> Result<ResizeNearest, KernelError> {
        ResizeNearest::new(spec)
    }
    fn resize_run(layer: &ResizeNearest, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn strided_copy_new(shape: &[usize], from: (usize, &[isize]), to: (usize, &[isize])) -> Result<StridedCopy, KernelError> {
        StridedCopy::new(shape, from, to)
    }
    fn strided_copy_run(layer: &StridedCopy, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn function_new(input: Quantization, output: Quantization, activation: Activation, alpha: f32) -> [Result<Function, KernelError>; 4] {
        [
            Function::rescale(input, output, activation),
            Function::leaky_relu(input, output, alpha),
            Function::logistic(input),
            Function::tanh(input),
        ]
    }
    fn function_table(function: &Function) -> Table {
        function.table()
    }
    fn function_run(layer: &Function, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn table_run(layer: &Table, input: &[i8], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn quantize_new(scale: Quantization) -> (Result<Quantize, KernelError>, Result<Dequantize, KernelError>) {
        (Quantize::new(scale), Dequantize::new(scale))
    }
    fn quantize_run(layer: &Quantize, input: &[f32], output: &mut [i8]) -> () {
        layer.run(input, output);
    }
    fn dequantize_run(layer: &Dequantize, input: &[i8], output: &mut [f32]) -> () {
        layer.run(input, output);
    }
    fn reshape_run(input: &[i8], output: &mut [i8]) -> () {
        kernel::reshape(input, output);
    }
    fn requantizer_new(multiplier: i32, shift: i32) -> Result<Requantizer, KernelError> {
        Requantizer::new(multiplier, shift)
    }
    fn requantizer_of(real: f64, input: f32, weight: f32, output: f32) -> [Requantizer; 3] {
        [
            Requantizer::from_real(real),
            Requantizer::of_channel(input, weight, output),
            Requantizer::per_tensor(input, weight, output),
        ]
    }
    fn requantizers_of(input: f32, weights: &[f32; 16], output: f32) -> [Requantizer; 16] {
        Requantizer::per_channel(input, weights, output)
    }
    fn requantizer_apply(requantizer: Requantizer, sum: i32) -> (i32, i32) {
        (requantizer.apply(sum), requantizer.apply_once(sum))
    }

    // The engine calls operators through pointers, behind which no compiler looks: step `size` shows that firmware with
    // the whole engine has no symbol of a panic.

    // plan, estimate
    fn plan_new(scenario: &Scenario) -> Result<Plan<'_>, PlanError> {
        Plan::new(scenario)
    }
    fn plan_most_likely(plan: &Plan<'_>) -> Ladder {
        plan.most_likely()
    }
    fn plan_drawn(plan: &Plan<'_>, seed: u64, draw: u64) -> Ladder {
        plan.drawn(seed, draw)
    }
    fn plan_with(plan: &Plan<'_>, input: usize, value: f64) -> Ladder {
        plan.with(input, value)
    }
    fn plan_reads(plan: &Plan<'_>, stage: StageName) -> (usize, u64, bool) {
        let reads = plan.idle_not_known(stage) || plan.is_priced_by_profile(stage);
        (plan.inputs().len(), plan.unpriced_layers(stage), reads)
    }
    fn input_words(input: Input<'_>) -> (&'static str, Shape) {
        (input.what.words(), input.what.shape())
    }
    fn ladder_get(ladder: &Ladder, rung: Rung) -> Option<f64> {
        ladder.get(rung)
    }
    fn estimate_room(draws: usize) -> usize {
        estimate::scratch_len(draws)
    }
    fn estimate_of_plan(plan: &Plan<'_>, scratch: &mut [f64]) -> Result<(), PlanError> {
        estimate::estimate(plan, scratch).map(keep)
    }
}

/// Uses a result, so that none of it is left out.
#[inline(never)]
fn keep(estimate: Estimate<'_>) {
    std::hint::black_box(&estimate);
}
