//! Files that students hand in, damaged and mended in every way: each is read or refused with a reason, and judging one never
//! ends the program.

mod labs;
mod lesson_rooms;
mod windows;

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use labs::{forged, own};
use lesson_rooms::Place;
use proptest::prelude::*;
use regrow::lesson::{Class, GradeState, Pack, Submission};
use serde_json::Value;

/// How many damaged files are tried: more with `REGROW_CASES`.
fn cases(usual: u32) -> u32 {
    std::env::var("REGROW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

/// The pack, an honest submission, and a folder for runs.
fn room() -> &'static (Place, Submission, tempfile::TempDir) {
    static ROOM: OnceLock<(Place, Submission, tempfile::TempDir)> = OnceLock::new();
    ROOM.get_or_init(|| {
        let place = Place::new();
        let submission = own(&place, "Ada");
        (place, submission, tempfile::tempdir().expect("a folder"))
    })
}

/// Every place of a JSON value that holds no others.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, &format!("{path}/{key}"), found)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| leaves(value, &format!("{path}/{index}"), found));
        }
        _ => found.push(path.to_owned()),
    }
}

/// Something else in the place of a value.
fn other(value: &Value, kind: u8) -> Value {
    match (kind, value) {
        (0, _) => Value::Null,
        (1, Value::Number(number)) => (number.as_f64().unwrap_or(0.0) * -1.5 - 1.0).into(),
        (2, Value::Number(_)) => u64::MAX.into(),
        (3, Value::Number(number)) => (number.as_u64().unwrap_or(0) + 1).into(),
        (4, Value::String(text)) => text.replace(['0', '1'], "9").into(),
        (5, Value::String(text)) => format!("{text}\n=x").into(),
        (6, Value::Bool(own)) => (!own).into(),
        _ => "".into(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(2000), ..ProptestConfig::default() })]

    /// Bytes changed, cut out, doubled or cut off.
    #[test]
    fn a_damaged_file_is_refused_with_a_reason(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8, 1..40_usize), 1..6),
    ) {
        let honest = &room().1;
        let whole = honest.to_bytes();
        let mut bytes = whole.clone();
        for (index, byte, kind, length) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            let end = (at + length).min(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                _ => bytes.truncate(at),
            }
        }
        match Submission::read(&bytes) {
            Ok(read) => prop_assert!(read == *honest, "only what says the same is read"),
            Err(reason) => prop_assert!(reason.len() > 20, "{reason}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(150), ..ProptestConfig::default() })]

    /// Values exchanged by somebody who mends the checksum.
    #[test]
    fn a_forged_file_is_judged_or_refused_and_earns_nothing(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 1..4),
    ) {
        let (place, honest, runs) = room();
        let bytes = forged(honest, |json| {
            for (index, kind) in edits {
                let mut all = Vec::new();
                leaves(json, "", &mut all);
                let place = json.pointer_mut(&all[index.index(all.len())]).expect("a place");
                *place = other(place, kind);
            }
        });
        let class = tempfile::tempdir().expect("a folder");
        std::fs::write(class.path().join("a.regrowlab"), &bytes).expect("written");
        let pack = Pack::open(place.pack.path()).expect("a pack");
        let class = Class::open(class.path(), &[&pack], runs.path()).expect("opened");
        let grades = class.finish(1, &AtomicBool::new(false), &|_, _| {}).expect("judged").expect("not stopped");
        prop_assert_eq!(grades.len(), 1);
        let grade = &grades[0];
        if let (Some(points), Some(again)) = (grade.points, grade.points_again) {
            prop_assert!(again <= 7);
            prop_assert!(grade.state != GradeState::Confirmed || points == again, "{grade:?}");
        }
        if let Ok(read) = Submission::read(&bytes) {
            drop(regrow::report::page(&read, &[&pack]));
        }
    }
}
