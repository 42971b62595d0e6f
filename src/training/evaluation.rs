//! Evaluating a network on a whole data set.

use crate::data::Dataset;
use crate::metrics::Confusion;
use crate::nn::{Evaluation, Layer, Network, Pass, predicted_class};
use crate::sparse::LANES;

/// Samples evaluated at once, if their activations fit in the bytes below.
const CHUNK: usize = 256;
/// Bytes that activations may take while a network is evaluated, unless even one line of samples takes more.
const ACTIVATION_BYTES: usize = 32 << 20;

/// Loss, hits and confusion over the first samples of a data set, `most` of them at most.
pub(super) fn evaluate(network: &Network, dataset: &Dataset, most: usize) -> (Evaluation, Confusion) {
    let mut total = Evaluation::default();
    let mut confusion = Confusion::new(dataset.classes());
    let samples = dataset.samples().min(most);
    let chunk = chunk(network).min(samples);
    let mut pass = Pass::forward_only(network, chunk);
    for start in (0..samples).step_by(chunk) {
        let end = (start + chunk).min(samples);
        if end - start != pass.batch() {
            pass = Pass::forward_only(network, end - start);
        }
        let input = pass.input_mut();
        let stride = input.stride();
        dataset.gather_range(start..end, input.padded_mut(), stride);
        network.forward(&mut pass);
        let labels = &dataset.labels()[start..end];
        total += network.loss().score(pass.logits(), labels, None);
        for (sample, &label) in labels.iter().enumerate() {
            confusion.add(label as usize, predicted_class(pass.logits(), sample));
        }
    }
    (total, confusion)
}

/// Samples to evaluate at once.
fn chunk(network: &Network) -> usize {
    let neurons = network.inputs() + network.layers().iter().map(Layer::neurons).sum::<usize>();
    let lines = ACTIVATION_BYTES / (neurons * LANES * size_of::<f32>());
    (lines * LANES).clamp(LANES, CHUNK)
}
