//! Whether growth by a score still helps: training samples that are held out say so after every epoch.

use std::sync::Arc;

use rand::seq::index;

use super::Trainer;
use crate::data::{Dataset, Split};
use crate::nn::Network;
use crate::random::{Stream, generator};
use crate::topology::{Fallback, GrowScore, Recipe};
use crate::training::arm::Arm;
use crate::training::evaluation::evaluate;
use crate::training::records::HeldOut;

/// Samples that are held out, and what they have said.
#[derive(Debug, Clone)]
pub(super) struct GrowthWatch {
    held_out: Dataset,
    /// Of them so many were right at the last epoch's end, and at the best one's.
    hits: Option<usize>,
    best: usize,
    /// Epochs since then, and how many of them are too many.
    without_progress: u32,
    patience: u32,
    has_stalled: bool,
}

impl GrowthWatch {
    /// The data that are left to train on, and the watch over those that are not; where nobody asks for one, the data.
    ///
    /// Which samples are held out follows from the seed, and from a stream of its own.
    pub(super) fn split(arm: &Arm, seed: u64, data: Arc<Split>) -> (Arc<Split>, Option<Self>) {
        let Some(Fallback::Stalled(stalled)) = arm.tuning.recipe.map(|recipe| recipe.fallback) else {
            return (data, None);
        };
        let train = &data.train;
        let (samples, mut rng) = (train.samples(), generator(seed, Stream::HeldOut));
        let mut is_held_out = vec![false; samples];
        for sample in index::sample(&mut rng, samples, stalled.samples(samples)) {
            is_held_out[sample] = true;
        }
        let chosen = |wanted| (0..samples).filter(|&sample| is_held_out[sample] == wanted).collect::<Vec<usize>>();
        let watch = Self {
            held_out: train.select(&chosen(true)),
            hits: None,
            best: 0,
            without_progress: 0,
            patience: stalled.epochs,
            has_stalled: false,
        };
        (Arc::new(Split { train: train.select(&chosen(false)), test: data.test.clone() }), Some(watch))
    }

    /// Judges an epoch. What has stalled once stays so, as in the authors' code.
    fn judge(&mut self, network: &Network) {
        let hits = evaluate(network, &self.held_out, usize::MAX).0.correct;
        self.hits = Some(hits);
        if hits > self.best {
            (self.best, self.without_progress) = (hits, 0);
        } else {
            self.without_progress += 1;
        }
        self.has_stalled |= self.without_progress >= self.patience;
    }
}

impl Trainer {
    /// Judges the epoch that the last step has ended, if it has.
    pub(super) fn watch_growth(&mut self) {
        if self.step.is_multiple_of(self.steps_per_epoch())
            && let Some(watch) = &mut self.growth
        {
            watch.judge(&self.network);
        }
    }

    /// The recipe as it holds now: once growth has stalled, connections grow at random.
    pub(super) fn with_fallback(&self, recipe: &Recipe) -> Recipe {
        let has_stalled = self.growth.as_ref().is_some_and(|watch| watch.has_stalled);
        if has_stalled && recipe.grow != GrowScore::None {
            Recipe { grow: GrowScore::Random, ..*recipe }
        } else {
            *recipe
        }
    }

    /// What the samples that are held out say of the last epoch.
    pub(super) fn held_out(&self) -> Option<HeldOut> {
        let watch = self.growth.as_ref()?;
        let hits = watch.hits?;
        Some(HeldOut { hits, samples: watch.held_out.samples(), has_stalled: watch.has_stalled })
    }
}
