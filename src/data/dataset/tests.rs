//! What a data set refuses, and where its values go.

use std::sync::Arc;

use super::{DataError, Dataset, InputShape, Values};
use crate::data::Scale;

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
    numbered(5, features).gather(&indices, &mut batch, 5);
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
fn features_are_gathered_piece_by_piece_as_all_at_once() {
    let (dataset, indices) = (numbered(6, 37), [5, 0, 2]);
    let (mut whole, mut pieces) = (vec![0.0; 37 * 4], vec![0.0; 37 * 4]);
    dataset.gather(&indices, &mut whole, 4);
    for (from, to) in [(0, 1), (1, 20), (20, 37)] {
        dataset.gather_features(from..to, &indices, &mut pieces[from * 4..to * 4], 4);
    }
    assert_eq!(whole, pieces);
}

#[test]
fn selected_samples_keep_their_values_labels_and_order() {
    let dataset = Dataset::try_new(1, vec![7.0, 8.0, 9.0], vec![0, 1, 2], 3, InputShape::Table).unwrap();
    let selected = dataset.select(&[2, 0]);
    assert_eq!((&*selected.sample(0), &*selected.sample(1)), ([9.0].as_slice(), [7.0].as_slice()));
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

/// `samples` samples of `features` bytes, in which feature f of sample s is 3 s + f.
fn bytes(samples: usize, features: usize) -> Dataset {
    let byte = |number: usize| u8::try_from(number % 256).unwrap();
    let values = (0..samples).flat_map(|s| (0..features).map(move |f| byte(3 * s + f))).collect();
    Dataset::stored(features, Values::Bytes(Arc::new(values)), Arc::new(vec![0; samples]), 2, InputShape::Table)
}

#[test]
fn rows_of_a_batch_start_a_stride_apart_and_leave_the_rest_alone() {
    for (samples, features) in [(1, 1), (5, 20), (16, 16), (35, 33)] {
        for dataset in [numbered(samples + 2, features), bytes(samples + 2, features)] {
            let stride = samples + 3;
            let indices: Vec<usize> = (0..samples).map(|place| (7 * place + 1) % (samples + 2)).collect();
            let mut batch = vec![f32::NAN; features * stride];
            dataset.gather(&indices, &mut batch, stride);
            for (feature, row) in batch.chunks(stride).enumerate() {
                let expected: Vec<f32> = indices.iter().map(|&index| dataset.sample(index)[feature]).collect();
                assert_eq!(row[..samples], expected, "{samples} samples, feature {feature}");
                assert!(row[samples..].iter().all(|value| value.is_nan()));
            }
        }
    }
}

#[test]
#[should_panic(expected = "have no room")]
fn a_batch_needs_room() {
    numbered(3, 4).gather(&[0, 1, 2], &mut [0.0; 11], 3);
}

#[test]
fn bytes_are_divided_by_255_exactly() {
    let mut ramp = bytes(1, 256);
    ramp.scaling = Scale::Unit.scaling(&ramp);
    let expected: Vec<f32> = (0..=255_u8).map(|byte| f32::from(byte) / 255.0).collect();
    assert_eq!(*ramp.sample(0), expected);
}

#[test]
fn standard_features_have_mean_0_and_sd_1_and_constant_ones_are_0() {
    // Feature 0 is 2, 4, 4, 4, 5, 5, 7, 9: mean 5, standard deviation 2. Feature 1 is constant.
    let values = [2, 4, 4, 4, 5, 5, 7, 9].into_iter().flat_map(|value: u8| [value, 7]).collect::<Vec<u8>>();
    let floats = values.iter().map(|&value| f32::from(value)).collect();
    let labels = || Arc::new(vec![0; 8]);
    for values in [Values::Bytes(Arc::new(values)), Values::Floats(Arc::new(floats))] {
        let mut table = Dataset::stored(2, values, labels(), 2, InputShape::Table);
        table.scaling = Scale::Standard.scaling(&table);
        let feature = |feature: usize| -> Vec<f32> { (0..8).map(|index| table.sample(index)[feature]).collect() };
        assert_eq!(feature(0), [-1.5, -0.5, -0.5, -0.5, 0.0, 0.0, 1.0, 2.0]);
        assert_eq!(feature(1), [0.0; 8]);
    }
}

#[test]
fn selections_share_the_values_and_count_from_their_own_beginning() {
    let whole = bytes(20, 3);
    let some = whole.select(&[19, 5, 7]).select(&[2, 0]);
    assert_eq!((some.sample(0), some.sample(1)), (whole.sample(7), whole.sample(19)));
    let (Values::Bytes(shared), Values::Bytes(original)) = (&some.values, &whole.values) else { panic!("no bytes") };
    assert!(Arc::ptr_eq(shared, original));
}
