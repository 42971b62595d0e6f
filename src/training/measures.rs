//! What the topology of a run comes to: measured from outside, only where somebody asks, for it costs time and memory.

mod clustering;
mod earlier;
mod gradients;
mod on_demand;
mod state;
mod turnover;

use serde::{Deserialize, Serialize};

pub use self::clustering::LayerClustering;
pub use self::earlier::earlier_connectivity;
pub use self::gradients::{GRADIENT_SAMPLES, GradientMeasures, LayerGradientMeasures};
pub use self::on_demand::{Against, Answer, Question};
pub use self::state::{DegreeHistogram, DegreeMeasures, LayerDensity, TopologyState};
pub(super) use self::turnover::Turnover;
pub use self::turnover::{Topology, UpdateMeasures, topology};

use self::gradients::gradient_measures;
use self::on_demand::{connectivities, sizes};
use super::records::UpdateRecord;
use super::trainer::Trainer;
use crate::data::Dataset;
use crate::metrics::graph::{Degrees, NetworkDistance, Side, dead_neurons, network_distance};
use crate::nn::Network;
use crate::sparse::Connectivity;

/// What the topology of a network came to by the end of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TopologyMeasures {
    /// `R_s`: share of all places of sparse layers that ever had a connection (Liu et al. 2021, ITOP); none where there are
    /// too many to follow.
    pub exploration: Option<f64>,
    /// Share of the places of sparse layers that have a connection; this and the next two none without a sparse layer.
    pub density: Option<f64>,
    /// Share of the connections of sparse layers that have been there from the start.
    pub from_the_start: Option<f64>,
    /// Mean number of topology updates since they grew.
    pub mean_age: Option<f64>,
    /// Jaccard distance between the places of the first and the last network, from 0 to 1: the mean over sparse layers.
    pub plain_distance: Option<f64>,
    /// The same after matching their neurons (Liu et al. 2020, NNSTD); none where a hidden layer is dense, or has more than
    /// 512 neurons to match.
    pub topology_distance: Option<f64>,
    /// By hidden layer, neurons without inputs or outputs.
    pub dead_neurons: Vec<usize>,
    /// Share of the connections from the inputs whose input is no added noise; at random it is the share of such inputs. None
    /// where no noise was added, or every input is connected to everything.
    pub from_informative_inputs: Option<f64>,
    /// Training samples that gradients were taken over.
    pub gradient_samples: usize,
    /// Gradients at all places of all layers.
    pub gradients: LayerGradientMeasures,
    /// By layer; none for a dense one.
    pub layers: Vec<Option<LayerMeasures>>,
}

/// What became of one layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerMeasures {
    /// Connections.
    pub connections: usize,
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
    /// The distance after matching neurons, where they were matched.
    pub matched_distance: Option<f64>,
    /// Robins–Alexander clustering `4 C₄ / L₃`; none where there are no paths, or too many to count.
    pub clustering: Option<f64>,
    /// The mean of it over five random layers with the same degrees.
    pub clustering_rewired: Option<f64>,
    /// Latapy's overlap of the inputs of two targets that share one.
    pub input_overlap: Option<f64>,
    /// The mean of it over the rewired layers.
    pub input_overlap_rewired: Option<f64>,
    /// Latapy's overlap of the outputs of two sources that share one.
    pub output_overlap: Option<f64>,
    /// The mean of it over the rewired layers.
    pub output_overlap_rewired: Option<f64>,
    /// Gradients at its places.
    pub gradients: LayerGradientMeasures,
    /// Connections that lead to each target.
    pub in_degrees: DegreeMeasures,
    /// Connections that leave each source.
    pub out_degrees: DegreeMeasures,
}

/// Places that are followed at most: a gigabyte of bits.
const MOST_PLACES: usize = 1 << 33;

/// Follows a run from its first network on.
pub(super) struct Observer {
    turnover: Turnover,
    updates: Vec<UpdateMeasures>,
}

impl Observer {
    /// Follows a run that has not begun, and that keeps its history.
    pub(super) fn new(network: &Network) -> Self {
        Self { turnover: Turnover::new(network, MOST_PLACES), updates: Vec::new() }
    }

    pub(super) fn follow(&mut self, update: &UpdateRecord) {
        self.updates.push(self.turnover.follow(update));
    }

    /// One entry an update.
    pub(super) fn into_updates(self) -> Vec<UpdateMeasures> {
        self.updates
    }

