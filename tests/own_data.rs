//! Data of one's own, as experiment files describe them, against values worked out by hand.

use std::path::PathBuf;

use regrow::data::{DataSpec, Dataset, Split};
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        for (name, text) in files {
            std::fs::write(folder.0.path().join(name), text).expect("written");
        }
        folder
    }

    /// The data of a `[data]` table, whose files are in this folder.
    fn spec(&self, text: &str) -> DataSpec {
        let mut spec: DataSpec = toml::from_str(text).expect("a table");
        for path in [&mut spec.file, &mut spec.test_file, &mut spec.images, &mut spec.labels].into_iter().flatten() {
            *path = self.0.path().join(PathBuf::from(&*path));
        }
        spec
    }

    fn split(&self, text: &str) -> Split {
        self.spec(text).generate(1).unwrap_or_else(|fault| panic!("{text}: {fault}"))
    }

    /// The key at fault, and the message.
    fn fault(&self, text: &str) -> (&'static str, String) {
        let fault = self.spec(text).check().expect_err(text);
        (fault.key(), fault.to_string())
    }
}

fn rows(dataset: &Dataset) -> Vec<Vec<f32>> {
    (0..dataset.samples()).map(|index| dataset.sample(index).to_vec()).collect()
}

const TREES: &str = "id;kind;colour;height\n\
                     a;oak;red;1\n\
                     b;ash;;3\n\
                     c;oak;blue;\n\
                     d;ash;red;5\n";

#[test]
fn categories_become_features_of_their_own_in_the_order_of_the_file() {
    let folder = Folder::with(&[("trees.csv", "kind,colour,height\noak,red,1\nash,blue,3\noak,green,5\n")]);
    let table =
        "source = \"csv\"\nfile = \"trees.csv\"\ntest_file = \"trees.csv\"\ntarget = \"kind\"\nscale = \"none\"\n";
    let data = folder.split(&format!("{table}categories = [\"colour\"]"));
    // blue, green, red, then the height.
    assert_eq!(rows(&data.train), [[0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 0.0, 3.0], [0.0, 1.0, 0.0, 5.0]]);
    assert_eq!(data.train.labels(), [1, 0, 1]);
    let names: Vec<String> = (0..4).map(|feature| data.train.feature_name(feature)).collect();
    assert_eq!(names, ["colour = blue", "colour = green", "colour = red", "height"]);
    assert_eq!([data.train.class_name(0), data.train.class_name(1)], ["ash", "oak"]);
    let (key, message) = folder.fault(table);
    assert_eq!(key, "file");
    assert!(message.contains("“red” in row 2, column 2 (“colour”), which is no finite number"), "{message}");
}

#[test]
fn features_are_the_columns_that_are_named_and_never_the_target() {
    let folder = Folder::with(&[("t.csv", "a,b,c,k\n1,x,3,p\n4,y,6,q\n")]);
    let table = "source = \"csv\"\nfile = \"t.csv\"\ntest_file = \"t.csv\"\nscale = \"none\"\n";
    assert_eq!(rows(&folder.split(&format!("{table}features = [\"c\", 1]")).train), [[1.0, 3.0], [4.0, 6.0]]);
    let (key, message) = folder.fault(&format!("{table}features = [\"a\", \"k\"]"));
    assert!(key == "features" && message.contains("target in column 4 (“k”)"), "{key}: {message}");
    let (key, message) = folder.fault(&format!("{table}features = [\"d\"]"));
    assert!(key == "features" && message.contains("no column “d”; its columns are a, b, c, k"), "{key}: {message}");
    assert_eq!(folder.fault(&format!("{table}features = []")).0, "features");
    assert_eq!(folder.fault(&format!("{table}features = [9]")).0, "features");
    assert_eq!(folder.fault(&format!("{table}categories = [\"k\"]")).0, "categories");
    assert_eq!(folder.fault("source = \"digits\"\nfeatures = [1]").0, "features");
}

