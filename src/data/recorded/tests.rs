//! Data from files, as an experiment names them.

use std::fs::write;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::data::{Column, DataError, DataSource, DataSpec, Dataset, FileFault, InputShape, Scale};

/// A folder with five images of 2 x 1 pixels in which both are 50 times the image's number, and its parity as label;
/// three more for testing, and the same in CSV.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        for (name, count) in [("", 5), ("test-", 3)] {
            let pixels = (0..count).flat_map(|image| [50 * image; 2]).collect::<Vec<u8>>();
            let labels = (0..count).map(|image| image % 2).collect::<Vec<u8>>();
            files.put(&format!("{name}images"), &[&[0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 2], &pixels[..]]);
            files.put(&format!("{name}labels"), &[&[0, 0, 8, 1, 0, 0, 0, count], &labels[..]]);
            let row = |row: u8| format!("{row},3,{}", ["even", "odd"][usize::from(row % 2)]);
            let rows = (0..count).map(row).collect::<Vec<_>>().join("\n");
            files.put(&format!("{name}table"), &[b"x,y,parity\n", rows.as_bytes()]);
        }
        files
    }

    fn put(&self, name: &str, parts: &[&[u8]]) {
        write(self.path(name), parts.concat()).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn idx(&self) -> DataSpec {
        let (images, labels) = (Some(self.path("images")), Some(self.path("labels")));
        DataSpec { images, labels, ..DataSpec::new(DataSource::Idx) }
    }

    fn idx_with_tests(&self) -> DataSpec {
        let (test_images, test_labels) = (Some(self.path("test-images")), Some(self.path("test-labels")));
        DataSpec { test_images, test_labels, ..self.idx() }
    }

    fn csv(&self) -> DataSpec {
        DataSpec { file: Some(self.path("table")), ..DataSpec::new(DataSource::Csv) }
    }

    fn csv_with_tests(&self) -> DataSpec {
        DataSpec { test_file: Some(self.path("test-table")), ..self.csv() }
    }
}

/// The key at fault and the message, without a panic in generating.
fn fault(spec: &DataSpec) -> (&'static str, String) {
    let error = spec.check().expect_err("this should be refused");
    assert_eq!(spec.generate(1).as_ref(), Err(&error));
    (error.key(), error.to_string())
}

fn first_features(dataset: &Dataset) -> Vec<f32> {
    (0..dataset.samples()).map(|index| dataset.sample(index)[0]).collect()
}

#[test]
fn given_test_files_are_the_test_samples_in_the_order_of_the_file() {
    let files = Files::new();
    let facts = files.idx_with_tests().check().unwrap();
    assert_eq!((facts.train, facts.test, facts.features, facts.classes), (5, 3, 2, 2));
    assert_eq!(facts.shape, InputShape::Image { width: 2, height: 1 });
    let data = files.idx_with_tests().generate(7).unwrap();
    assert_eq!(first_features(&data.train), [0.0, 50.0, 100.0, 150.0, 200.0].map(|byte: f32| byte / 255.0));
    assert_eq!(first_features(&data.test), [0.0, 50.0, 100.0].map(|byte: f32| byte / 255.0));
    assert_eq!((data.train.labels(), data.test.labels()), ([0, 1, 0, 1, 0].as_slice(), [0, 1, 0].as_slice()));
}

#[test]
fn without_test_files_the_seed_splits_the_samples() {
    let files = Files::new();
    for spec in [files.idx(), files.csv()] {
        let spec = DataSpec { train: Some(2), scale: Some(Scale::None), ..spec };
        let data = spec.generate(1).unwrap();
        assert_eq!((data.train.samples(), data.test.samples()), (2, 3));
        let mut all = [first_features(&data.train), first_features(&data.test)].concat();
        all.sort_by(f32::total_cmp);
        all.dedup();
        assert_eq!(all.len(), 5, "each sample once");
        assert_eq!(spec.generate(1), spec.generate(1));
        assert!((2..9).any(|seed| spec.generate(seed).unwrap() != data), "another seed, another split");
    }
    assert_eq!(files.csv().check().map(|facts| (facts.train, facts.test)), Ok((4, 1)), "four fifths by default");
}

