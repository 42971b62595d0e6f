//! What an experiment file may ask for, and what it then gets.

use super::{DataFacts, DataSpec};
use crate::data::DataSource;
use crate::data::{DataError, Dataset, InputShape, PaintedPoint};

/// Sources that need nothing else.
const WITHOUT_FILES: [DataSource; 8] = *DataSource::ALL.first_chunk().expect("there are more");

fn spec(source: DataSource) -> DataSpec {
    let painted = (0..10_u8).map(|point| PaintedPoint::rounded(0.1 * f32::from(point), 0.5, point % 2));
    let points = if source == DataSource::Painted { painted.collect() } else { Vec::new() };
    DataSpec { points, ..DataSpec::new(source) }
}

/// The key at fault and the message.
fn fault(spec: &DataSpec) -> (&'static str, String) {
    let error = spec.check().expect_err("this should be refused");
    assert_eq!(spec.generate(1).as_ref(), Err(&error), "what is refused is not generated either");
    (error.key(), error.to_string())
}

/// Each sample with its label, as sortable bits.
fn rows(dataset: &Dataset) -> Vec<(Vec<u32>, u32)> {
    let bits = |index| dataset.sample(index).iter().map(|value: &f32| value.to_bits()).collect();
    (0..dataset.samples()).map(|index| (bits(index), dataset.labels()[index])).collect()
}

#[test]
fn what_a_description_says_is_what_it_generates() {
    for source in WITHOUT_FILES {
        for noise_features in [0, 14] {
            let spec = DataSpec { noise_features, ..spec(source) };
            let (data, facts) = (spec.generate(1).unwrap(), spec.check().unwrap());
            assert_eq!((data.train.samples(), data.test.samples()), (facts.train, facts.test));
            for part in [data.train, data.test] {
                assert_eq!(
                    (part.features(), part.classes(), part.shape()),
                    (facts.features, facts.classes, facts.shape)
                );
                assert_eq!(part.informative(), facts.features - noise_features);
            }
        }
    }
}

#[test]
fn defaults_are_the_documented_ones() {
    let circle =
        DataFacts { features: 2, classes: 2, shape: InputShape::Plane, train: 250, test: 1_000, noise_std: 0.5 };
    assert_eq!(spec(DataSource::Circle).check(), Ok(circle));
    let shape = InputShape::Image { width: 8, height: 8 };
    let digits = DataFacts { features: 64, classes: 10, shape, train: 1_200, test: 597, noise_std: 0.35 };
    assert_eq!(spec(DataSource::Digits).check(), Ok(digits));
}

#[test]
fn every_digit_is_in_exactly_one_part() {
    let data = spec(DataSource::Digits).generate(5).unwrap();
    let mut parts = [rows(&data.train), rows(&data.test)].concat();
    let mut all = rows(&crate::data::digits());
    parts.sort_unstable();
    all.sort_unstable();
    assert_eq!(parts, all);
}

#[test]
fn fewer_test_digits_are_some_of_the_rest_and_leave_the_training_ones_alone() {
    let whole = spec(DataSource::Digits).generate(5).unwrap();
    let fewer = DataSpec { test: Some(100), ..spec(DataSource::Digits) }.generate(5).unwrap();
    assert_eq!(fewer.train, whole.train);
    assert_eq!(rows(&fewer.test), rows(&whole.test)[..100]);
}

#[test]
fn the_seed_decides_and_the_data_may_have_their_own() {
    for source in WITHOUT_FILES {
        let by_run = DataSpec { noise_features: 3, ..spec(source) };
        assert_eq!(by_run.generate(1), by_run.generate(1), "{source:?}");
        assert_ne!(by_run.generate(1), by_run.generate(2), "{source:?}");
        let own = DataSpec { seed: Some(9), ..by_run.clone() };
        assert_eq!(own.generate(1), own.generate(2), "{source:?}");
        assert_eq!(own.generate(1), by_run.generate(9), "{source:?}");
    }
}

#[test]
fn more_training_points_are_judged_by_the_same_test_points() {
    let of = |train| DataSpec { train: Some(train), noise_features: 2, ..spec(DataSource::Moons) }.generate(1).unwrap();
    assert_eq!(of(10).test, of(500).test);
}

