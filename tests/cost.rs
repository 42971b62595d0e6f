//! What kernels really compute, against counts made by hand.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use regrow::sparse::multiply_adds;
use regrow::storage::parse_experiment;
use regrow::training::{Progress, Trainer, ValidExperiment, compare};

/// 10 samples a step through 2·300 + 300·200 + 200·1 places.
fn experiment(sparsity: &str) -> ValidExperiment {
    let text = format!(
        "format = 1\nname = \"cost\"\ndata = {{ source = \"circle\", train = 40, test = 10 }}\n\
         network = {{ hidden = [300, 200], activation = \"relu\" }}\noptimizer = {{ learning_rate = 0.01 }}\n\
         training = {{ epochs = 4, batch = 10, seeds = [1] }}\n[sparsity]\n{sparsity}\n"
    );
    parse_experiment(&text).expect("a valid experiment")
}

const PLACES: [u64; 3] = [600, 60_000, 200];
const BATCH: u64 = 10;

/// Multiply-adds of an advance, whether it was a topology update, and the connections of each layer before it and the
/// places of the sparse ones.
type Advance = (u64, bool, [u64; 3], u64);

/// Multiply-adds of making the trainer, and of each advance.
fn counted(sparsity: &str) -> (u64, Vec<Advance>) {
    let experiment = experiment(sparsity);
    let data = Arc::new(experiment.generate(1).expect("data"));
    let before = multiply_adds();
    let mut trainer = Trainer::new(&experiment, &experiment.arms()[0], 1, data).expect("small");
    let begun = multiply_adds() - before;
    let mut all = Vec::new();
    while !trainer.is_finished() {
        let layers = trainer.network().layers();
        let connections = [0, 1, 2].map(|layer: usize| layers[layer].weights.connections() as u64);
        let sparse =
            (0..3).filter(|&layer| layers[layer].weights.connectivity().is_some()).map(|layer| PLACES[layer]).sum();
        let before = multiply_adds();
        let progress = trainer.advance().expect("finite");
        all.push((multiply_adds() - before, matches!(progress, Progress::TopologyUpdate(_)), connections, sparse));
    }
    (begun, all)
}

/// Forward, gradient of the weights, and gradient of the activations but for the inputs.
fn step(connections: [u64; 3]) -> u64 {
    let all: u64 = connections.iter().sum();
    BATCH * (3 * all - connections[0])
}

#[test]
fn a_step_takes_three_passes_but_for_the_gradient_of_the_inputs() {
    for sparsity in ["method = \"static\"\ndensity = 0.1", "method = \"dense\"", "method = \"set\"\ndensity = 0.1"] {
        let (begun, all) = counted(sparsity);
        assert_eq!(begun, 0, "{sparsity}");
        for (count, is_update, connections, _) in all {
            // SET's updates come between two steps and need no product.
            assert_eq!(count, if is_update { 0 } else { step(connections) }, "{sparsity}");
        }
    }
}

#[test]
fn growth_by_gradient_takes_a_product_over_all_places_of_sparse_layers() {
    let (_, all) = counted("method = \"rigl\"\ndensity = 0.1\nallocation = \"uniform\"\nupdate_every = { steps = 3 }");
    assert!(all.iter().any(|(_, is_update, ..)| *is_update));
    for (count, is_update, connections, sparse) in all {
        // The update replaces a step, but for the optimiser.
        assert_eq!(count, step(connections) + if is_update { BATCH * sparse } else { 0 });
    }
}

#[test]
fn a_running_mean_of_the_gradient_takes_one_in_every_step() {
    let (_, all) = counted("method = \"snfs\"\ndensity = 0.1\nallocation = \"uniform\"");
    for (count, is_update, connections, sparse) in all {
        if !is_update {
            assert_eq!(count, step(connections) + BATCH * sparse);
        }
    }
}

#[test]
fn what_learns_in_reserve_takes_gradients_of_its_weights_alone() {
    let (begun, all) = counted(
        "method = \"top-kast\"\ndensity = 0.1\nallocation = \"uniform\"\nreserve = 2.0\nupdate_every = { steps = 3 }",
    );
    assert_eq!(begun, 0);
    for (count, is_update, connections, _) in all {
        let reserve: u64 = connections.iter().map(|active| 2 * active).sum();
        assert_eq!(count, if is_update { 0 } else { step(connections) + BATCH * reserve });
    }
}

#[test]
fn a_choice_before_training_takes_dense_passes() {
    let places: u64 = PLACES.iter().sum();
    let pass = |samples: u64| samples * (3 * places - PLACES[0]);
    // SNIP: one gradient of all 40 samples.
    assert_eq!(counted("method = \"snip\"\ndensity = 0.1").0, pass(40));
    // GraSP: a gradient, and its derivative along itself, where each product of two that move is three. The inputs do not
    // move, so the first layer takes two forward, and two for the gradient of its weights.
    let rest = places - PLACES[0];
    let moving = 40 * (2 * PLACES[0] + 3 * rest + 2 * PLACES[0] + 3 * rest + 3 * rest);
    assert_eq!(counted("method = \"grasp\"\ndensity = 0.1").0, pass(40) + moving);
    // SynFlow: a hundred rounds of what arrives, what leaves, and a score.
    assert_eq!(counted("method = \"synflow\"\ndensity = 0.1").0, 300 * places);
}

#[test]
fn records_of_epochs_carry_the_operations_of_their_steps() {
    let flops = |sparsity: &str| {
        let experiment = experiment(sparsity);
        // With two threads for the one run, its layers are divided.
        let runs = compare(&experiment, 2, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
        runs[0].epochs.iter().map(|epoch| epoch.flops).collect::<Vec<u64>>()
    };
    // Four steps an epoch, two operations a multiply-add.
    assert_eq!(flops("method = \"dense\""), [4 * 2 * step(PLACES); 4]);
    let snip = flops("method = \"snip\"\ndensity = 0.1\nallocation = \"uniform\"");
    let places: u64 = PLACES.iter().sum();
    assert_eq!(snip[0] - snip[1], 2 * 40 * (3 * places - PLACES[0]), "its choice counts in the first epoch");
    assert!(snip[1] == snip[2] && snip[2] == snip[3]);
}