#[test]
fn fewer_samples_of_given_files_are_drawn_by_the_seed() {
    let files = Files::new();
    let of = |train, test| DataSpec { train, test, ..files.idx_with_tests() }.generate(3).unwrap();
    let (fewer, more) = (of(Some(2), Some(1)), of(Some(4), Some(2)));
    assert_eq!((fewer.train.samples(), fewer.test.samples()), (2, 1));
    assert_eq!(first_features(&fewer.train), first_features(&more.train)[..2], "more of them contain the fewer");
    assert_eq!(of(Some(2), None).train, fewer.train, "whatever the number of test samples");
    let (key, message) = fault(&DataSpec { train: Some(6), ..files.idx_with_tests() });
    assert_eq!((key, message.as_str()), ("train", "train = 6 is too large; take train = 5 or less."));
    assert_eq!(fault(&DataSpec { test: Some(4), ..files.csv_with_tests() }).0, "test");
    assert_eq!(fault(&DataSpec { train: Some(5), ..files.csv() }).0, "train");
}

#[test]
fn tables_are_standardised_by_their_training_samples() {
    let files = Files::new();
    let data = files.csv_with_tests().generate(1).unwrap();
    // 0 to 4 have mean 2 and standard deviation √2.
    let wanted = |value: f32| (value - 2.0) / 2_f32.sqrt();
    assert_eq!(first_features(&data.train), [0.0, 1.0, 2.0, 3.0, 4.0].map(wanted));
    assert_eq!(first_features(&data.test), [0.0, 1.0, 2.0].map(wanted));
    assert_eq!(data.test.sample(0)[1], 0.0, "a constant feature");
    assert_eq!(data.train.classes(), 2);
}

#[test]
fn noise_features_come_after_scaled_values() {
    let files = Files::new();
    let data = DataSpec { noise_features: 3, ..files.idx_with_tests() }.generate(1).unwrap();
    assert_eq!((data.train.features(), data.train.informative()), (5, 2));
    assert_eq!(data.train.sample(1)[..2], [50.0 / 255.0; 2]);
}

#[test]
fn a_file_that_is_missing_or_not_named_is_the_fault_of_its_key() {
    let files = Files::new();
    assert_eq!(fault(&DataSpec::new(DataSource::Idx)).0, "images");
    let (key, message) = fault(&DataSpec::new(DataSource::Csv));
    assert_eq!((key, message.as_str()), ("file", "file = \"…\" is needed: choose the file."));
    assert_eq!(fault(&DataSpec { labels: Some(PathBuf::new()), ..files.idx() }).0, "labels");
    assert_eq!(fault(&DataSpec { test_images: Some(files.path("images")), ..files.idx() }).0, "test_labels");
    assert_eq!(fault(&DataSpec { test_labels: Some(files.path("labels")), ..files.idx() }).0, "test_images");
    let (key, message) = fault(&DataSpec { test_labels: Some(files.path("none")), ..files.idx_with_tests() });
    assert!(key == "test_labels" && message.contains("none” does not exist"), "{key}: {message}");
    let (key, message) = fault(&DataSpec { file: Some(files.0.path().to_owned()), ..files.csv() });
    assert!(key == "file" && message.contains("is no file"), "{key}: {message}");
}

