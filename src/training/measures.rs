//! What the topology of a run came to: measured from outside, only where somebody asks, for it costs time and memory.

use serde::Serialize;

use super::records::UpdateRecord;
use super::trainer::Trainer;
use crate::metrics::graph::{
    BipartitePaths, Degrees, PowerLawVerdict, Side, SizeLimit, dead_neurons, jaccard_distance, topology_distance,
};
use crate::nn::Network;
use crate::sparse::{Connectivity, Place};

/// What the topology of a network came to by the end of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopologyMeasures {
    /// `R_s`: share of all places of sparse layers that ever had a connection (Liu et al. 2021, ITOP); none where a layer has
    /// too many places to follow.
    pub exploration: Option<f64>,
    /// Topology distance between the first and the last network after matching their neurons, from 0 to 1 (Liu et al. 2020,
    /// NNSTD); none where a layer is dense, or has more than 512 neurons to match.
    pub topology_distance: Option<f64>,
    /// By hidden layer, neurons without inputs or outputs.
    pub dead_neurons: Vec<usize>,
    /// By layer; none for a dense one.
    pub layers: Vec<Option<LayerMeasures>>,
}

/// What became of one layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerMeasures {
    /// Share of the places that have a connection.
    pub density: f64,
    /// Share of the places that ever had one; none where there are too many to follow.
    pub exploration: Option<f64>,
    /// Share of the connections that have been there from the start.
    pub from_the_start: f64,
    /// Mean number of topology updates since the connections grew.
    pub mean_age: f64,
    /// Jaccard distance between the first places and the last, neuron by neuron, from 0 to 1.
    pub jaccard_distance: f64,
    /// Robins–Alexander clustering `4 C₄ / L₃`.
    pub clustering: Option<f64>,
    /// Connections that lead to each target.
    pub in_degrees: DegreeMeasures,
    /// Connections that leave each source.
    pub out_degrees: DegreeMeasures,
}

/// How degrees are distributed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DegreeMeasures {
    /// Their mean.
    pub mean: f64,
    /// Their coefficient of variation against that of a random layer of the same density: 1 is binomial.
    pub variation_ratio: Option<f64>,
    /// The largest against the mean.
    pub max_by_mean: Option<f64>,
    /// 0 where all are equal, towards 1 where a few neurons have nearly all connections.
    pub gini: Option<f64>,
    /// Whether a power law describes their tail: `favoured`, `undecided`, `not favoured`, `too few points`.
    pub power_law: &'static str,
}

/// Places of a layer that are followed at most: a gigabyte of bits.
const MOST_PLACES: usize = 1 << 33;

/// Follows a run from its first network on.
pub(super) struct Observer {
    first: Vec<Option<Connectivity>>,
    /// By layer, a bit for each place that ever had a connection.
    ever: Vec<Vec<u64>>,
}

impl Observer {
    /// Follows a run that has not begun, and that keeps its history.
    pub(super) fn new(network: &Network) -> Self {
        let first: Vec<_> = network.layers().iter().map(|layer| layer.weights.connectivity().cloned()).collect();
        let none = |layer: &Option<Connectivity>| {
            vec![0; layer.as_ref().filter(|own| is_followed(own)).map_or(0, |own| own.places().div_ceil(64))]
        };
        let mut observer = Self { ever: first.iter().map(none).collect(), first };
        for (layer, first) in observer.first.clone().iter().enumerate() {
            for place in first.iter().flat_map(Connectivity::iter) {
                observer.mark(layer, place);
            }
        }
        observer
    }

    pub(super) fn follow(&mut self, update: &UpdateRecord) {
        for (layer, added) in update.added.iter().enumerate() {
            for &place in added {
                self.mark(layer, place);
            }
        }
    }

    fn mark(&mut self, layer: usize, place: Place) {
        let Some(first) = self.first[layer].as_ref().filter(|first| is_followed(first)) else { return };
        let position = place.source as usize * first.targets() + place.target as usize;
        self.ever[layer][position / 64] |= 1 << (position % 64);
    }

