//! The ratios of the README's section "How fast", each from one run of this program: `cargo bench --bench tables`.
//!
//! With names of tables only those: `cargo bench --bench tables -- peak threads crossover small update formulas scale`.

mod workload;

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use regrow::nn::Activation;
use regrow::sparse::{Team, simd};
use regrow::topology::{DropScore, Formula, GrowScore, Recipe};
use workload::{MNIST_CONNECTIONS, MNIST_SIZES, Peak, Reading, SparseLayer, Training, mnist_dense, rng, set_update};

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let tables: [(&str, fn()); 7] = [
        ("peak", shares_of_the_peak),
        ("threads", threads),
        ("crossover", crossover),
        ("small", small_network),
        ("update", update_against_step),
        ("formulas", formulas),
        ("scale", scale),
    ];
    for (name, table) in tables {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            table();
            println!();
        }
    }
}

/// Seconds of the fastest of some calls, after one to warm up: what others do on the machine only ever adds.
fn fastest(mut act: impl FnMut()) -> f64 {
    act();
    let (start, mut best) = (Instant::now(), Duration::MAX);
    for call in 0.. {
        let one = Instant::now();
        act();
        best = best.min(one.elapsed());
        if call >= 5 && start.elapsed() > Duration::from_millis(400) {
            break;
        }
    }
    best.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of operations")]
fn shares_of_the_peak() {
    let rounds = Peak { rounds: 200_000 };
    let peak = rounds.operations()
        / fastest(|| {
            black_box(simd().dispatch(&rounds));
        });
    println!("One core: {:.0} GFLOP/s of fused multiply-adds at most.", peak / 1e9);
    println!("  neurons  density  batch   forward           backward          forward reads   plain reading");
    for (width, density) in [(250, 0.16), (500, 0.08), (500, 0.04), (1000, 0.04), (1000, 0.01)] {
        for batch in [32, 64, 100, 128] {
            let connections = share(width * width, density);
            let mut layer = SparseLayer::new(width, width, connections, batch);
            let one = 2.0 * (connections * batch) as f64;
            let (forward, backward) = (one / fastest(|| layer.forward()), 2.0 * one / fastest(|| layer.backward()));
            // What the forward pass reads again and again: a row of samples for each connection.
            let row = 4.0 * layer.x.stride() as f64;
            let reads = row * connections as f64 * forward / one;
            let plain = row * width as f64
                / fastest(|| {
                    black_box(simd().dispatch(Reading(&layer.x)));
                });
            println!(
                "  {width:7}  {:5.0} %  {batch:5}   {:4.0} GFLOP/s {:3.0} %   {:4.0} GFLOP/s {:3.0} %   {:8.0} GB/s   {:8.0} GB/s",
                100.0 * density,
                forward / 1e9,
                100.0 * forward / peak,
                backward / 1e9,
                100.0 * backward / peak,
                reads / 1e9,
                plain / 1e9
            );
        }
    }
}

fn threads() {
    println!("A step of MNIST's network (784-1000-1000-1000-10, batch 100):");
    for (name, connections) in [("122,000 connections", MNIST_CONNECTIONS), ("dense", mnist_dense())] {
        let mut training = Training::new(&MNIST_SIZES, &connections, Activation::Relu, 100);
        let one = fastest(|| training.step());
        print!("  {name}: {:.3} ms with one thread", 1e3 * one);
        for threads in [2, 4] {
            if std::thread::available_parallelism().is_ok_and(|there| there.get() >= threads) {
                let team = Team::new(threads, "bench").expect("threads");
                let several = team.install(|| fastest(|| training.step()));
                print!(", {:.2} times as fast with {threads}", one / several);
            }
        }
        println!();
    }
}

/// The density at which a sparse layer takes as long as a dense one.
fn crossover() {
    println!("Forward and backward product of a layer, sparse against dense, one thread:");
    println!(
        "  neurons  batch   dense      sparse, times as fast at density 1 %, 2 %, 5 %, 10 %, 20 %, 50 %, 100 %   equal at"
    );
    for (width, batch) in [(100, 32), (300, 32), (1000, 32), (1000, 100), (2000, 100)] {
        let dense = layer_step(width, width * width, batch);
        let densities = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.99];
        let ratios = densities.map(|density| dense / layer_step(width, share(width * width, density), batch));
        let equal = densities.windows(2).zip(ratios.windows(2)).find(|(_, ratios)| ratios[0] >= 1.0 && ratios[1] < 1.0);
        let equal = equal.map_or("-".to_owned(), |(densities, ratios)| {
            // Time grows in proportion to density between two of these.
            let (a, b) = (1.0 / ratios[0], 1.0 / ratios[1]);
            format!("{:.0} %", 100.0 * (densities[0] + (densities[1] - densities[0]) * (1.0 - a) / (b - a)))
        });
        let ratios: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:5.1}")).collect();
        println!("  {width:7}  {batch:5}   {:6.0} µs  {}   {equal}", 1e6 * dense, ratios.join(" "));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn share(count: usize, share: f64) -> usize {
    (count as f64 * share) as usize
}

/// Seconds of the products of a training step of the second of two layers.
fn layer_step(width: usize, connections: usize, batch: usize) -> f64 {
    let sizes = [width, width, width];
    let mut both = Training::new(&sizes, &[width, connections], Activation::Relu, batch);
    let mut first = Training::new(&sizes, &[width, width], Activation::Relu, batch);
    // The same with a nearly empty layer in its place costs what is not the layer.
    fastest(|| both.step()) - fastest(|| first.step())
}

fn small_network() {
    let mut training = Training::new(&[2, 16, 12, 1], &[32, 192, 12], Activation::Tanh, 10);
    let steps = 1000;
    let seconds = fastest(|| (0..steps).for_each(|_| training.step())) / f64::from(steps);
    println!("A step of a dense 2-16-12-1 tanh network, batch 10, one thread: {:.2} µs", 1e6 * seconds);
}

fn update_against_step() {
    println!("A million connections, 5000-5000, one thread:");
    let mut training = Training::new(&[5000, 5000], &[1_000_000], Activation::Relu, 128);
    let step = fastest(|| training.step());
    let layer = SparseLayer::new(5000, 5000, 1_000_000, 1);
    let mut rng = rng();
    let fresh = layer.weights.clone();
    let (mut connectivity, mut weights, mut velocities) = (layer.connectivity, layer.weights.clone(), layer.weights);
    let update = fastest(|| {
        let edit = set_update(&connectivity, &weights, &mut rng);
        connectivity.apply(&edit);
        // Weights of their own for the new ones, so that the next update is like this one.
        edit.carry(&mut weights, 0.0);
        for (connection, &weight) in edit.new_connections().zip(&fresh) {
            weights[connection] = weight;
        }
        edit.carry(&mut velocities, 0.0);
    });
    let (ms_update, ms_step) = (1e3 * update, 1e3 * step);
    println!(
        "  topology update (SET, 30 %) {ms_update:.1} ms, training step of batch 128 {ms_step:.1} ms: {:.2}",
        update / step
    );
}

/// Scores that a student types, against the same scores built in: a whole update with growth by gradient.
fn formulas() {
    println!("An update by a formula, against the same built in (1000-1000, 40,000 connections, batch 100):");
    let layer = SparseLayer::new(1000, 1000, 40_000, 100);
    let own = |text: &str| Formula::new(text).expect("short");
    let built_in = (DropScore::MagnitudeAndGradient(0.1), GrowScore::Gradient);
    let typed = (DropScore::Formula(own("abs(w) + 0.1*abs(g)")), GrowScore::Formula(own("abs(g)")));
    for (what, drop, grow) in [
        ("cut by |w| + 0.1 |g|, grow at random", true, false),
        ("cut by |w|, grow by |g|", false, true),
        ("both", true, true),
    ] {
        let update = |scores: (DropScore, GrowScore)| {
            let drop = if drop { scores.0 } else { DropScore::Magnitude };
            let recipe = Recipe { drop, grow: if grow { scores.1 } else { GrowScore::Random }, ..Recipe::PLAIN };
            fastest(|| {
                black_box(layer.update(&recipe));
            })
        };
        let (with_formula, without) = (update(typed), update(built_in));
        println!("  {what}: {:.2} ms, {:.2} ms: {:.2}", 1e3 * with_formula, 1e3 * without, with_formula / without);
    }
}

/// Time and memory over three orders of magnitude, each network in a process of its own.
fn scale() {
    println!("SET with momentum, batch 32, 128 samples; `regrow run` with two threads:");
    println!("  connections     neurons   s an epoch   ns a connection and sample   peak memory   bytes a connection");
    for (connections, inputs, hidden) in
        [(1e4, 50, 475), (1e5, 500, 4_750), (1e6, 5_000, 47_500), (1e7, 50_000, 475_000), (1e6, 50_000, 475_000)]
    {
        // The last layer takes no more than one connection from each neuron.
        let epsilon: f64 = connections / f64::from(inputs + 4 * hidden + 1);
        let full = (connections - f64::from(hidden)) / f64::from(inputs + 3 * hidden);
        let epsilon = if epsilon > 1.0 { full } else { epsilon };
        let result = run(inputs, hidden, epsilon);
        let arm = &result["arms"][0];
        let count = arm["connections"].as_f64().unwrap_or(f64::NAN);
        let epochs = arm["runs"][0]["epochs"].as_array().map_or(&[][..], Vec::as_slice);
        let seconds = epochs.iter().skip(1).filter_map(|epoch| epoch["seconds"].as_f64()).fold(f64::INFINITY, f64::min);
        let memory = result["peak_memory_bytes"].as_f64().unwrap_or(f64::NAN);
        println!(
            "  {count:11.0}  {:10}   {seconds:10.4}   {:26.2}   {:8.0} MB   {:18.0}",
            inputs + 2 * hidden + 1,
            1e9 * seconds / count / 128.0,
            memory / 1e6,
            memory / count
        );
    }
}

fn run(inputs: i32, hidden: i32, epsilon: f64) -> serde_json::Value {
    let text = format!(
        "format = 1\nname = \"scale\"\n[data]\nsource = \"blobs\"\ntrain = 128\ntest = 32\nnoise_features = {}\n\
         [network]\nhidden = [{hidden}, {hidden}]\n[sparsity]\nmethod = \"set\"\nepsilon = {epsilon}\n\
         [training]\nepochs = 4\nbatch = 32\nseeds = [1]\n",
        inputs - 2
    );
    let file = std::env::temp_dir().join(format!("regrow-scale-{}.toml", std::process::id()));
    std::fs::write(&file, text).expect("a temporary file");
    let output = Command::new(env!("CARGO_BIN_EXE_regrow"))
        .args(["run", "--json", "--threads", "2"])
        .arg(&file)
        .output()
        .expect("regrow starts");
    std::fs::remove_file(&file).expect("the temporary file is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}