#[test]
fn keys_of_another_source_are_refused() {
    let files = Files::new();
    let digits = DataSpec::new(DataSource::Digits);
    let path = || Some(files.path("images"));
    for (spec, key, owner) in [
        (DataSpec { images: path(), ..digits.clone() }, "images", "\"idx\""),
        (DataSpec { test_file: path(), ..files.idx() }, "test_file", "\"csv\""),
        (DataSpec { target: Some(Column::Number(1)), ..files.idx() }, "target", "\"csv\""),
        (DataSpec { header: Some(true), ..digits.clone() }, "header", "\"csv\""),
        (DataSpec { labels: path(), ..files.csv() }, "labels", "\"idx\""),
        (DataSpec { scale: Some(Scale::Unit), ..digits }, "scale", "\"idx\", \"csv\" or \"folder\""),
    ] {
        assert_eq!(fault(&spec), (key, format!("{key} belongs to source = {owner}; leave it out.")));
    }
    assert_eq!(fault(&DataSpec { scale: Some(Scale::Unit), ..files.csv() }).0, "scale");
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let files = Files::new();
    let spec = DataSpec { labels: Some(files.path("test-labels")), ..files.idx() };
    assert_eq!(
        fault(&spec),
        ("labels", "There are 3 labels for 5 images; choose the two files that belong together.".to_owned())
    );
    let spec = DataSpec { test_labels: Some(files.path("labels")), ..files.idx_with_tests() };
    assert_eq!(fault(&spec).0, "test_labels");

    files.put("test-images", &[&[0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1], &[0; 6]]);
    let (key, message) = fault(&files.idx_with_tests());
    assert!(key == "test_images" && message.contains("1 x 2 pixels, but the training samples 2 x 1"), "{message}");
    files.put("test-images", &[&[0, 0, 9, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2], &[0; 6]]);
    assert_eq!(fault(&files.idx_with_tests()).0, "test_images");

    files.put("test-table", &[b"x,even\n"]);
    assert_eq!(fault(&files.csv_with_tests()).0, "test_file");
    files.put("test-table", &[b"y,x,parity\n1,2,odd\n"]);
    let (key, message) = fault(&files.csv_with_tests());
    assert!(key == "test_file" && message.contains("“y” as column 1, but the training samples “x”"), "{message}");
}

#[test]
fn a_test_table_may_lack_classes_but_not_have_new_ones() {
    let files = Files::new();
    files.put("test-table", &[b"1,2,odd\n"]);
    assert_eq!(files.csv_with_tests().generate(1).unwrap().test.labels(), [1]);
    files.put("test-table", &[b"1,2,odd\n3,4,neither\n"]);
    let (key, message) = fault(&files.csv_with_tests());
    assert!(key == "test_file" && message.contains("“neither” in row 2, column 3"), "{message}");
    files.put("table", &[b"1,2,odd\n3,4,odd\n"]);
    assert_eq!(fault(&files.csv()).0, "target");
}

#[test]
fn classes_reach_up_to_the_largest_label_of_both_files() {
    let files = Files::new();
    files.put("test-labels", &[&[0, 0, 8, 1, 0, 0, 0, 3], &[0, 6, 1]]);
    assert_eq!(files.idx_with_tests().check().unwrap().classes, 7);
    files.put("labels", &[&[0, 0, 8, 1, 0, 0, 0, 5], &[0; 5]]);
    assert_eq!(files.idx().check().unwrap().classes, 2);
}

#[test]
fn a_changed_file_is_read_again() {
    let files = Files::new();
    assert_eq!(files.csv().check().unwrap().features, 2);
    files.put("table", &[b"1,2,3,a\n4,5,6,b\n"]);
    assert_eq!(files.csv().check().unwrap().features, 3);
    files.put("table", &[b"1,2,3,a\n4,5,red,b\n"]);
    let error = files.csv().check().unwrap_err();
    assert!(matches!(error, DataError::File { key: "file", fault: FileFault::Cell { row: 2, .. }, .. }), "{error}");
}

#[test]
fn the_table_of_an_experiment_file_names_files_and_columns() {
    let text = "source = \"csv\"\nfile = \"a.csv\"\ntarget = 3\nheader = true\nscale = \"none\"\n";
    let spec: DataSpec = toml::from_str(text).unwrap();
    assert_eq!(spec.target, Some(Column::Number(3)));
    assert_eq!(toml::to_string(&spec).unwrap(), text);
    let named: DataSpec = toml::from_str("source = \"csv\"\ntarget = \"kind\"\n").unwrap();
    assert_eq!(named.target, Some(Column::Name("kind".to_owned())));
    assert!(toml::from_str::<DataSpec>("source = \"csv\"\ntarget = 1.5\n").is_err());
    assert!(toml::from_str::<DataSpec>("source = \"idx\"\nscale = \"max\"\n").is_err());
}
