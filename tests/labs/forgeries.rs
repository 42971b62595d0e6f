//! Ways to forge a submission.

use serde_json::{Value, json};

/// A change of a file, the state that it comes to, and a part of what is told.
pub type Case = (&'static str, Box<dyn Fn(&mut Value)>, &'static str, &'static str);

fn set(pointer: &'static str, value: Value) -> Box<dyn Fn(&mut Value)> {
    Box::new(move |json| *json.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone())
}

fn replace(pointer: &'static str, from: &'static str, to: &'static str) -> Box<dyn Fn(&mut Value)> {
    Box::new(move |json| {
        let place = json.pointer_mut(pointer).expect("a place");
        let text = place.as_str().expect("a text");
        assert!(text.contains(from), "{text}");
        *place = text.replacen(from, to, 1).into();
    })
}

/// The epochs of a run.
const RUN: &str = "/work/experiments/0/runs/1/epochs";

/// Every kind of field, changed by somebody who also mends the checksum.
pub fn cases() -> Vec<Case> {
    let all = [of_records(), of_claims(), of_experiments(), of_places(), of_machines()];
    all.into_iter().flatten().collect()
}

fn of_records() -> Vec<Case> {
    let last = |field: &str| -> &'static str { format!("{RUN}/3/{field}").leak() };
    vec![
        (
            "accuracy",
            set(last("test_accuracy"), 0.975.into()),
            "tampered",
            "epoch 4: the file says test accuracy 0.975, the re-run 0.",
        ),
        (
            "loss",
            set(last("train_loss"), 0.001.into()),
            "tampered",
            "epoch 4: the file says training loss 0.001, the re-run",
        ),
        (
            "connections",
            set(last("connections"), 7.into()),
            "tampered",
            "epoch 4: the file says connections 7, the re-run",
        ),
        ("grown", set(last("added"), 99.into()), "tampered", "epoch 4: the file says connections grown 99, the re-run"),
        (
            "digest",
            set(last("digest"), "0123456789abcdef".into()),
            "tampered",
            "epoch 4: the file has a network of digest 0123456789abcdef",
        ),
        (
            "fewer epochs",
            Box::new(|json| drop(json.pointer_mut(RUN).expect("epochs").as_array_mut().expect("a list").pop())),
            "tampered",
            "the file has 3 epochs, the re-run 4",
        ),
        ("no run", set("/work/experiments/0/runs/1", json!(null)), "damaged", ""),
        (
            "invented overflow",
            Box::new(|json| json["work"]["experiments"][0]["runs"][1]["diverged"] = json!([4, 0.1])),
            "tampered",
            "the file says an overflow in epoch 4",
        ),
    ]
}

fn of_claims() -> Vec<Case> {
    vec![
        ("points", set("/progress/points/a", 9.into()), "tampered", "exercise a: the file says 9 points, the re-run 3"),
        (
            "points of the work",
            set("/work/checks/a/points", 9.into()),
            "tampered",
            "exercise a: the file says 9 points, the re-run 3",
        ),
        (
            "points from nowhere",
            Box::new(|json| json["progress"]["points"]["zz"] = 5.into()),
            "tampered",
            "points for zz, which the lesson does not ask",
        ),
        (
            "a wrong answer",
            set("/progress/answers/q1/number", 7.into()),
            "tampered",
            "question q1: the file says 2 points, its answer 0",
        ),
        (
            "points of a question",
            set("/progress/points/q2", 1.into()),
            "tampered",
            "question q2: the file says 1 points, its answer 0",
        ),
        (
            "what was found",
            set("/work/checks/a/rules/2/value", "99".into()),
            "tampered",
            "exercise a: the file says “mean(experiment.connections) >= 22” holds (99), the re-run",
        ),
    ]
}

fn of_experiments() -> Vec<Case> {
    vec![
        (
            "a setting",
            replace("/work/experiments/0/toml", "density = 0.7", "density = 0.6"),
            "tampered",
            "epoch 1: the file says",
        ),
        (
            "a rate",
            replace("/work/experiments/0/toml", "learning_rate = 0.1", "learning_rate = 0.2"),
            "tampered",
            "epoch 1: the file says",
        ),
        (
            "a seed",
            set("/work/experiments/0/runs/1/seed", "12345".into()),
            "tampered",
            "seed 12345: the file has a run that its experiment has not",
        ),
        ("an arm", set("/work/experiments/0/runs/1/arm", "RigL".into()), "tampered", "arm RigL, seed"),
    ]
}

fn of_places() -> Vec<Case> {
    vec![
        ("the lesson", set("/lesson", "tinier".into()), "unknown lesson", "no lesson tinier in a pack tiny-pack"),
        ("the pack", set("/pack", "other".into()), "unknown lesson", "no lesson tiny in a pack other"),
        ("the lesson's text", set("/lesson_digest", "0".into()), "other lesson version", ""),
        ("a newer format", set("/format", 99.into()), "damaged", "format 99 is newer than this program"),
        ("no name", set("/student/name", "".into()), "damaged", "no name"),
        (
            "a stranger's data",
            replace("/work/experiments/0/toml", "source = \"circle\"", "source = \"csv\"\nfile = \"/etc/passwd\""),
            "not run",
            "data.file from a file that is not the lesson's",
        ),
        (
            "an endless run",
            replace("/work/experiments/0/toml", "epochs = 4", "epochs = 900000"),
            "not run",
            "times as long as the lesson's",
        ),
        ("no experiment", set("/work/experiments/0/toml", "x = ".into()), "not run", "no TOML of an experiment"),
        ("the answer of a prediction", set("/progress/answers/p1/choice", 0.into()), "confirmed", ""),
    ]
}

fn of_machines() -> Vec<Case> {
    vec![
        (
            "another machine, close",
            Box::new(|json| {
                json["machine"]["arithmetic"] = "0".into();
                json["work"]["experiments"][0]["runs"][1]["epochs"][3]["digest"] = "0".into();
            }),
            "close",
            "epoch 4: the file has a network of digest 0",
        ),
        (
            "another machine, far",
            Box::new(|json| {
                json["machine"]["arithmetic"] = "0".into();
                for run in json["work"]["experiments"][0]["runs"].as_array_mut().expect("runs") {
                    run["epochs"][3]["digest"] = "0".into();
                    run["epochs"][3]["test_accuracy"] = 0.01.into();
                }
            }),
            "differs",
            "epoch 4: the file says test accuracy 0.01",
        ),
        (
            "another machine, the same network",
            Box::new(|json| {
                json["machine"]["arithmetic"] = "0".into();
                json["work"]["experiments"][0]["runs"][1]["epochs"][3]["test_accuracy"] = 0.01.into();
            }),
            "tampered",
            "epoch 4: the file says test accuracy 0.01",
        ),
    ]
}