#[test]
fn missing_values_are_refused_unless_it_is_said_what_to_do() {
    let folder = Folder::with(&[("trees.csv", TREES)]);
    let table = "source = \"csv\"\nfile = \"trees.csv\"\ntest_file = \"trees.csv\"\ntarget = \"kind\"\nscale = \"none\"\n\
                 features = [\"height\", \"colour\"]\ncategories = [\"colour\"]\n";
    let (key, message) = folder.fault(table);
    assert!(key == "file" && message.contains("an empty cell in row 3, column 3 (“colour”)"), "{key}: {message}");
    let dropped = folder.split(&format!("{table}missing = \"drop\""));
    assert_eq!(rows(&dropped.train), [[1.0, 1.0], [1.0, 5.0]], "red is the only colour left");
    // The mean of 1, 3 and 5 is 3; red is the most frequent colour. Columns are blue, red, height.
    let filled = folder.split(&format!("{table}missing = \"mean\""));
    assert_eq!(rows(&filled.train), [[0.0, 1.0, 1.0], [0.0, 1.0, 3.0], [1.0, 0.0, 3.0], [0.0, 1.0, 5.0]]);
}

#[test]
fn what_is_filled_in_comes_from_the_training_samples_alone() {
    let folder = Folder::with(&[
        ("train.csv", "x,c,k\n1,p,a\n?,p,b\n3,q,a\n8,NA,b\n,q,b\n6,q,\n"),
        ("test.csv", "x,c,k\n100,p,a\nNaN,n/a,b\n200,p,a\n"),
    ]);
    let table =
        "source = \"csv\"\nfile = \"train.csv\"\ntest_file = \"test.csv\"\ncategories = [\"c\"]\nmissing = \"mean\"\n";
    let data = folder.split(&format!("{table}scale = \"none\""));
    // The row without a class is left out; (1 + 3 + 8) / 3 = 4; p and q are as frequent, and p comes first.
    let wanted = [[1.0, 1.0, 0.0], [4.0, 1.0, 0.0], [3.0, 0.0, 1.0], [8.0, 1.0, 0.0], [4.0, 0.0, 1.0]];
    assert_eq!(rows(&data.train), wanted);
    assert_eq!(rows(&data.test), [[100.0, 1.0, 0.0], [4.0, 1.0, 0.0], [200.0, 1.0, 0.0]]);
    // Standardised after that: mean 4, variance (9 + 0 + 1 + 16 + 0) / 5 = 5.2.
    let data = folder.split(table);
    assert!((data.test.sample(0)[0] - 96.0 / 5.2_f32.sqrt()).abs() < 1e-5);
    assert_eq!(data.test.sample(1)[0], 0.0);
}

#[test]
fn a_category_that_only_the_test_file_has_is_refused_with_its_row() {
    let folder = Folder::with(&[("train.csv", "x,c,k\n1,p,a\n2,q,b\n"), ("test.csv", "x,c,k\n1,p,a\n2,r,b\n")]);
    let text = "source = \"csv\"\nfile = \"train.csv\"\ntest_file = \"test.csv\"\ncategories = [\"c\"]\n";
    let (key, message) = folder.fault(text);
    assert!(key == "test_file" && message.contains("“r” in row 3, column 2 (“c”)"), "{key}: {message}");
}

#[test]
fn what_leaves_no_sample_no_feature_or_no_bounds_is_refused_or_bounded() {
    let folder = Folder::with(&[
        ("t.csv", "x,c,k\n1,?,a\n2,?,b\n3,?,c\n"),
        ("far.csv", "x,c,k\n1e37,p,a\n"),
        ("close.csv", "x,c,k\n1e-20,p,a\n2e-20,p,b\n"),
    ]);
    let all_missing =
        "source = \"csv\"\nfile = \"t.csv\"\ncategories = [2]\nfeatures = []\nmissing = \"mean\"\nheader = true\n";
    assert_eq!(folder.fault(all_missing).0, "missing");
    let none = "source = \"csv\"\nfile = \"t.csv\"\ntest_file = \"t.csv\"\nfeatures = [1]\nsubsample = 1\nclasses = [\"a\", \"b\"]\n";
    let kept = ["[\"a\", \"b\"]", "[\"b\", \"c\"]", "[\"a\", \"c\"]"]
        .map(|classes| folder.spec(&none.replace("[\"a\", \"b\"]", classes)).check().map_err(|fault| fault.key()));
    assert_eq!(kept.iter().filter(|kept| **kept == Err("classes")).count(), 1, "one row is left: {kept:?}");
    let far = "source = \"csv\"\nfile = \"close.csv\"\ntest_file = \"far.csv\"\nfeatures = [1]\n";
    // (1e37 − 1.5e-20) / 0.5e-20 is beyond all single-precision numbers.
    assert_eq!(rows(&folder.split(far).test), [[f32::MAX]]);
}

