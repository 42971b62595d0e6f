//! The values of a layer's neurons for a batch of samples, laid out for the kernels.

use bytemuck::{Pod, Zeroable, cast_slice, cast_slice_mut};
use ndarray::{ArrayView2, s};

/// Samples that a row is padded to a multiple of: the widest vector there is holds so many `f32`.
pub const LANES: usize = 16;

/// One cache line of samples. Aligned, so that no vector ever straddles two lines.
#[derive(Debug, Clone, Copy, PartialEq, Zeroable, Pod)]
#[repr(C, align(64))]
struct Line([f32; LANES]);

/// One value for each neuron and sample (`neurons x batch`), feature-major: a row for each neuron, samples side by side.
///
/// Rows are padded to whole vectors of [`LANES`] samples, so that kernels have no tails. What stands in the padding is
/// finite where everything else is, and it is 0 in gradients, so that it never counts.
///
/// ```
/// use regrow::sparse::Activations;
/// let mut activations = Activations::zeros(2, 3);
/// activations.row_mut(1)[2] = 5.0;
/// assert_eq!(activations.row(1), [0.0, 0.0, 5.0]);
/// assert_eq!((activations.neurons(), activations.batch(), activations.stride()), (2, 3, 16));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Activations {
    neurons: usize,
    batch: usize,
    lines: Vec<Line>,
}

impl Activations {
    /// All zero.
    ///
    /// # Panics
    /// If the batch has no samples.
    #[must_use]
    pub fn zeros(neurons: usize, batch: usize) -> Self {
        assert!(batch > 0, "a batch has at least one sample");
        let lines = neurons * batch.div_ceil(LANES);
        Self { neurons, batch, lines: vec![Line([0.0; LANES]); lines] }
    }

    /// These rows, one for each neuron.
    ///
    /// # Panics
    /// If there are no samples, or `values` does not divide into rows of `batch` of them.
    #[must_use]
    pub fn from_rows(values: &[f32], batch: usize) -> Self {
        assert!(values.len().is_multiple_of(batch), "{} values in rows of {batch}", values.len());
        let mut activations = Self::zeros(values.len() / batch, batch);
        for (neuron, row) in values.chunks_exact(batch).enumerate() {
            activations.row_mut(neuron).copy_from_slice(row);
        }
        activations
    }

    /// Number of neurons, that is of rows.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// Number of samples.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Values from the start of one row to the start of the next: `batch`, rounded up to whole vectors.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.batch.next_multiple_of(LANES)
    }

    /// A neuron's values, one a sample.
    #[must_use]
    pub fn row(&self, neuron: usize) -> &[f32] {
        &self.padded()[neuron * self.stride()..][..self.batch]
    }

    /// A neuron's values, to be changed.
    pub fn row_mut(&mut self, neuron: usize) -> &mut [f32] {
        let (stride, batch) = (self.stride(), self.batch);
        &mut self.padded_mut()[neuron * stride..][..batch]
    }

    /// All rows, padding included.
    #[must_use]
    pub fn padded(&self) -> &[f32] {
        cast_slice(&self.lines)
    }

    /// All rows, padding included, to be changed.
    pub fn padded_mut(&mut self) -> &mut [f32] {
        cast_slice_mut(&mut self.lines)
    }

    /// The values as a matrix (`neurons x batch`), without the padding.
    #[must_use]
    pub fn matrix(&self) -> ArrayView2<'_, f32> {
        let whole = ArrayView2::from_shape((self.neurons, self.stride()), self.padded()).expect("whole rows");
        whole.slice_move(s![.., ..self.batch])
    }

    /// Bytes that all rows take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.lines.as_slice())
    }
}
