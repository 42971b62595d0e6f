//! What a data set refuses, and where its values go.

use super::{DataError, Dataset, InputShape};

/// `samples` samples of `features` features, in which feature f of sample s is 100 s + f.
#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn numbered(samples: usize, features: usize) -> Dataset {
    let values = (0..samples).flat_map(|sample| (0..features).map(move |f| (100 * sample + f) as f32)).collect();
    Dataset::try_new(features, values, vec![1; samples], 2, InputShape::Table).unwrap()
}

#[test]
fn a_batch_lies_feature_by_feature() {
    let dataset = numbered(3, 2);
    let mut batch = vec![f32::NAN; 4];
    dataset.gather(&[2, 0], &mut batch, 2);
    assert_eq!(batch, [200.0, 0.0, 201.0, 1.0]);
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn every_value_of_a_wide_batch_finds_its_place() {
    let (features, indices) = (37, [4, 0, 3, 3, 1]);
    let mut batch = vec![f32::NAN; features * indices.len()];
    numbered(5, features).gather(&indices, &mut batch, indices.len());
    for (feature, row) in batch.chunks(indices.len()).enumerate() {
        let expected = indices.map(|sample| (100 * sample + feature) as f32);
        assert_eq!(row, expected, "feature {feature}");
    }
}

#[test]
fn a_range_is_gathered_like_its_indices() {
    let dataset = numbered(6, 20);
    let (mut by_range, mut by_index) = (vec![0.0; 60], vec![1.0; 60]);
    dataset.gather_range(2..5, &mut by_range, 3);
    dataset.gather(&[2, 3, 4], &mut by_index, 3);
    assert_eq!(by_range, by_index);
}

#[test]
fn selected_samples_keep_their_values_labels_and_order() {
    let dataset = Dataset::try_new(1, vec![7.0, 8.0, 9.0], vec![0, 1, 2], 3, InputShape::Table).unwrap();
    let selected = dataset.select(&[2, 0]);
    assert_eq!((selected.sample(0), selected.sample(1)), ([9.0].as_slice(), [7.0].as_slice()));
    assert_eq!(selected.labels(), [2, 0]);
    assert_eq!(selected.classes(), 3);
}

#[test]
fn invalid_data_is_refused_with_the_fault_it_has() {
    let table = |features, values: &[f32], labels: &[u32], classes| {
        Dataset::try_new(features, values.to_vec(), labels.to_vec(), classes, InputShape::Table).unwrap_err()
    };
    assert_eq!(table(2, &[], &[], 2), DataError::NoSamples);
    assert_eq!(table(0, &[], &[0], 2), DataError::NoFeatures);
    assert_eq!(table(1, &[0.0], &[0], 1), DataError::TooFewClasses { classes: 1 });
    let ragged = DataError::Ragged { values: 3, labels: 2, features: 2 };
    assert_eq!(table(2, &[0.0; 3], &[0, 1], 2), ragged);
    let label = DataError::LabelOutOfRange { sample: 1, label: 2, classes: 2 };
    assert_eq!(table(1, &[0.0; 2], &[0, 2], 2), label);
    let infinite = DataError::NotFinite { sample: 1, feature: 0, value: f32::INFINITY };
    assert_eq!(table(2, &[0.0, 0.0, f32::INFINITY, 0.0], &[0, 1], 2), infinite);
    assert!(matches!(table(1, &[f32::NAN], &[0], 2), DataError::NotFinite { .. }));
}

#[test]
fn a_shape_must_have_as_many_features_as_the_samples() {
    let shaped = |features, shape| Dataset::try_new(features, vec![0.0; features], vec![0], 2, shape);
    assert!(shaped(2, InputShape::Plane).is_ok());
    assert!(shaped(6, InputShape::Image { width: 3, height: 2 }).is_ok());
    for shape in [InputShape::Plane, InputShape::Image { width: 2, height: 2 }] {
        assert_eq!(shaped(3, shape).unwrap_err(), DataError::WrongShape { shape, features: 3 });
    }
}

#[test]
fn features_are_named_by_their_place() {
    assert_eq!(numbered(1, 12).feature_name(11), "x₁₂");
    let image = InputShape::Image { width: 8, height: 8 };
    let mut digit = Dataset::try_new(64, vec![0.0; 64], vec![0], 10, image).unwrap();
    assert_eq!(digit.feature_name(20), "row 3, column 5");
    digit.informative = 32;
    assert_eq!(digit.feature_name(35), "noise 4");
}
