//! Data in the format of MNIST: through the program, and MNIST itself where it is at hand.
//!
//! MNIST is looked for in `../shared/data/mnist`, beside this repository, or in the folder that `REGROW_DATA` names.

mod program;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use program::{Folder, text};
use regrow::data::{DataSource, DataSpec, InputShape};

const EXPERIMENT: &str = r#"format = 1
name = "bright or dark"

[data]
source = "idx"
images = "images.gz"
labels = "data/labels.gz"
train = 60

[network]
hidden = [6]

[sparsity]
density = 0.5

[training]
epochs = 20
batch = 10
seeds = [1, 2]
"#;

/// 100 images of 3 x 3 pixels: dark ones of class 0, bright ones of class 1.
fn bright_or_dark() -> Folder {
    let folder = Folder::with(EXPERIMENT);
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    let labels: Vec<u8> = (0..100).map(|image| image % 2).collect();
    let pixels: Vec<u8> = labels.iter().flat_map(|&label| (0..9).map(move |pixel| 150 * label + 10 * pixel)).collect();
    pack(&folder.path().join("images.gz"), &[&[0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 0, 3, 0, 0, 0, 3], &pixels]);
    pack(&folder.path().join("data/labels.gz"), &[&[0, 0, 8, 1, 0, 0, 0, 100], &labels]);
    folder
}

fn pack(path: &Path, parts: &[&[u8]]) {
    let mut encoder = GzEncoder::new(std::fs::File::create(path).expect("created"), Compression::default());
    encoder.write_all(&parts.concat()).expect("written");
    encoder.finish().expect("finished");
}

#[test]
fn a_network_learns_from_packed_files_beside_the_experiment_file() {
    let results = bright_or_dark().json(&[]);
    for run in results["arms"][0]["runs"].as_array().expect("a list") {
        assert_eq!(run["outcome"], "finished");
        assert!(run["final_test_accuracy"].as_f64().expect("a number") > 0.95, "{run}");
    }
}

#[test]
fn a_damaged_file_is_named_in_one_line_with_the_line_of_its_key() {
    let folder = bright_or_dark();
    let path = folder.path().join("data/labels.gz");
    let whole = std::fs::read(&path).expect("read");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("written");
    let output = folder.run(&[]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(2), 1), "{stderr}");
    assert!(stderr.contains("line 7: data.labels: ") && stderr.contains("gzip"), "{stderr}");
}

/// MNIST, where it is at hand.
fn mnist() -> Option<DataSpec> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/mnist");
    let folder = std::env::var_os("REGROW_DATA").map_or(beside, PathBuf::from);
    let file = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
    let spec = DataSpec {
        images: Some(file("train-images-idx3-ubyte.gz")?),
        labels: Some(file("train-labels-idx1-ubyte.gz")?),
        test_images: Some(file("t10k-images-idx3-ubyte.gz")?),
        test_labels: Some(file("t10k-labels-idx1-ubyte.gz")?),
        ..DataSpec::new(DataSource::Idx)
    };
    Some(spec)
}

#[test]
fn mnist_has_as_many_of_each_digit_as_published() {
    let Some(spec) = mnist() else {
        return eprintln!("SKIPPED: no MNIST in ../shared/data/mnist or in the folder that REGROW_DATA names");
    };
    let data = spec.generate(1).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((data.train.samples(), data.test.samples()), (60_000, 10_000));
    assert_eq!(data.train.shape(), InputShape::Image { width: 28, height: 28 });
    let mut counts = [0; 10];
    for &label in data.train.labels() {
        counts[label as usize] += 1;
    }
    assert_eq!(counts, [5_923, 6_742, 5_958, 6_131, 5_842, 5_421, 5_918, 6_265, 5_851, 5_949]);
    // The mean and standard deviation that everybody normalises MNIST by.
    let values = || (0..60_000).flat_map(|index| data.train.sample(index).to_vec()).map(f64::from);
    let mean = values().sum::<f64>() / (60_000.0 * 784.0);
    let sd = (values().map(|value| (value - mean).powi(2)).sum::<f64>() / (60_000.0 * 784.0)).sqrt();
    assert!((mean - 0.1307).abs() < 5e-5 && (sd - 0.3081).abs() < 5e-5, "mean {mean}, sd {sd}");
}

#[test]
fn files_that_are_at_hand_are_not_read_again() {
    let Some(spec) = mnist() else {
        return eprintln!("SKIPPED: no MNIST in ../shared/data/mnist or in the folder that REGROW_DATA names");
    };
    spec.check().unwrap_or_else(|error| panic!("{error}"));
    let start = Instant::now();
    for _ in 0..100 {
        spec.check().unwrap_or_else(|error| panic!("{error}"));
    }
    assert!(start.elapsed() < Duration::from_millis(100), "100 checks took {:?}", start.elapsed());
}
