use super::*;
use crate::sparse::{Connectivity, Full, Place, Team};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

struct Case {
    connectivity: Connectivity,
    weights: Vec<f32>,
    x: Activations,
    dz: Activations,
}

fn case(sources: usize, targets: usize, density: f64, batch: usize, seed: u64) -> Case {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut places = Vec::new();
    for source in 0..u32::try_from(sources).expect("small") {
        for target in 0..u32::try_from(targets).expect("small") {
            if rng.random::<f64>() < density {
                places.push(Place { source, target });
            }
        }
    }
    let mut values = |n: usize| -> Vec<f32> { (0..n).map(|_| rng.random_range(-1.0..1.0)).collect() };
    let mut case = Case {
        weights: values(places.len()),
        x: Activations::from_rows(&values(sources * batch), batch),
        dz: Activations::from_rows(&values(targets * batch), batch),
        connectivity: Connectivity::try_new(sources, targets, &places).expect("valid"),
    };
    // What stands in the padding of activations must not matter.
    for source in 0..sources {
        let stride = case.x.stride();
        case.x.padded_mut()[source * stride + batch..(source + 1) * stride].fill(1e6);
    }
    case
}

/// What the kernels leave: sums, gradients with respect to inputs, gradients of weights.
fn products(wiring: &impl Wiring, case: &Case) -> (Activations, Activations, Vec<f32>) {
    let mut z = Activations::from_rows(&vec![f32::NAN; case.dz.neurons() * case.x.batch()], case.x.batch());
    let mut dx = case.x.clone();
    let mut gradient = vec![f32::NAN; case.weights.len()];
    forward(wiring, &case.weights, &case.x, &mut z, &AsItIs);
    backward(wiring, &case.weights, &case.x, &case.dz, &mut gradient, Some(&mut dx), &AsItIs);
    let mut alone = vec![f32::NAN; case.weights.len()];
    backward(wiring, &case.weights, &case.x, &case.dz, &mut alone, None, &AsItIs);
    assert!(gradient == alone, "gradients do not depend on whether something lies below");
    (z, dx, gradient)
}

fn close(what: &str, ours: impl Iterator<Item = f32>, reference: &[f64]) {
    let mut count = 0;
    for (ours, reference) in ours.zip(reference) {
        let error = (f64::from(ours) - reference).abs();
        assert!(error < 1e-5 * reference.abs().max(1.0), "{what}: {ours} against {reference}");
        count += 1;
    }
    assert_eq!(count, reference.len());
}

fn rows(activations: &Activations) -> impl Iterator<Item = f32> + '_ {
    (0..activations.neurons()).flat_map(|neuron| activations.row(neuron)).copied()
}

/// The same three products over a dense matrix in f64.
fn dense_reference(case: &Case) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (n_in, n_out, batch) = (case.x.neurons(), case.dz.neurons(), case.x.batch());
    let mut matrix = vec![0.0_f64; n_in * n_out];
    for (place, weight) in case.connectivity.iter().zip(&case.weights) {
        matrix[place.target as usize * n_in + place.source as usize] = f64::from(*weight);
    }
    let (mut z, mut dx) = (vec![0.0; n_out * batch], vec![0.0; n_in * batch]);
    let mut gradient = vec![0.0; n_in * n_out];
    for target in 0..n_out {
        for source in 0..n_in {
            for sample in 0..batch {
                let (x, dz) = (f64::from(case.x.row(source)[sample]), f64::from(case.dz.row(target)[sample]));
                z[target * batch + sample] += matrix[target * n_in + source] * x;
                dx[source * batch + sample] += matrix[target * n_in + source] * dz;
                gradient[target * n_in + source] += dz * x;
            }
        }
    }
    let own = case.connectivity.iter().map(|place| gradient[place.target as usize * n_in + place.source as usize]);
    let own = own.collect();
    (z, dx, own)
}

#[test]
fn products_equal_a_dense_computation_in_f64_for_every_width_and_edge() {
    // Every number of whole lines that a tile can have, tails of every kind, and several tiles.
    let batches = (1..=34).chain([47, 48, 63, 64, 65, 80, 96, 100, 112, 127, 128, 129, 200, 256, 300]);
    for batch in batches {
        for density in [0.0, 0.02, 0.3, 1.0] {
            let case = case(13, 9, density, batch, batch as u64);
            let (z, dx, own) = dense_reference(&case);
            let (our_z, our_dx, gradient) = products(&case.connectivity, &case);
            close("z", rows(&our_z), &z);
            close("dx", rows(&our_dx), &dx);
            close("gradient", gradient.into_iter(), &own);
        }
    }
}

#[test]
fn one_connection_and_one_neuron_are_enough() {
    for (sources, targets) in [(1, 1), (1, 40), (40, 1)] {
        let case = case(sources, targets, 1.0, 5, 3);
        let (z, dx, own) = dense_reference(&case);
        let (our_z, our_dx, gradient) = products(&case.connectivity, &case);
        close("z", rows(&our_z), &z);
        close("dx", rows(&our_dx), &dx);
        close("gradient", gradient.into_iter(), &own);
    }
}

#[test]
fn a_full_wiring_without_index_gives_the_bits_of_one_with_index() {
    let case = case(12, 7, 1.0, 37, 5);
    // A dense matrix is stored by target.
    let order = |target: usize, source: usize| source * 7 + target;
    let by_target = (0..7).flat_map(|target| (0..12).map(move |source| order(target, source)));
    let by_target: Vec<usize> = by_target.collect();
    let expected = products(&case.connectivity, &case);
    let weights = by_target.iter().map(|&connection| case.weights[connection]).collect();
    let (z, dx, gradient) = products(&Full { sources: 12, targets: 7 }, &Case { weights, ..case });
    assert!((z, dx) == (expected.0, expected.1));
    assert!(by_target.iter().zip(gradient).all(|(&connection, gradient)| gradient == expected.2[connection]));
}

#[test]
fn threads_change_no_bit() {
    let case = case(300, 260, 0.2, 50, 8);
    let expected = products(&case.connectivity, &case);
    for threads in [1, 2, 4, 7] {
        let team = Team::new(threads, "test").expect("threads");
        assert!(team.install(|| products(&case.connectivity, &case)) == expected, "{threads} threads");
    }
}

#[test]
fn the_width_of_the_vectors_changes_no_bit_for_small_batches() {
    for batch in [1, 10, 16, 17, 32] {
        let case = case(20, 30, 0.4, batch, 9);
        let stride = case.x.stride();
        let (z, dx, gradient) = products(&case.connectivity, &case);
        let mut scalar = z.clone();
        Forward {
            wiring: &case.connectivity,
            weights: &case.weights,
            x: case.x.padded(),
            targets: 0..30,
            z: scalar.padded_mut(),
            stride,
            finish: &AsItIs,
        }
        .with_simd(pulp::Scalar);
        assert!(scalar == z, "batch {batch}");
        let (mut scalar_dx, mut scalar_gradient) = (dx.clone(), gradient.clone());
        let pass = Backward {
            wiring: &case.connectivity,
            weights: &case.weights,
            x: case.x.padded(),
            dz: case.dz.padded(),
            gradient: shared(&mut scalar_gradient),
            stride,
        };
        BackwardPart { pass: &pass, sources: 0..20, dx: Some(scalar_dx.padded_mut()), finish: &AsItIs }
            .with_simd(pulp::Scalar);
        assert!((scalar_dx, scalar_gradient) == (dx, gradient), "batch {batch}");
    }
}
