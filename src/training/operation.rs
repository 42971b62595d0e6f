//! What a student does to a network by hand while it trains: connections are cut, added and given other weights, and
//! layers are frozen.

mod spec;

use thiserror::Error;

pub use self::spec::{OperationSpec, PlaceSpec, WeightSpec};
use super::moment::Moment;
use crate::nn::Weights;
use crate::sparse::{Edit, Place};
use crate::topology::allocation::Shape;

/// One thing done by hand to one layer, all of it at the same moment; first it is thawed, at last it is frozen.
///
/// It is no topology update of the method: it has a number of its own and moves no update, see
/// [`super::UpdateRecord::by_hand`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Operation {
    /// Which layer, 0 for the connections from the inputs.
    pub layer: usize,
    /// Connections that go.
    pub cut: Vec<Place>,
    /// Connections that come, with their weights; moments and age are those of any connection that has just grown.
    pub add: Vec<(Place, f32)>,
    /// Connections that get another weight and keep everything else.
    pub set: Vec<(Place, f32)>,
    /// Whether weights, biases and connections of the layer stay as they are from here on, until it is thawed.
    pub freeze: bool,
    /// Whether they change again.
    pub thaw: bool,
}

/// Why something cannot be done by hand. Neurons are counted from 1 in texts, as on screen.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum OperationFault {
    /// There is no such layer.
    #[error("there is no layer {}: the network has {layers} layers of connections", layer.saturating_add(1))]
    NoLayer {
        /// Which was meant, from 0.
        layer: usize,
        /// How many there are.
        layers: usize,
    },
    /// It says nothing.
    #[error("nothing is cut, added, set, frozen or thawed")]
    Nothing,
    /// A place lies outside the layer.
    #[error("{} lies outside the layer of {n_in} × {n_out} neurons", named(*place))]
    Outside {
        /// The place.
        place: Place,
        /// Number of source neurons.
        n_in: usize,
        /// Number of target neurons.
        n_out: usize,
    },
    /// A place is named more than once.
    #[error("{} is named twice", named(*.0))]
    Twice(Place),
    /// A weight is no finite number.
    #[error("the weight of {} would be {value}", named(*place))]
    NotFinite {
        /// The place.
        place: Place,
        /// What it was to be.
        value: f32,
    },
    /// Every place of the layer has a connection, for good.
    #[error("the layer is dense: it has all connections and no empty place")]
    Dense,
    /// A neuron would have more or fewer inputs than the others.
    #[error("neuron {} would have another number of inputs than the others, which are all to have the same", target + 1)]
    FanIn {
        /// The neuron, from 0.
        target: u32,
    },
    /// Weights go back to early ones, which the layer then must have.
    #[error(
        "the method rewinds all weights to early ones, which a connection added by hand has not, nor a frozen layer"
    )]
    Rewinds,
    /// The layer is frozen.
    #[error("the layer is frozen")]
    Frozen,
    /// It is not.
    #[error("the layer is not frozen")]
    NotFrozen,
    /// There is no connection.
    #[error("there is no connection {}", from_to(*.0))]
    Missing(Place),
    /// There is one already.
    #[error("there is a connection {} already", from_to(*.0))]
    Taken(Place),
}

/// What cannot be done of a run's operations.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("operation {number}, by hand in layer {} after {after}, cannot be done: {fault}. {}", layer + 1, fault.remedy())]
pub struct ImpossibleOperation {
    /// Which of the operations, from 1.
    pub number: u32,
    /// When it was to be done.
    pub after: Moment,
    /// In which layer, from 0.
    pub layer: usize,
    /// Why not.
    pub fault: OperationFault,
}

/// What decides, beside the connections that there are, what can be done by hand to a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerRules {
    /// Its size.
    pub shape: Shape,
    /// Whether it is stored whole, with a connection at every place.
    pub is_dense: bool,
    /// Whether all its neurons have the same number of inputs.
    pub has_constant_fan_in: bool,
    /// Whether the method rewinds weights to early ones.
    pub rewinds: bool,
}

impl OperationFault {
    /// How to mend it: a sentence without its full stop.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoLayer { .. } => "Count layers from 1, the one from the inputs first",
            Self::Nothing => "Say what is to be done, such as cut = [[1, 2]], or leave it out",
            Self::Outside { .. } => "Count the neurons of both sides from 1",
            Self::Twice(_) => "Name each place once; to change a weight, set it",
            Self::NotFinite { .. } => "Write a finite number",
            Self::Dense => "Give it a density below 1, or choose a sparse method; weights can be set",
            Self::FanIn { .. } => {
                "Add as many inputs to each neuron as are cut, or choose a method without constant fan-in"
            }
            Self::Rewinds => "Cut and set connections only, or choose a method that does not rewind",
            Self::Frozen => "Thaw it first",
            Self::NotFrozen => "Leave thaw out",
            Self::Missing(_) => "Cut and set what is there at that moment",
            Self::Taken(_) => "Set its weight instead, or add at an empty place",
        }
    }
}