#[test]
fn a_delimiter_that_is_said_holds_against_the_look_of_the_first_line() {
    let folder = Folder::with(&[("t.csv", "a,b,c;k\n1;x\n2;y\n")]);
    let table = "source = \"csv\"\nfile = \"t.csv\"\ntest_file = \"t.csv\"\nscale = \"none\"\n";
    assert!(folder.fault(table).1.contains("cells in row 2"));
    assert_eq!(rows(&folder.split(&format!("{table}delimiter = \";\"")).train), [[1.0], [2.0]]);
}

#[test]
fn chosen_classes_are_all_that_is_left_and_keep_their_names() {
    let folder = Folder::with(&[("t.csv", "x,k\n1,ash\n2,elm\n3,oak\n4,elm\n")]);
    let table = "source = \"csv\"\nfile = \"t.csv\"\ntest_file = \"t.csv\"\nscale = \"none\"\n";
    let data = folder.split(&format!("{table}classes = [\"oak\", \"elm\"]"));
    assert_eq!((rows(&data.train), data.train.classes()), (vec![vec![2.0], vec![3.0], vec![4.0]], 2));
    assert_eq!((data.test.labels(), data.test.class_name(1)), ([0, 1, 0].as_slice(), "oak".to_owned()));
    let (key, message) = folder.fault(&format!("{table}classes = [\"oak\", \"fir\"]"));
    assert_eq!((key, message.as_str()), ("classes", "classes names “fir”, but there are ash, elm, oak."));
    assert_eq!(folder.fault(&format!("{table}classes = [\"oak\"]")).0, "classes");
    assert_eq!(folder.fault(&format!("{table}classes = [\"oak\", \"oak\"]")).0, "classes");
    assert_eq!(folder.fault("source = \"moons\"\nclasses = [0, 1]").0, "classes");
    // 183 threes and 174 eights, as published.
    let digits = folder.spec("source = \"digits\"\nclasses = [3, 8]").check().expect("valid");
    assert_eq!((digits.classes, digits.train + digits.test), (2, 357));
}

#[test]
fn a_subsample_is_drawn_from_the_whole_file_and_the_same_for_every_seed() {
    let text = (0..1_000).map(|row| format!("{row},{}", row % 2)).collect::<Vec<_>>().join("\n");
    let folder = Folder::with(&[("t.csv", &text)]);
    let table = "source = \"csv\"\nfile = \"t.csv\"\nscale = \"none\"\nsubsample = 100\n";
    let spec = folder.spec(table);
    assert_eq!(spec.check().map(|facts| (facts.train, facts.test)), Ok((80, 20)));
    let all = |seed| {
        let data = spec.generate(seed).expect("data");
        let mut all = [rows(&data.train), rows(&data.test)].concat().concat();
        all.sort_by(f32::total_cmp);
        all
    };
    let kept = all(1);
    assert_eq!(kept, all(2));
    // Uniform from 0 to 999: the mean of a hundred has a standard deviation of 27.
    let mean = kept.iter().sum::<f32>() / 100.0;
    assert!((mean - 499.5).abs() < 5.0 * 27.4, "{mean}");
    assert!(kept.windows(2).all(|pair| pair[0] < pair[1]), "no row twice");
    assert_eq!(folder.fault(&table.replace("100", "0")).0, "subsample");
    assert_eq!(folder.fault("source = \"circle\"\nsubsample = 5").0, "subsample");
}

