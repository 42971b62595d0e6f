//! Operations as they stand in an experiment file, where layers and neurons count from 1 as on screen.

use serde::{Deserialize, Serialize};

use super::Operation;
use crate::sparse::Place;
use crate::training::moment::Moment;

/// Something done by hand at a moment of one arm's run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationSpec {
    /// When it is done: once the moment has come, and all operations before it in the file are done.
    pub after: Moment,
    /// In which layer of connections, from 1.
    pub layer: usize,
    /// Connections that go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<PlaceSpec>,
    /// Connections that come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<WeightSpec>,
    /// Connections that get another weight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<WeightSpec>,
    /// Whether the layer stays as it is from here on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub freeze: bool,
    /// Whether it changes again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub thaw: bool,
}

/// A connection: source and target, neurons from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>")]
pub struct PlaceSpec(pub u32, pub u32);

/// A connection and its weight: source and target, neurons from 1, and a number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>")]
pub struct WeightSpec(pub u32, pub u32, pub f32);

// Lists of any length are read, so that a number too many is told and not passed over.
impl TryFrom<Vec<u32>> for PlaceSpec {
    type Error = &'static str;

    fn try_from(list: Vec<u32>) -> Result<Self, Self::Error> {
        let [source, target] = list[..] else { return Err("expected a connection, such as [1, 2]: source and target") };
        Ok(Self(source, target))
    }
}

impl TryFrom<Vec<f64>> for WeightSpec {
    type Error = &'static str;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "neurons are checked, weights are f32")]
    fn try_from(list: Vec<f64>) -> Result<Self, Self::Error> {
        let [source, target, weight] = list[..] else {
            return Err("expected a connection and its weight, such as [1, 2, 0.5]");
        };
        let is_neuron = |number: f64| number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        if is_neuron(source) && is_neuron(target) {
            Ok(Self(source as u32, target as u32, weight as f32))
        } else {
            Err("source and target are numbers of neurons, such as in [1, 2, 0.5]")
        }
    }
}

impl OperationSpec {
    /// What is done at this moment, as a file says it.
    #[must_use]
    pub fn new(after: Moment, operation: &Operation) -> Self {
        let pair = |place: &Place| PlaceSpec(place.source.saturating_add(1), place.target.saturating_add(1));
        let weighted = |(place, weight): &(Place, f32)| {
            let PlaceSpec(source, target) = pair(place);
            WeightSpec(source, target, *weight)
        };
        Self {
            after,
            layer: operation.layer.saturating_add(1),
            cut: operation.cut.iter().map(pair).collect(),
            add: operation.add.iter().map(weighted).collect(),
            set: operation.set.iter().map(weighted).collect(),
            freeze: operation.freeze,
            thaw: operation.thaw,
        }
    }

    /// The operation with everything counted from 0; none where something is counted from 0 in the file.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        let place =
            |source: u32, target: u32| Some(Place { source: source.checked_sub(1)?, target: target.checked_sub(1)? });
        let weighted = |list: &[WeightSpec]| {
            let own = list.iter().map(|&WeightSpec(source, target, weight)| Some((place(source, target)?, weight)));
            own.collect::<Option<_>>()
        };
        Some(Operation {
            layer: self.layer.checked_sub(1)?,
            cut: self.cut.iter().map(|&PlaceSpec(source, target)| place(source, target)).collect::<Option<_>>()?,
            add: weighted(&self.add)?,
            set: weighted(&self.set)?,
            freeze: self.freeze,
            thaw: self.thaw,
        })
    }
}
