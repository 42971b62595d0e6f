//! Losses, and what a network answers.
//!
//! With two or more outputs each is the logit of a class. With a single output there are two classes: its value is the
//! logit of the second, and that of the first is fixed at 0 (softmax over `(0, z)` is the logistic function).

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use crate::sparse::Activations;

/// What training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// `−ln p` of the right class, `p` by softmax.
    #[default]
    CrossEntropy,
    /// `Σ_classes (σ(z) − t)²`, where `σ` is the logistic function and `t` 1 for the right class, else 0: each output
    /// answers for itself, as in SET's first code.
    SquaredError,
}

/// Loss and hits over a number of samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evaluation {
    /// Sum of the loss over the samples; of cross-entropy in nats.
    pub loss_sum: f64,
    /// Samples whose class was predicted.
    pub correct: usize,
    /// Samples seen.
    pub samples: usize,
}

impl Evaluation {
    /// Mean loss a sample.
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

impl Loss {
    /// All of them, for lists.
    pub const ALL: [Self; 2] = [Self::CrossEntropy, Self::SquaredError];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CrossEntropy => "cross-entropy",
            Self::SquaredError => "squared error",
        }
    }

    /// What the network answers by its logits (`outputs x batch`): the softmax of them where the loss takes it, else the
    /// logistic function of each.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "probabilities are f32")]
    pub fn answers(self, logits: &Activations) -> Activations {
        let mut answers = logits.clone();
        for sample in 0..logits.batch() {
            let mut own: Vec<f64> = (0..logits.neurons()).map(|output| f64::from(logits.row(output)[sample])).collect();
            match (self, &mut own[..]) {
                (Self::CrossEntropy, [_, _, ..]) => {
                    // What is left of the gradient without its target, the first class.
                    softmax(&mut own, 0);
                    own[0] += 1.0;
                }
                (_, own) => own.iter_mut().for_each(|z| *z = 1.0 / (1.0 + (-*z).exp())),
            }
            for (output, answer) in own.iter().enumerate() {
                answers.row_mut(output)[sample] = *answer as f32;
            }
        }
        answers
    }

    /// Scores logits (`outputs x batch`) against labels (`batch`).
    ///
    /// If `delta` is given it is overwritten with the gradient of the *mean* loss with respect to the logits; its padding
    /// stays as it is.
    #[must_use]
    pub fn score(self, logits: &Activations, labels: &[u32], mut delta: Option<&mut Activations>) -> Evaluation {
        let mut total = Evaluation::default();
        // Few outputs, the usual case, need no memory of their own.
        let (mut few, mut many) = ([0.0; 16], Vec::new());
        let outputs = few.get_mut(..logits.neurons()).unwrap_or_else(|| {
            many.resize(logits.neurons(), 0.0);
            &mut many
        });
        for (sample, &label) in labels.iter().enumerate() {
            for (output, z) in outputs.iter_mut().enumerate() {
                *z = f64::from(logits.row(output)[sample]);
            }
            let correct = predicted_class(logits, sample) == label as usize;
            let loss_sum = match (self, &mut *outputs) {
                (Self::CrossEntropy, [z]) => logistic(z, label),
                (Self::CrossEntropy, outputs) => softmax(outputs, label as usize),
                (Self::SquaredError, outputs) => squared_error(outputs, label as usize),
            };
            total += Evaluation { loss_sum, correct: usize::from(correct), samples: 1 };
            if let Some(delta) = delta.as_deref_mut() {
                write_gradient(outputs, labels.len(), sample, delta);
            }
        }
        total
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "gradients are f32")]
fn write_gradient(gradient: &[f64], batch: usize, sample: usize, delta: &mut Activations) {
    for (output, gradient) in gradient.iter().enumerate() {
        delta.row_mut(output)[sample] = (gradient / batch as f64) as f32;
    }
}

/// Cross-entropy of the one logit of two classes, which is replaced by the gradient, `p − t`.
fn logistic(z: &mut f64, label: u32) -> f64 {
    let target = f64::from(label.min(1));
    // e^−|z| never overflows.
    let small = (-z.abs()).exp();
    let loss = z.max(0.0) - *z * target + small.ln_1p();
    let probability = if *z >= 0.0 { 1.0 } else { small } / (1.0 + small);
    // `max` would hide a NaN.
    let loss = if z.is_nan() { f64::NAN } else { loss };
    *z = probability - target;
    loss
}

/// Cross-entropy of logits, which are replaced by its gradient, `softmax − one-hot`.
fn softmax(logits: &mut [f64], label: usize) -> f64 {
    // Shifted by the largest, so that nothing overflows.
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let own = logits[label] - largest;
    let mut sum = 0.0;
    for z in logits.iter_mut() {
        *z = (*z - largest).exp();
        sum += *z;
    }
    for z in logits.iter_mut() {
        *z /= sum;
    }
    logits[label] -= 1.0;
    sum.ln() - own
}