#[test]
fn noise_features_leave_the_other_features_and_the_split_alone() {
    for source in [DataSource::Circle, DataSource::Digits] {
        let clean = spec(source).generate(4).unwrap().train;
        let noisy = DataSpec { noise_features: 8, ..spec(source) }.generate(4).unwrap().train;
        assert_eq!(noisy.labels(), clean.labels());
        assert!((0..clean.samples()).all(|index| noisy.sample(index).starts_with(&clean.sample(index))));
    }
}

#[test]
fn training_and_test_points_are_different_draws() {
    let data = DataSpec { train: Some(300), test: Some(300), noise_features: 1, ..spec(DataSource::Xor) };
    let data = data.generate(1).unwrap();
    let test = rows(&data.test);
    assert!(rows(&data.train).iter().all(|row| !test.contains(row)));
}

#[test]
fn impossible_numbers_of_samples_are_refused_with_their_key() {
    let circle = |train, test| DataSpec { train, test, ..spec(DataSource::Circle) };
    assert_eq!(fault(&circle(Some(0), None)).0, "train");
    assert_eq!(fault(&circle(None, Some(0))).0, "test");
    assert_eq!(fault(&circle(Some(10_000_001), None)).0, "train");
    let (key, message) = fault(&circle(None, Some(usize::MAX)));
    assert_eq!(key, "test");
    assert!(message.ends_with("take test = 10000000 or less."), "{message}");
}

#[test]
fn more_digits_than_there_are_are_refused_with_what_is_left() {
    let digits = |train, test| DataSpec { train, test, ..spec(DataSource::Digits) };
    assert_eq!(fault(&digits(Some(1_797), None)).0, "train");
    assert_eq!(fault(&digits(Some(usize::MAX), None)).0, "train");
    assert_eq!(digits(Some(1_796), None).check().unwrap().test, 1);
    let (key, message) = fault(&digits(None, Some(598)));
    assert_eq!(key, "test");
    assert!(message.contains("of 1,797 samples, 1,200 train and 597 are left"), "{message}");
}

#[test]
fn a_spread_that_is_not_one_is_refused() {
    for noise_std in [-0.1, f32::NAN, f32::INFINITY, 1e7] {
        let spec = DataSpec { noise_std: Some(noise_std), ..spec(DataSource::Circle) };
        assert_eq!(spec.check().unwrap_err().key(), "noise_std", "{noise_std}");
    }
    let silent = DataSpec { noise_features: 1, noise_std: Some(0.0), ..spec(DataSource::Circle) };
    assert!(silent.generate(1).is_ok_and(|data| data.train.sample(0)[2] == 0.0));
}

#[test]
fn data_that_would_not_fit_in_memory_are_refused_in_megabytes() {
    let noisy = |noise_features| DataSpec { noise_features, ..spec(DataSource::Circle) };
    assert_eq!(fault(&noisy(1_000_001)).0, "noise_features");
    // 1,250 samples of 800,000 features and 4 bytes are 4,000,000,000 bytes.
    assert_eq!(noisy(799_998).check().map(|facts| facts.features), Ok(800_000));
    let error = noisy(799_999).check().unwrap_err();
    assert_eq!(error, DataError::TooLarge { samples: 1_250, features: 800_001, megabytes: 4_001, limit: 4_000 });
    let (key, message) = fault(&noisy(1_000_000));
    assert_eq!(key, "noise_features");
    assert!(message.starts_with("1,250 samples of 1,000,002 features would take 5,001 MB of memory"), "{message}");
}

#[test]
fn an_experiment_file_names_only_what_differs_from_the_defaults() {
    let text = "source = \"digits\"\ntrain = 1000\nnoise_features = 192\n";
    let spec: DataSpec = toml::from_str(text).unwrap();
    let expected = DataSpec { train: Some(1_000), noise_features: 192, ..DataSpec::new(DataSource::Digits) };
    assert_eq!(spec, expected);
    assert_eq!(toml::to_string(&spec).unwrap(), text);
}

#[test]
fn an_unknown_key_is_refused() {
    assert!(toml::from_str::<DataSpec>("source = \"circle\"\nnoise = 3\n").is_err());
    assert!(toml::from_str::<DataSpec>("source = \"square\"\n").is_err());
}
