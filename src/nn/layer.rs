//! One fully connected layer, sparse or dense.

use std::sync::Arc;

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use super::activation::Activation;
use super::init::{WeightInit, dense_weights, sparse_weights};
use crate::random::Generator;
use crate::sparse::{self, Connectivity, Place};

/// The weights of a layer: one value for each existing connection.
#[derive(Debug, Clone)]
pub enum Weights {
    /// Only the connections in `connectivity` exist; `values` has one weight each, in their order.
    Sparse {
        /// Which connections exist. Shared, for it changes only at a topology update.
        connectivity: Arc<Connectivity>,
        /// One weight a connection.
        values: Vec<f32>,
    },
    /// Every place has a connection; `values` is the `n_out x n_in` matrix, row by row.
    Dense {
        /// Number of source neurons.
        n_in: usize,
        /// Number of target neurons.
        n_out: usize,
        /// `n_out · n_in` weights, those of target 0 first.
        values: Vec<f32>,
    },
}

impl Weights {
    /// One weight for each connection, by target, then source.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        match self {
            Self::Sparse { values, .. } | Self::Dense { values, .. } => values,
        }
    }

    /// The weights, to be changed.
    pub fn values_mut(&mut self) -> &mut [f32] {
        match self {
            Self::Sparse { values, .. } | Self::Dense { values, .. } => values,
        }
    }

    /// Number of connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.values().len()
    }

    /// Number of source neurons.
    #[must_use]
    pub fn n_in(&self) -> usize {
        match self {
            Self::Sparse { connectivity, .. } => connectivity.sources(),
            Self::Dense { n_in, .. } => *n_in,
        }
    }

    /// Number of target neurons.
    #[must_use]
    pub fn n_out(&self) -> usize {
        match self {
            Self::Sparse { connectivity, .. } => connectivity.targets(),
            Self::Dense { n_out, .. } => *n_out,
        }
    }

    /// The connectivity, if the layer is sparse.
    #[must_use]
    pub fn connectivity(&self) -> Option<&Connectivity> {
        match self {
            Self::Sparse { connectivity, .. } => Some(connectivity),
            Self::Dense { .. } => None,
        }
    }

    /// Indices of the connections that lead to a neuron.
    #[must_use]
    pub fn row(&self, target: usize) -> std::ops::Range<usize> {
        match self {
            Self::Sparse { connectivity, .. } => connectivity.row(target),
            Self::Dense { n_in, .. } => target * n_in..(target + 1) * n_in,
        }
    }

    /// Source of the `nth` connection that leads to a neuron.
    #[must_use]
    pub fn source(&self, target: usize, nth: usize) -> usize {
        match self {
            Self::Sparse { connectivity, .. } => connectivity.sources_of(target)[nth] as usize,
            Self::Dense { .. } => nth,
        }
    }

    /// Index of the connection at a place, if there is one.
    #[must_use]
    pub fn find(&self, place: Place) -> Option<usize> {
        match self {
            Self::Sparse { connectivity, .. } => connectivity.find(place),
            Self::Dense { n_in, n_out, .. } => {
                let (target, source) = (place.target as usize, place.source as usize);
                (target < *n_out && source < *n_in).then_some(target * n_in + source)
            }
        }
    }

    /// `Z = W X` (`n_out x batch` from `n_in x batch`), overwriting `z`.
    fn product(&self, x: &[f32], batch: usize, z: &mut [f32]) {
        match self {
            Self::Sparse { connectivity, values } => sparse::forward(connectivity, values, x, batch, z),
            Self::Dense { n_in, n_out, values } => general_mat_mul(
                1.0,
                &matrix(values, *n_out, *n_in),
                &matrix(x, *n_in, batch),
                0.0,
                &mut matrix_mut(z, *n_out, batch),
            ),
        }
    }

    /// `dX = Wᵀ dZ` where wanted, and `dW` of the existing connections.
    fn backward(&self, x: &[f32], dz: &[f32], batch: usize, dx: Option<&mut [f32]>, dw: &mut [f32]) {
        match self {
            Self::Sparse { connectivity, values } => sparse::backward(connectivity, values, x, dz, batch, dx, dw),
            Self::Dense { n_in, n_out, values } => {
                let dz = matrix(dz, *n_out, batch);
                let x = matrix(x, *n_in, batch);
                general_mat_mul(1.0, &dz, &x.t(), 0.0, &mut matrix_mut(dw, *n_out, *n_in));
                if let Some(dx) = dx {
                    let w = matrix(values, *n_out, *n_in);
                    general_mat_mul(1.0, &w.t(), &dz, 0.0, &mut matrix_mut(dx, *n_in, batch));
                }
            }
        }
    }
}

/// A layer: weights, one bias a target neuron, and what the neurons apply to their sum.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The connections and their weights.
    pub weights: Weights,
    /// One bias for each target neuron; biases are always dense.
    pub bias: Vec<f32>,
    /// What the target neurons apply.
    pub activation: Activation,
}

impl Layer {
    /// A sparse layer with freshly drawn weights and biases at zero.
    #[must_use]
    pub fn sparse(connectivity: Connectivity, activation: Activation, init: WeightInit, rng: &mut Generator) -> Self {
        let values = sparse_weights(&connectivity, init, activation, rng);
        Self {
            bias: vec![0.0; connectivity.targets()],
            weights: Weights::Sparse { connectivity: Arc::new(connectivity), values },
            activation,
        }
    }

    /// A dense layer with freshly drawn weights and biases at zero.
    #[must_use]
    pub fn dense(n_in: usize, n_out: usize, activation: Activation, init: WeightInit, rng: &mut Generator) -> Self {
        let values = dense_weights(n_in, n_out, init, activation, rng);
        Self { bias: vec![0.0; n_out], weights: Weights::Dense { n_in, n_out, values }, activation }
    }

    /// Activations of the target neurons (`n_out x batch`) from those of the sources (`n_in x batch`).
    pub fn forward(&self, x: &[f32], batch: usize, y: &mut [f32]) {
        self.weights.product(x, batch, y);
        for (row, bias) in y.chunks_exact_mut(batch).zip(&self.bias) {
            for z in row {
                *z += bias;
            }
        }
        self.activation.apply(y);
    }

    /// Gradients from `dz`, the gradient with respect to this layer's sums (`n_out x batch`).
    ///
    /// `dx` receives the gradient with respect to the sources' activations, `dw` one value a connection, `db` one a
    /// target neuron.
    pub fn backward(
        &self,
        x: &[f32],
        dz: &[f32],
        batch: usize,
        dx: Option<&mut [f32]>,
        dw: &mut [f32],
        db: &mut [f32],
    ) {
        self.weights.backward(x, dz, batch, dx, dw);
        for (row, db) in dz.chunks_exact(batch).zip(db) {
            *db = row.iter().sum();
        }
    }
}

/// A slice as a matrix; the lengths are those that this module itself allots.
fn matrix(values: &[f32], rows: usize, columns: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows, columns), values).expect("length is rows times columns")
}

fn matrix_mut(values: &mut [f32], rows: usize, columns: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows, columns), values).expect("length is rows times columns")
}