/// Squared error of logits, which are replaced by its gradient, `2 (σ − t) σ (1 − σ)`.
fn squared_error(logits: &mut [f64], label: usize) -> f64 {
    let single = logits.len() == 1;
    let mut loss = 0.0;
    for (class, z) in logits.iter_mut().enumerate() {
        let target = f64::from(u8::from(if single { label == 1 } else { class == label }));
        let answer = 1.0 / (1.0 + (-*z).exp());
        loss += (answer - target) * (answer - target);
        *z = 2.0 * (answer - target) * answer * (1.0 - answer);
    }
    loss
}

/// The class with the largest logit, the first of equals. NaN is never the largest.
#[must_use]
pub fn predicted_class(logits: &Activations, sample: usize) -> usize {
    if logits.neurons() == 1 {
        return usize::from(logits.row(0)[sample] > 0.0);
    }
    let mut best = (0, f32::NEG_INFINITY);
    for output in 0..logits.neurons() {
        let value = logits.row(output)[sample];
        if value > best.1 {
            best = (output, value);
        }
    }
    best.0
}

/// Probability of the second of two classes, for a network with one or two outputs.
#[must_use]
pub fn probability_of_second(logits: &Activations, sample: usize) -> f32 {
    let difference = match logits.neurons() {
        1 => logits.row(0)[sample],
        _ => logits.row(1)[sample] - logits.row(0)[sample],
    };
    1.0 / (1.0 + (-difference).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loss and gradient of one sample.
    fn score(loss: Loss, logits: &[f32], label: u32) -> (Evaluation, Vec<f32>) {
        let mut delta = Activations::zeros(logits.len(), 1);
        let evaluation = loss.score(&Activations::from_rows(logits, 1), &[label], Some(&mut delta));
        (evaluation, (0..logits.len()).map(|output| delta.row(output)[0]).collect())
    }

    #[test]
    fn a_case_worked_by_hand() {
        // Two classes, logits (0, ln 3): probabilities 1/4 and 3/4.
        let ln3 = 3.0_f32.ln();
        let (two, delta) = score(Loss::CrossEntropy, &[0.0, ln3], 1);
        assert!((two.loss() - (4.0_f64 / 3.0).ln()).abs() < 1e-6);
        assert_eq!(two.correct, 1);
        assert!((delta[0] - 0.25).abs() < 1e-6 && (delta[1] + 0.25).abs() < 1e-6);
        // One output says the same.
        let (one, single) = score(Loss::CrossEntropy, &[ln3], 1);
        assert!((one.loss() - two.loss()).abs() < 1e-6);
        assert!((single[0] - delta[1]).abs() < 1e-6);
        assert!((probability_of_second(&Activations::from_rows(&[ln3], 1), 0) - 0.75).abs() < 1e-6);
    }

    #[test]
    fn squared_error_worked_by_hand() {
        // σ(ln 3) = 3/4, σ(0) = 1/2: (3/4)² + (1/2 − 1)², and 2 · 3/4 · 3/16 and 2 · (−1/2) · 1/4.
        let (both, delta) = score(Loss::SquaredError, &[3.0_f32.ln(), 0.0], 1);
        assert!((both.loss() - 0.8125).abs() < 1e-6);
        assert!((delta[0] - 0.28125).abs() < 1e-6 && (delta[1] + 0.25).abs() < 1e-6);
        let (one, _) = score(Loss::SquaredError, &[3.0_f32.ln()], 1);
        assert!((one.loss() - 0.0625).abs() < 1e-6);
    }

    #[test]
    fn huge_logits_do_not_overflow_and_nan_is_not_hidden() {
        assert!((score(Loss::CrossEntropy, &[1000.0, -1000.0], 1).0.loss() - 2000.0).abs() < 1e-6);
        assert!((score(Loss::CrossEntropy, &[-1000.0], 1).0.loss() - 1000.0).abs() < 1e-6);
        for loss in Loss::ALL {
            assert!(score(loss, &[f32::NAN, 0.0], 0).0.loss().is_nan());
            assert!(score(loss, &[f32::NAN], 0).0.loss().is_nan());
        }
    }

    #[test]
    fn answers_worked_by_hand() {
        let ln2 = 2.0_f32.ln();
        let row = |answers: &Activations, output: usize| answers.row(output).to_vec();
        let near = |found: Vec<f32>, expected: &[f32]| {
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}, {expected:?}");
        };
        // Two samples of three outputs: (ln 2, 0, 0) is to (1/2, 1/4, 1/4) what (0, ln 2, 0) is to (1/4, 1/2, 1/4).
        let three = Activations::from_rows(&[ln2, 0.0, 0.0, ln2, 0.0, 0.0], 2);
        let answers = Loss::CrossEntropy.answers(&three);
        near(row(&answers, 0), &[0.5, 0.25]);
        near(row(&answers, 1), &[0.25, 0.5]);
        near(row(&answers, 2), &[0.25, 0.25]);
        // σ(ln 2) = 2/3: one output, or squared error.
        near(row(&Loss::CrossEntropy.answers(&Activations::from_rows(&[ln2], 1)), 0), &[2.0 / 3.0]);
        near(row(&Loss::SquaredError.answers(&three), 0), &[2.0 / 3.0, 0.5]);
    }
}
