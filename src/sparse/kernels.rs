//! Products with a sparse weight matrix.
//!
//! All activations are feature-major (`neurons x batch`, batch contiguous). Every result is summed in one fixed order:
//! over connections as they are stored, over the batch tile by tile and lane by lane.

use super::connectivity::Connectivity;

/// Samples whose sums are held in registers while connections stream by.
const TILE: usize = 32;

/// Forward product `Z = W X`, without bias.
///
/// `weights` one value a connection, `x` `n_in x batch`, `z` `n_out x batch`, overwritten. For each target the sums of
/// a tile of samples stay in registers while the target's incoming connections are read once.
///
/// # Panics
/// If a slice's length does not fit.
pub fn forward(connectivity: &Connectivity, weights: &[f32], x: &[f32], batch: usize, z: &mut [f32]) {
    assert_eq!(weights.len(), connectivity.connections());
    assert_eq!(x.len(), connectivity.sources() * batch);
    assert_eq!(z.len(), connectivity.targets() * batch);
    for target in 0..connectivity.targets() {
        let incoming = connectivity.sources_of(target);
        let weights = &weights[connectivity.row(target)];
        let row = &mut z[target * batch..(target + 1) * batch];
        for (tile, sums) in row.chunks_mut(TILE).enumerate() {
            let offset = tile * TILE;
            let mut total = [0.0_f32; TILE];
            for (&source, &weight) in incoming.iter().zip(weights) {
                let start = source as usize * batch + offset;
                add_scaled(&mut total, weight, &x[start..start + sums.len()]);
            }
            sums.copy_from_slice(&total[..sums.len()]);
        }
    }
}

/// Backward pass in one sweep over the transposed index: `dX = Wᵀ dZ` and each connection's own gradient.
///
/// `x` `n_in x batch`, `dz` `n_out x batch`; `dx` `n_in x batch`, overwritten, or `None` where nothing lies below;
/// `gradient` one value a connection, overwritten with `Σ_samples dz[target] · x[source]`. The row of `dz` that a
/// connection needs is read once and serves both results.
///
/// # Panics
/// If a slice's length does not fit.
pub fn backward(
    connectivity: &Connectivity,
    weights: &[f32],
    x: &[f32],
    dz: &[f32],
    batch: usize,
    mut dx: Option<&mut [f32]>,
    gradient: &mut [f32],
) {
    assert_eq!(weights.len(), connectivity.connections());
    assert_eq!(gradient.len(), connectivity.connections());
    assert_eq!(x.len(), connectivity.sources() * batch);
    assert_eq!(dz.len(), connectivity.targets() * batch);
    gradient.fill(0.0);
    for source in 0..connectivity.sources() {
        let from = source * batch;
        for offset in (0..batch).step_by(TILE) {
            let width = TILE.min(batch - offset);
            let inputs = &x[from + offset..from + offset + width];
            let mut total = [0.0_f32; TILE];
            for (target, connection) in connectivity.column(source) {
                let start = target * batch + offset;
                let deltas = &dz[start..start + width];
                gradient[connection] += dot(deltas, inputs);
                add_scaled(&mut total, weights[connection], deltas);
            }
            if let Some(dx) = dx.as_deref_mut() {
                dx[from + offset..from + offset + width].copy_from_slice(&total[..width]);
            }
        }
    }
}

/// `total += weight · values`, over as many values as there are.
#[inline]
fn add_scaled(total: &mut [f32; TILE], weight: f32, values: &[f32]) {
    match <&[f32; TILE]>::try_from(values) {
        // A full tile has a length that the compiler knows, and so can unroll.
        Ok(values) => {
            for lane in 0..TILE {
                total[lane] += weight * values[lane];
            }
        }
        Err(_) => {
            for (sum, value) in total.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
    }
}

/// `Σ a·b`, summed in eight lanes that are added at the end.
#[inline]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut lanes = [0.0_f32; LANES];
    let (a_whole, a_rest) = a.as_chunks::<LANES>();
    let (b_whole, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_whole.iter().zip(b_whole) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparse::Place;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    struct Case {
        connectivity: Connectivity,
        weights: Vec<f32>,
        x: Vec<f32>,
        dz: Vec<f32>,
        batch: usize,
    }

    fn case(sources: usize, targets: usize, density: f64, batch: usize, seed: u64) -> Case {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut places = Vec::new();
        for target in 0..u32::try_from(targets).expect("small") {
            for source in 0..u32::try_from(sources).expect("small") {
                if rng.random::<f64>() < density {
                    places.push(Place { target, source });
                }
            }
        }
        let mut values = |n: usize| (0..n).map(|_| rng.random_range(-1.0..1.0)).collect();
        Case {
            weights: values(places.len()),
            x: values(sources * batch),
            dz: values(targets * batch),
            connectivity: Connectivity::try_new(sources, targets, &places).expect("valid"),
            batch,
        }
    }

    fn close(ours: &[f32], reference: &[f64]) {
        assert_eq!(ours.len(), reference.len());
        for (ours, reference) in ours.iter().zip(reference) {
            let error = (f64::from(*ours) - reference).abs();
            assert!(error < 1e-5 * reference.abs().max(1.0), "{ours} against {reference}");
        }
    }

    /// The same three products over a dense matrix in f64.
    fn dense_reference(case: &Case) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let (n_in, n_out, batch) = (case.connectivity.sources(), case.connectivity.targets(), case.batch);
        let mut matrix = vec![0.0_f64; n_in * n_out];
        for (place, weight) in case.connectivity.iter().zip(&case.weights) {
            matrix[place.target as usize * n_in + place.source as usize] = f64::from(*weight);
        }
        let (mut z, mut dx) = (vec![0.0; n_out * batch], vec![0.0; n_in * batch]);
        let mut gradient = vec![0.0; n_in * n_out];
        for target in 0..n_out {
            for source in 0..n_in {
                for sample in 0..batch {
                    let (x, dz) = (source * batch + sample, target * batch + sample);
                    z[dz] += matrix[target * n_in + source] * f64::from(case.x[x]);
                    dx[x] += matrix[target * n_in + source] * f64::from(case.dz[dz]);
                    gradient[target * n_in + source] += f64::from(case.dz[dz]) * f64::from(case.x[x]);
                }
            }
        }
        let own = case
            .connectivity
            .iter()
            .map(|place| gradient[place.target as usize * n_in + place.source as usize])
            .collect();
        (z, dx, own)
    }

    #[test]
    fn products_equal_a_dense_computation_in_f64_for_every_width_and_edge() {
        for batch in [1, 7, 8, 31, 32, 33, 100] {
            for density in [0.0, 0.02, 0.3, 1.0] {
                let case = case(13, 9, density, batch, batch as u64);
                let (z, dx, own) = dense_reference(&case);
                let mut ours = vec![f32::NAN; 9 * batch];
                forward(&case.connectivity, &case.weights, &case.x, batch, &mut ours);
                close(&ours, &z);
                let mut our_dx = vec![f32::NAN; 13 * batch];
                let mut gradient = vec![f32::NAN; case.weights.len()];
                let Case { connectivity, weights, x, dz, .. } = &case;
                backward(connectivity, weights, x, dz, batch, Some(&mut our_dx), &mut gradient);
                close(&our_dx, &dx);
                close(&gradient, &own);
            }
        }
    }
}