    /// Places of a layer that ever had a connection; none of a dense one.
    fn explored(&self, layer: usize) -> Option<usize> {
        let is_known = self.first[layer].as_ref().is_none_or(is_followed);
        is_known.then(|| self.ever[layer].iter().map(|places| places.count_ones() as usize).sum())
    }

    /// What the run has come to.
    #[expect(clippy::cast_precision_loss, reason = "numbers of places")]
    pub(super) fn measures(&self, trainer: &Trainer) -> TopologyMeasures {
        let snapshot = trainer.snapshot();
        let layers = snapshot.network.layers();
        let now: Vec<Option<&Connectivity>> = layers.iter().map(|layer| layer.weights.connectivity()).collect();
        let first: Vec<Option<&Connectivity>> = self.first.iter().map(Option::as_ref).collect();
        let widths: Vec<usize> =
            std::iter::once(snapshot.network.inputs()).chain(layers.iter().map(|layer| layer.bias.len())).collect();
        let measured = (0..layers.len()).map(|layer| {
            let ages = snapshot.born[layer].iter().map(|&born| snapshot.updates - born).collect::<Vec<u32>>();
            self.layer(layer, now[layer]?, &ages, snapshot.updates)
        });
        let explored: Option<usize> = (0..layers.len()).map(|layer| self.explored(layer)).sum();
        let places: usize = now.iter().flatten().map(|layer| layer.places()).sum();
        TopologyMeasures {
            exploration: explored.map(|explored| explored as f64 / places.max(1) as f64),
            topology_distance: matched_distance(&first, &now),
            dead_neurons: dead_neurons(&widths, &now).iter().map(Vec::len).collect(),
            layers: measured.collect(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    fn layer(&self, layer: usize, now: &Connectivity, ages: &[u32], updates: u32) -> Option<LayerMeasures> {
        let first = self.first[layer].as_ref()?;
        let (places, connections) = (now.places().max(1) as f64, now.connections().max(1) as f64);
        Some(LayerMeasures {
            density: now.connections() as f64 / places,
            exploration: self.explored(layer).map(|explored| explored as f64 / places),
            from_the_start: ages.iter().filter(|&&age| age == updates).count() as f64 / connections,
            mean_age: ages.iter().map(|&age| f64::from(age)).sum::<f64>() / connections,
            jaccard_distance: jaccard_distance(first, now).ok()?,
            clustering: BipartitePaths::of(now).clustering(),
            in_degrees: degrees(now, Side::Targets),
            out_degrees: degrees(now, Side::Sources),
        })
    }
}

fn is_followed(layer: &Connectivity) -> bool {
    layer.places() <= MOST_PLACES
}

fn matched_distance(first: &[Option<&Connectivity>], now: &[Option<&Connectivity>]) -> Option<f64> {
    let all = |layers: &[Option<&Connectivity>]| -> Option<Vec<Connectivity>> {
        layers.iter().map(|layer| layer.cloned()).collect()
    };
    let (first, now) = (all(first)?, all(now)?);
    let (first, now): (Vec<_>, Vec<_>) = (first.iter().collect(), now.iter().collect());
    topology_distance(&first, &now, SizeLimit::Enforced).ok().map(|distance| distance.network)
}

fn degrees(layer: &Connectivity, side: Side) -> DegreeMeasures {
    let degrees = Degrees::of(layer, side);
    DegreeMeasures {
        mean: degrees.mean(),
        variation_ratio: degrees.variation_ratio(),
        max_by_mean: degrees.max_by_mean(),
        gini: degrees.gini(),
        power_law: match degrees.power_law().map(|law| law.verdict) {
            Some(PowerLawVerdict::PowerLawFavoured) => "favoured",
            Some(PowerLawVerdict::Undecided) => "undecided",
            Some(PowerLawVerdict::PowerLawNotFavoured) => "not favoured",
            Some(PowerLawVerdict::TooFewPoints) | None => "too few points",
        },
    }
}