    /// What the run has come to, with gradients over samples of this training set, the last `noise` of whose features say
    /// nothing.
    pub(super) fn measures(&self, trainer: &Trainer, train: &Dataset, noise: usize) -> TopologyMeasures {
        let snapshot = trainer.snapshot();
        let network = &snapshot.network;
        let (now, sizes) = (connectivities(network), sizes(network));
        let first: Vec<Option<&Connectivity>> = self.turnover.first().iter().map(Option::as_deref).collect();
        let distance = network_distance(&sizes, &first, &now).expect("a run keeps its shape");
        let gradients = gradient_measures(network, train, &|| true).expect("nobody stops it");
        let measured = (0..now.len()).map(|layer| {
            let ages = snapshot.born[layer].iter().map(|&born| snapshot.updates - born).collect::<Vec<u32>>();
            let matched = distance.matched.as_ref().ok().and_then(|layers| layers[layer]);
            Some(LayerMeasures {
                exploration: self.turnover.exploration_of(layer),
                jaccard_distance: distance.plain[layer]?,
                matched_distance: matched,
                gradients: gradients.layers[layer],
                ..layer_measures(now[layer]?, &ages, snapshot.updates)
            })
        });
        let layers: Vec<Option<LayerMeasures>> = measured.collect();
        let mean =
            |value: fn(&LayerMeasures) -> f64, of: fn(&Connectivity) -> usize| weighted(&layers, &now, value, of);
        TopologyMeasures {
            exploration: self.turnover.now().exploration,
            density: mean(|layer| layer.density, Connectivity::places),
            from_the_start: mean(|layer| layer.from_the_start, Connectivity::connections),
            mean_age: mean(|layer| layer.mean_age, Connectivity::connections),
            plain_distance: NetworkDistance::mean(&distance.plain),
            topology_distance: distance.matched.as_ref().ok().and_then(|layers| NetworkDistance::mean(layers)),
            dead_neurons: dead_neurons(&sizes, &now).iter().map(Vec::len).collect(),
            from_informative_inputs: now[0].and_then(|inputs| from_informative_inputs(inputs, noise)),
            gradient_samples: gradients.samples,
            gradients: gradients.network,
            layers,
        }
    }
}

/// Share of the connections that do not come from the last `noise` sources.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn from_informative_inputs(layer: &Connectivity, noise: usize) -> Option<f64> {
    let informative = layer.sources() - noise;
    let connections: usize = (0..informative).map(|source| layer.out_degree(source)).sum();
    (noise > 0 && layer.connections() > 0).then(|| connections as f64 / layer.connections() as f64)
}

/// The mean of a figure over sparse layers, each counting as much as it has of something.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn weighted(
    layers: &[Option<LayerMeasures>],
    now: &[Option<&Connectivity>],
    value: fn(&LayerMeasures) -> f64,
    weight: fn(&Connectivity) -> usize,
) -> Option<f64> {
    let both = layers.iter().zip(now).filter_map(|(layer, own)| Some((value(layer.as_ref()?), weight((*own)?) as f64)));
    let (sum, all) = both.fold((0.0, 0.0), |(sum, all), (value, weight)| (sum + value * weight, all + weight));
    (all > 0.0).then(|| sum / all)
}

/// What follows from the connections of a layer and their ages alone.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn layer_measures(now: &Connectivity, ages: &[u32], updates: u32) -> LayerMeasures {
    let connections = now.connections().max(1) as f64;
    let clustering = LayerClustering::of(now, &|| true).ok().flatten();
    let degrees = |side| DegreeMeasures::of(&Degrees::of(now, side));
    LayerMeasures {
        connections: now.connections(),
        density: now.connections() as f64 / now.places().max(1) as f64,
        exploration: None,
        from_the_start: ages.iter().filter(|&&age| age == updates).count() as f64 / connections,
        mean_age: ages.iter().map(|&age| f64::from(age)).sum::<f64>() / connections,
        jaccard_distance: 0.0,
        matched_distance: None,
        clustering: clustering.and_then(|found| found.own.clustering),
        clustering_rewired: clustering.and_then(|found| found.rewired.clustering),
        input_overlap: clustering.and_then(|found| found.own.input_overlap),
        input_overlap_rewired: clustering.and_then(|found| found.rewired.input_overlap),
        output_overlap: clustering.and_then(|found| found.own.output_overlap),
        output_overlap_rewired: clustering.and_then(|found| found.rewired.output_overlap),
        gradients: LayerGradientMeasures::default(),
        in_degrees: degrees(Side::Targets),
        out_degrees: degrees(Side::Sources),
    }
}
