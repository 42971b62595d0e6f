//! Softmax cross-entropy, and what a network answers.
//!
//! With two or more outputs each is the logit of a class. With a single output there are two classes: its value is the
//! logit of the second, and that of the first is fixed at 0 (softmax over `(0, z)` is the logistic function).

use std::ops::{Add, AddAssign};

/// Loss and hits over a number of samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evaluation {
    /// Sum of the cross-entropy (nats) over the samples.
    pub loss_sum: f64,
    /// Samples whose class was predicted.
    pub correct: usize,
    /// Samples seen.
    pub samples: usize,
}

impl Evaluation {
    /// Mean cross-entropy a sample, in nats.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of samples")]
    pub fn loss(&self) -> f64 {
        self.loss_sum / self.samples.max(1) as f64
    }

    /// Share of samples whose class was predicted, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of samples")]
    pub fn accuracy(&self) -> f64 {
        self.correct as f64 / self.samples.max(1) as f64
    }
}

impl Add for Evaluation {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            loss_sum: self.loss_sum + other.loss_sum,
            correct: self.correct + other.correct,
            samples: self.samples + other.samples,
        }
    }
}

impl AddAssign for Evaluation {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Scores logits (`outputs x batch`) against labels (`batch`).
///
/// If `delta` is given it is overwritten with the gradient of the *mean* loss with respect to the logits,
/// `(softmax − one-hot) / batch`.
#[must_use]
pub fn score(logits: &[f32], labels: &[u32], mut delta: Option<&mut [f32]>) -> Evaluation {
    let batch = labels.len();
    let outputs = logits.len() / batch.max(1);
    let mut total = Evaluation::default();
    for (sample, &label) in labels.iter().enumerate() {
        let log_sum = log_sum_exp(logits, outputs, batch, sample);
        let own = logit(logits, outputs, batch, sample, label as usize);
        total += Evaluation {
            loss_sum: log_sum - own,
            correct: usize::from(predicted_class(logits, outputs, batch, sample) == label as usize),
            samples: 1,
        };
        if let Some(delta) = delta.as_deref_mut() {
            write_delta(logits, outputs, batch, sample, label as usize, log_sum, delta);
        }
    }
    total
}

/// The class with the largest logit, the first of equals. NaN is never the largest.
#[must_use]
pub fn predicted_class(logits: &[f32], outputs: usize, batch: usize, sample: usize) -> usize {
    if outputs == 1 {
        return usize::from(logits[sample] > 0.0);
    }
    let mut best = (0, f32::NEG_INFINITY);
    for output in 0..outputs {
        let value = logits[output * batch + sample];
        if value > best.1 {
            best = (output, value);
        }
    }
    best.0
}

/// Probability of the second of two classes, for a network with one or two outputs.
#[must_use]
pub fn probability_of_second(logits: &[f32], outputs: usize, batch: usize, sample: usize) -> f32 {
    let difference = match outputs {
        1 => logits[sample],
        _ => logits[batch + sample] - logits[sample],
    };
    1.0 / (1.0 + (-difference).exp())
}

fn logit(logits: &[f32], outputs: usize, batch: usize, sample: usize, class: usize) -> f64 {
    match (outputs, class) {
        (1, 0) => 0.0,
        (1, _) => f64::from(logits[sample]),
        _ => f64::from(logits[class * batch + sample]),
    }
}

/// `ln Σ eᶻ` over the classes, shifted by the largest logit so that nothing overflows.
fn log_sum_exp(logits: &[f32], outputs: usize, batch: usize, sample: usize) -> f64 {
    let classes = outputs.max(2);
    let value = |class| logit(logits, outputs, batch, sample, class);
    let largest = (0..classes).map(value).fold(f64::NEG_INFINITY, f64::max);
    largest + (0..classes).map(|class| (value(class) - largest).exp()).sum::<f64>().ln()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "gradients are f32")]
fn write_delta(
    logits: &[f32],
    outputs: usize,
    batch: usize,
    sample: usize,
    label: usize,
    log_sum: f64,
    delta: &mut [f32],
) {
    for output in 0..outputs {
        let class = if outputs == 1 { 1 } else { output };
        let probability = (logit(logits, outputs, batch, sample, class) - log_sum).exp();
        let wanted = if class == label { 1.0 } else { 0.0 };
        delta[output * batch + sample] = ((probability - wanted) / batch as f64) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_worked_by_hand() {
        // Two classes, logits (0, ln 3): probabilities 1/4 and 3/4.
        let ln3 = 3.0_f32.ln();
        let mut delta = [0.0; 2];
        let two = score(&[0.0, ln3], &[1], Some(&mut delta));
        assert!((two.loss() - (4.0_f64 / 3.0).ln()).abs() < 1e-6);
        assert_eq!(two.correct, 1);
        assert!((delta[0] - 0.25).abs() < 1e-6 && (delta[1] + 0.25).abs() < 1e-6);
        // One output says the same.
        let mut single = [0.0; 1];
        let one = score(&[ln3], &[1], Some(&mut single));
        assert!((one.loss() - two.loss()).abs() < 1e-6);
        assert!((single[0] - delta[1]).abs() < 1e-6);
        assert!((probability_of_second(&[ln3], 1, 1, 0) - 0.75).abs() < 1e-6);
    }

    #[test]
    fn huge_logits_do_not_overflow_and_nan_is_not_hidden() {
        let far = score(&[1000.0, -1000.0], &[1], None);
        assert!((far.loss() - 2000.0).abs() < 1e-6);
        assert!(score(&[f32::NAN, 0.0], &[0], None).loss().is_nan());
    }
}
