//! Evaluating a network on a whole data set.

use crate::data::Dataset;
use crate::metrics::Confusion;
use crate::nn::{Evaluation, Network, Pass, predicted_class, score};

/// Samples evaluated at once.
const CHUNK: usize = 256;

/// Loss, hits and confusion over all samples of a data set.
pub(super) fn evaluate(network: &Network, dataset: &Dataset) -> (Evaluation, Confusion) {
    let mut total = Evaluation::default();
    let mut confusion = Confusion::new(dataset.classes());
    let mut pass = Pass::forward_only(network, CHUNK.min(dataset.samples()));
    for start in (0..dataset.samples()).step_by(CHUNK) {
        let end = (start + CHUNK).min(dataset.samples());
        if end - start != pass.batch() {
            pass = Pass::forward_only(network, end - start);
        }
        dataset.gather_range(start..end, pass.input_mut(), end - start);
        network.forward(&mut pass);
        let labels = &dataset.labels()[start..end];
        total += score(pass.logits(), labels, None);
        for (sample, &label) in labels.iter().enumerate() {
            let predicted = predicted_class(pass.logits(), network.outputs(), pass.batch(), sample);
            confusion.add(label as usize, predicted);
        }
    }
    (total, confusion)
}
