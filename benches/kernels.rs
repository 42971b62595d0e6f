//! Products, training steps and topology updates, each by itself.
//!
//! `cargo bench --bench kernels [FILTER]`. Items are floating-point operations, a multiply-add counts two; those that
//! would only fill up vectors are not counted. `peak` is what one core can do at most, `memory` what it can read.

mod workload;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use regrow::nn::Activation;
use regrow::sparse::{Activations, LANES, simd};
use workload::{MNIST_CONNECTIONS, MNIST_SIZES, Peak, Reading, SparseLayer, Training, mnist_dense, rng, set_update};

const BATCHES: [usize; 7] = [1, 10, 16, 32, 64, 100, 128];
const WIDTH: usize = 1000;
/// 4 % of all places.
const CONNECTIONS: usize = WIDTH * WIDTH / 25;

fn main() {
    divan::main();
}

#[divan::bench]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn peak(bencher: Bencher) {
    let peak = Peak { rounds: 100_000 };
    bencher.counter(ItemsCount::new(peak.operations() as u64)).bench_local(|| simd().dispatch(black_box(&peak)));
}

#[divan::bench(args = [256, 64 << 10])]
fn memory(bencher: Bencher, kibibytes: usize) {
    let values = Activations::zeros(kibibytes * 1024 / (LANES * size_of::<f32>()), LANES);
    bencher
        .counter(BytesCount::new(values.bytes()))
        .bench_local(|| black_box(simd().dispatch(Reading(black_box(&values)))));
}

#[divan::bench(args = BATCHES)]
fn forward(bencher: Bencher, batch: usize) {
    let mut layer = SparseLayer::new(WIDTH, WIDTH, CONNECTIONS, batch);
    bencher.counter(ItemsCount::new(2 * CONNECTIONS * batch)).bench_local(|| layer.forward());
}

#[divan::bench(args = BATCHES)]
fn backward(bencher: Bencher, batch: usize) {
    let mut layer = SparseLayer::new(WIDTH, WIDTH, CONNECTIONS, batch);
    bencher.counter(ItemsCount::new(4 * CONNECTIONS * batch)).bench_local(|| layer.backward());
}

/// The network that fills a lecture hall's screen: it fits the first cache.
#[divan::bench]
fn step_of_a_small_dense_network(bencher: Bencher) {
    let mut training = Training::new(&[2, 16, 12, 1], &[32, 192, 12], Activation::Tanh, 10);
    bencher.bench_local(|| training.step());
}

#[divan::bench]
fn step_of_mnist_sparse(bencher: Bencher) {
    let mut training = Training::new(&MNIST_SIZES, &MNIST_CONNECTIONS, Activation::Relu, 100);
    bencher.bench_local(|| training.step());
}

#[divan::bench(sample_count = 20)]
fn step_of_mnist_dense(bencher: Bencher) {
    let mut training = Training::new(&MNIST_SIZES, &mnist_dense(), Activation::Relu, 100);
    bencher.bench_local(|| training.step());
}

/// A million connections, to be compared with `update_of_a_million`.
#[divan::bench(sample_count = 10)]
fn step_of_a_million(bencher: Bencher) {
    let mut training = Training::new(&[5000, 5000], &[1_000_000], Activation::Relu, 128);
    bencher.bench_local(|| training.step());
}

#[divan::bench(sample_count = 10)]
fn update_of_a_million(bencher: Bencher) {
    let layer = SparseLayer::new(5000, 5000, 1_000_000, 1);
    let mut rng = rng();
    let inputs = || (layer.connectivity.clone(), layer.weights.clone(), layer.weights.clone());
    bencher.with_inputs(inputs).bench_local_values(|(mut connectivity, mut weights, mut velocities)| {
        let edit = set_update(&connectivity, &weights, &mut rng);
        connectivity.apply(&edit);
        edit.carry(&mut weights, 0.0);
        edit.carry(&mut velocities, 0.0);
        (connectivity, weights, velocities)
    });
}