impl Operation {
    /// Whether connections or weights change.
    #[must_use]
    pub fn changes_weights(&self) -> bool {
        !(self.cut.is_empty() && self.add.is_empty() && self.set.is_empty())
    }

    /// Whether it could be done to a layer that follows these rules, whatever connections it has. `is_frozen`: whether
    /// the layer is frozen when the moment has come.
    ///
    /// # Errors
    /// The first fault there is.
    pub fn check(&self, rules: LayerRules, is_frozen: bool) -> Result<(), OperationFault> {
        self.check_freezing(is_frozen)?;
        self.check_places(rules.shape)?;
        let weights = self.add.iter().chain(&self.set);
        if let Some(&(place, value)) = weights.into_iter().find(|(_, weight)| !weight.is_finite()) {
            return Err(OperationFault::NotFinite { place, value });
        }
        let edits = !(self.cut.is_empty() && self.add.is_empty());
        if rules.is_dense && edits {
            return Err(OperationFault::Dense);
        }
        if rules.rewinds && (self.freeze || !self.add.is_empty()) {
            return Err(OperationFault::Rewinds);
        }
        let unbalanced = || self.unbalanced_target().filter(|_| rules.has_constant_fan_in);
        unbalanced().map_or(Ok(()), |target| Err(OperationFault::FanIn { target }))
    }

    fn check_freezing(&self, is_frozen: bool) -> Result<(), OperationFault> {
        match () {
            () if !self.changes_weights() && !self.freeze && !self.thaw => Err(OperationFault::Nothing),
            () if self.thaw && !is_frozen => Err(OperationFault::NotFrozen),
            () if is_frozen && !self.thaw => Err(OperationFault::Frozen),
            () => Ok(()),
        }
    }

    fn check_places(&self, shape: Shape) -> Result<(), OperationFault> {
        let mut places: Vec<Place> = self.places().collect();
        let outside = |place: &&Place| place.source as usize >= shape.n_in || place.target as usize >= shape.n_out;
        if let Some(&place) = places.iter().find(outside) {
            return Err(OperationFault::Outside { place, n_in: shape.n_in, n_out: shape.n_out });
        }
        places.sort_unstable();
        let twice = places.windows(2).find(|pair| pair[0] == pair[1]);
        twice.map_or(Ok(()), |pair| Err(OperationFault::Twice(pair[0])))
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let with_weights = self.add.iter().chain(&self.set).map(|(place, _)| *place);
        self.cut.iter().copied().chain(with_weights)
    }

    /// A neuron that loses more inputs than it gets, or fewer.
    fn unbalanced_target(&self) -> Option<u32> {
        let sorted = |targets: &mut dyn Iterator<Item = u32>| {
            let mut targets: Vec<u32> = targets.collect();
            targets.sort_unstable();
            targets
        };
        let lost = sorted(&mut self.cut.iter().map(|place| place.target));
        let won = sorted(&mut self.add.iter().map(|(place, _)| place.target));
        let first = lost.iter().zip(&won).find(|(lost, won)| lost != won).map(|(lost, won)| *lost.min(won));
        let longer = if lost.len() > won.len() { &lost } else { &won };
        first.or_else(|| longer.get(lost.len().min(won.len())).copied())
    }

    /// Whether the connections that a layer has now let it be done.
    ///
    /// # Errors
    /// A connection to cut or to set that is not there, or one to add that is.
    pub fn fits(&self, weights: &Weights) -> Result<(), OperationFault> {
        let there = |place: &Place| weights.find(*place).is_some();
        let touched = self.cut.iter().chain(self.set.iter().map(|(place, _)| place));
        if let Some(place) = touched.into_iter().find(|place| !there(place)) {
            return Err(OperationFault::Missing(*place));
        }
        let taken = self.add.iter().find(|(place, _)| there(place));
        taken.map_or(Ok(()), |(place, _)| Err(OperationFault::Taken(*place)))
    }

    /// What goes and comes, of a layer for which it has been checked and that it fits; none where the layer is dense.
    pub(super) fn edit(&self, weights: &Weights) -> Option<Edit> {
        let connectivity = weights.connectivity()?;
        #[expect(clippy::cast_possible_truncation, reason = "indices of connections have 32 bits")]
        let mut removed: Vec<u32> =
            self.cut.iter().filter_map(|place| connectivity.find(*place)).map(|index| index as u32).collect();
        let mut added: Vec<Place> = self.add.iter().map(|(place, _)| *place).collect();
        removed.sort_unstable();
        added.sort_unstable();
        Some(Edit::try_new(connectivity, removed, added).expect("places are inside, free and named once"))
    }
}

fn named(place: Place) -> String {
    format!("the place {}", from_to(place))
}

fn from_to(place: Place) -> String {
    format!("from neuron {} to neuron {}", u64::from(place.source) + 1, u64::from(place.target) + 1)
}

#[cfg(test)]
mod tests;
