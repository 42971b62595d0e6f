//! A small pack in a folder, and the window in front of it.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::fs;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use regrow::lesson::Verdict;
use regrow::session::{Command, LessonWish};
use regrow::ui::{RegrowApp, Startup};
use tempfile::TempDir;

use crate::windows::{click, settle, wait_for, window};

pub type Window = Harness<'static, RegrowApp>;

pub const EXPERIMENT: &str = r#"
format = 1
name = "tiny"
data = { source = "circle", train = 60, test = 40 }
network = { hidden = [12], activation = "tanh" }
sparsity = { method = "set", density = 0.5, drop_fraction = 0.3 }
training = { epochs = 4, batch = 10, seeds = [1, 2, 3] }
optimizer = { learning_rate = 0.1 }
[[arm]]
name = "dense"
sparsity.method = "dense"
"#;

pub const LESSON: &str = r#"+++
format = 1
id = "tiny"
title = "A tiny lesson"
objective = "You can press buttons."
minutes = 5
experiment = "experiments/tiny.toml"
+++
An introduction with $\epsilon \cdot n_{in}$ and a table.

| a | b |
| --- | --- |
| 1 | **2** |

## Predict {show="arms"}
```predict id="p1" choices="dense | SET"
Who wins?
```
```after
Nobody knows.
```
```notes minutes=3 bookmark="epoch 2"
The secret of the lecturer.
```

## Ask {show="density"}
```quiz id="q1" points=2 answer=84480 tolerance=0
How many places?
```
```hint
Multiply.
```
```hint
Then add.
```
```after
It was 84,480.
```

## Cut {show="canvas"}
```quiz id="q2" points=1 click="next-cut"
Click one.
```

## Do {show="density compare seeds" highlight="density, layer 1"}
Press [one epoch](command:step-epoch), or go [to the other](lesson:other).

```check id="a" points=3
settings.training.epochs == 4
fail: Leave the epochs at four.
1 point: settings.sparsity.density <= 80 %
fail: {value} of the places are too many.
2 points: mean(experiment.connections) >= 22
fail: There are {value} connections.
```
```check id="b" points=1
mean(experiment.flops_by_formula / arms.dense.flops_by_formula) <= 0.9
```
```solution
sparsity.density = 0.7
```
```after
That is all.
```
"#;

pub const OTHER: &str = "+++\nformat = 1\nid = \"other\"\ntitle = \"The other\"\nobjective = \"More.\"\nminutes = 5\nneeds = [\"tiny\"]\nexperiment = \"experiments/tiny.toml\"\n+++\n## Only\nText.\n";
pub const MANIFEST: &str = "format = 1\nid = \"tiny-pack\"\ntitle = \"Tiny pack\"\nauthors = [\"A\"]\nlanguage = \"en\"\norder = [\"01-tiny\", \"02-other\"]\n";

/// A pack in a folder, and a folder for what the program keeps.
pub struct Place {
    pub pack: TempDir,
    pub data: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { pack: TempDir::new().expect("a folder"), data: TempDir::new().expect("a folder") };
        fs::create_dir(place.path("experiments")).expect("made");
        for (name, text) in [
            ("pack.toml", MANIFEST),
            ("01-tiny.md", LESSON),
            ("02-other.md", OTHER),
            ("experiments/tiny.toml", EXPERIMENT),
        ] {
            place.write(name, text);
        }
        place
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.pack.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    pub fn window(&self) -> Window {
        window(Startup { keep_in: Some(self.data.path().to_owned()), ..Startup::default() })
    }

    /// With the list of lessons open and the pack in it.
    pub fn with_pack(&self) -> Window {
        let mut harness = self.window();
        wish(&mut harness, LessonWish::OpenPack(self.pack.path().to_owned()));
        // The list takes its place.
        harness.run_steps(4);
        harness
    }

    pub fn in_lesson(&self) -> Window {
        let mut harness = self.with_pack();
        click(&mut harness, "Open: A tiny lesson");
        harness
    }
}

pub fn wish(harness: &mut Window, wish: LessonWish) {
    harness.state_mut().execute(Command::Lesson(wish));
    settle(harness);
}

pub fn shows(harness: &Window, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

pub fn name(harness: &Window) -> &str {
    &harness.state().session().draft().name
}

pub fn next(harness: &mut Window, steps: usize) {
    for _ in 0..steps {
        click(harness, "Next step");
    }
}

pub fn wait_for_judgement(harness: &mut Window, check: &str, wanted: Verdict) {
    wait_for(harness, "the judgement", |app| {
        let asked = app.session().lessons().open().and_then(|open| open.asked(check));
        asked.is_some_and(|asked| asked.judgement.verdict == wanted)
    });
}
