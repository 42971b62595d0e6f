//! A folder of pictures as the data of an experiment: found from its file, learnt, swept, and known again.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use image::{GrayImage, Luma};
use regrow::storage::{SweepFolder, load_experiment, load_sweep, write_experiment};
use regrow::training::compare;

const EXPERIMENT: &str = r#"
format = 1
name = "dark or light"
data = { source = "folder", folder = "pictures", side = 5 }
network = { hidden = [6], activation = "tanh" }
sparsity = { method = "set", density = 0.5 }
optimizer = { learning_rate = 0.1 }
training = { epochs = 20, batch = 8, seeds = [1] }

[[sweep]]
key = "data.side"
values = [4, 6]
"#;

/// Twenty pictures of each class, of many sizes, darker and lighter than the middle.
fn pictures(folder: &Path) {
    for number in 0..40_u32 {
        let (class, light) = if number % 2 == 0 { ("dark", 20) } else { ("light", 160) };
        let of_class = folder.join(class);
        fs::create_dir_all(&of_class).expect("made");
        let grey = |x: u32, y: u32| Luma([u8::try_from(light + (7 * x + 3 * y + number) % 60).expect("a byte")]);
        let picture = GrayImage::from_fn(4 + number % 9, 3 + number % 7, grey);
        picture.save(of_class.join(format!("{number}.png"))).expect("saved");
    }
}

#[test]
fn an_experiment_finds_its_folder_learns_the_pictures_and_is_saved_with_the_way_there() {
    let place = tempfile::tempdir().expect("a folder");
    pictures(&place.path().join("pictures"));
    let file = place.path().join("experiment.toml");
    fs::write(&file, EXPERIMENT).expect("written");
    let experiment = load_experiment(&file).unwrap_or_else(|error| panic!("{error}"));
    let facts = *experiment.facts();
    assert_eq!((facts.train, facts.test, facts.features, facts.classes), (32, 8, 25, 2));
    let runs = compare(&experiment, 1, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
    assert_eq!(runs[0].final_test_accuracy(), Some(1.0));

    let other = place.path().join("elsewhere").join("saved.toml");
    fs::create_dir(other.parent().expect("a folder")).expect("made");
    write_experiment(&other, experiment.spec()).expect("saved");
    assert_eq!(load_experiment(&other).unwrap_or_else(|error| panic!("{error}")).facts(), &facts);
    fs::remove_dir_all(place.path().join("pictures/light")).expect("removed");
    let moved = place.path().join("pictures");
    fs::rename(&moved, place.path().join("gone")).expect("renamed");
    let error = load_experiment(&file).expect_err("they are gone").to_string();
    assert!(error.contains("line 4: data.folder: “") && error.contains("does not exist"), "{error}");
}

#[test]
fn a_sweep_over_pictures_is_another_one_when_a_picture_has_changed() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("pictures");
    pictures(&folder);
    let file = place.path().join("experiment.toml");
    fs::write(&file, EXPERIMENT).expect("written");
    let name = || {
        let sweep = load_sweep(&file, |_| {}).unwrap_or_else(|error| panic!("{error}"));
        SweepFolder::name_for(&sweep).unwrap_or_else(|error| panic!("{error}"))
    };
    let before = name();
    assert_eq!(name(), before);
    fs::rename(folder.join("dark/0.png"), folder.join("dark/00.png")).expect("renamed");
    let renamed = name();
    assert_ne!(renamed, before);
    GrayImage::from_pixel(3, 3, Luma([9])).save(folder.join("dark/00.png")).expect("saved");
    assert!(![renamed, before].contains(&name()));
}