#[test]
fn a_subsample_of_idx_files_keeps_images_with_their_labels() {
    let folder = Folder::with(&[]);
    let count = 200_u8;
    let pixels: Vec<u8> = (0..count).flat_map(|image| [image, image / 2]).collect();
    let labels: Vec<u8> = (0..count).map(|image| image % 7).collect();
    let images = [&[0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 2], &pixels[..]].concat();
    std::fs::write(folder.0.path().join("images"), images).expect("written");
    std::fs::write(folder.0.path().join("labels"), [&[0, 0, 8, 1, 0, 0, 0, count], &labels[..]].concat())
        .expect("written");
    let text = "source = \"idx\"\nimages = \"images\"\nlabels = \"labels\"\nscale = \"none\"\nsubsample = 50\n";
    let data = folder.split(text);
    assert_eq!((data.train.samples(), data.test.samples()), (40, 10));
    for part in [&data.train, &data.test] {
        for (row, &label) in rows(part).iter().zip(part.labels()) {
            assert_eq!(
                (row[0] % 7.0, (row[0] / 2.0).floor()),
                (f32::from(u8::try_from(label).expect("small")), row[1])
            );
        }
    }
    let whole = folder.spec(&text.replace("50", "500"));
    assert_eq!(whole.check().map(|facts| facts.train + facts.test), Ok(200), "all, where there are fewer");
}

#[test]
fn label_noise_is_in_the_training_labels_alone() {
    let folder = Folder::with(&[]);
    let clean = folder.split("source = \"digits\"");
    let noisy = folder.split("source = \"digits\"\nlabel_noise = 0.25");
    assert_eq!(noisy.test, clean.test);
    let wrong = clean.train.labels().iter().zip(noisy.train.labels()).filter(|(truth, label)| truth != label).count();
    assert_eq!(wrong, 300, "a quarter of 1,200");
    assert_eq!(rows(&noisy.train), rows(&clean.train));
    for share in ["-0.1", "1.5", "nan"] {
        assert_eq!(folder.fault(&format!("source = \"circle\"\nlabel_noise = {share}")).0, "label_noise");
    }
}

#[test]
fn painted_points_stand_in_the_experiment_file_and_are_split_as_recorded_samples_are() {
    let folder = Folder::with(&[]);
    let points: Vec<String> = (0..10).map(|point| format!("[0.{point}, -{point}e-1, {}]", point % 3)).collect();
    let text = format!("source = \"painted\"\npoints = [{}]\n", points.join(", "));
    let spec = folder.spec(&text);
    let facts = spec.check().expect("valid");
    assert_eq!((facts.features, facts.classes, facts.train, facts.test), (2, 3, 8, 2));
    let data = spec.generate(1).expect("data");
    for part in [&data.train, &data.test] {
        for (row, &label) in rows(part).iter().zip(part.labels()) {
            assert_eq!(row[0], -row[1]);
            assert_eq!((10.0 * row[0]).round() % 3.0, f32::from(u8::try_from(label).expect("small")));
        }
    }
    let one_class = text.replace(", 1]", ", 0]").replace(", 2]", ", 0]");
    assert_eq!(folder.fault(&one_class).0, "points");
    assert_eq!(folder.fault("source = \"painted\"").0, "points");
    assert_eq!(folder.fault("source = \"circle\"\npoints = [[0, 0, 1]]").0, "points");
    for bad in ["[1.3, 0, 1]", "[nan, 0, 1]", "[0, 0, 6]"] {
        let (key, message) = folder.fault(&text.replace("[[", &format!("[{bad}, [")));
        assert!(key == "points" && message.starts_with("Point 1 is ["), "{bad}: {message}");
    }
}

#[test]
fn an_experiment_of_painted_points_is_saved_in_short_lines_and_opens_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("painted.toml");
    let points: Vec<String> = (0..20).map(|point| format!("[0.{point}, -1, {}]", point % 2)).collect();
    let text = format!(
        "format = 1\nname = \"painted\"\ndata = {{ source = \"painted\", points = [{}] }}\n[training]\nbatch = 4\n",
        points.join(", ")
    );
    let experiment = regrow::storage::parse_experiment(&text).expect("valid");
    regrow::storage::write_experiment(&path, experiment.spec()).expect("written");
    let saved = std::fs::read_to_string(&path).expect("text");
    assert!(saved.lines().all(|line| line.len() < 120), "{saved}");
    assert_eq!(regrow::storage::load_experiment(&path).expect("valid").spec(), experiment.spec());
}
