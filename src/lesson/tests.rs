//! A good pack with everything in it, and everything that can be done wrong to it.

use super::*;

const MANIFEST_TEXT: &str = "format = 1\nid = \"p\"\ntitle = \"P\"\nauthors = [\"A\"]\nlanguage = \"en\"\norder = [\"01-a\", \"02-b\"]\n\
    translations = [\"de\"]\n";

const EXPERIMENT: &str = "format = 1\nname = \"x\"\n[data]\nsource = \"circle\"\ntrain = 50\n[network]\nhidden = [4]\n\
    [sparsity]\ndensity = 0.1\n[training]\nepochs = 2\nseeds = [1, 2]\n[[arm]]\nname = \"dense\"\nsparsity.method = \"dense\"\n";

const LESSON: &str = r#"+++
format = 1
id = "a"
title = "A lesson"
objective = "You can."
minutes = 10
needs = []
experiment = "experiments/x.toml"
flips = 0.1
+++
Before the first step: [run](command:play) and ![a picture](picture.png).

## Predict {show="play density" highlight="layer 1, density"}
```predict id="p1" choices="a | b"
Which?
```
```quiz id="q1" points=2 choices="x | y" answer="y"
Which one?
```
```quiz id="q2" answer=0.5 tolerance=0.1
How much?
```
```quiz id="q3" click="next-cut"
Where?
```
```after
So it is.
```
```notes minutes=3 bookmark="epoch 1"
For the [lecturer](https://example.org/x).
```

## Do
```toml
plain = "code"
```
```check id="c" points=3
settings.sparsity.density >= 40 %
fail: You have {value}.
1 point: arms.dense.connections[1] >= 1
2 points: arms.extra.connections >= 1
```
```hint
One.
```
```hint
Two.
```
```solution
sparsity.density = 0.5
[[arm]]
name = "extra"
sparsity.method = "static"
```
"#;

fn pack_with(changes: &[(&str, Option<&str>)]) -> Result<Pack, Vec<Fault>> {
    let second = LESSON.replace("id = \"a\"", "id = \"b\"").replace("needs = []", "needs = [\"a\"]");
    let second = second.replace("[run](command:play)", "[back](lesson:a)");
    let german = |text: &str| {
        text.replace("A lesson", "Eine Lektion").replace("Which?", "Welcher?").replace("You have", "Es sind")
    };
    let (first_de, second_de) = (german(LESSON), german(&second));
    let mut files = vec![
        ("pack.toml", MANIFEST_TEXT),
        ("01-a.md", LESSON),
        ("02-b.md", &second),
        ("01-a.de.md", &first_de),
        ("02-b.de.md", &second_de),
        ("experiments/x.toml", EXPERIMENT),
        ("picture.png", "png"),
    ];
    for (name, text) in changes {
        files.retain(|(other, _)| other != name);
        files.extend(text.map(|text| (*name, text)));
    }
    match Pack::read(PackFiles::bundled(&files)) {
        Ok(pack) => Ok(pack),
        Err(PackError::Faults { faults, .. }) => Err(faults),
        Err(other) => panic!("{other}"),
    }
}

/// The text is refused with a fault of the first lesson in this line.
#[track_caller]
fn refused(text: &str, line: usize, what: &str) -> Vec<Fault> {
    let faults = pack_with(&[("01-a.md", Some(text))]).expect_err(what);
    let is_there = faults.iter().any(|fault| fault.file == "01-a.md" && fault.line == line);
    assert!(is_there, "{what}: no fault in line {line} of\n{text}\n{faults:?}");
    faults
}

/// Every directive: its first line, from 0, and how many it has.
fn directives() -> Vec<(usize, usize)> {
    let lines: Vec<&str> = LESSON.lines().collect();
    let is_begin = |line: &&str| line.starts_with("```") && line.len() > 3 && !line.starts_with("```toml");
    let starts = (0..lines.len()).filter(|&line| is_begin(&lines[line]));
    starts
        .map(|start| (start, 2 + lines[start + 1..].iter().position(|line| *line == "```").expect("closed")))
        .collect()
}

fn joined(lines: &[&str]) -> String {
    lines.join("\n") + "\n"
}

#[test]
fn the_good_pack_is_read_as_it_is_meant() {
    let pack = pack_with(&[]).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!((pack.lessons.len(), pack.translations["de"].len()), (2, 2));
    let lesson = &pack.lessons[0];
    assert_eq!((lesson.points(), lesson.lecture_minutes(), lesson.flips), (2 + 1 + 1 + 3, 3, 0.1));
    let step = &lesson.steps[0];
    assert_eq!(step.show, [Control::Play, Control::Density]);
    assert_eq!(step.highlight, [Highlight::Layer(1), Highlight::Control(Control::Density)]);
    assert_eq!(step.parts.len(), 6);
    let Part::Notes(notes) = &step.parts[5] else { panic!("{:?}", step.parts[5]) };
    assert_eq!((notes.minutes, notes.bookmark, notes.text.line), (3, Some(Bookmark::Epoch(1)), 30));
    let step = &lesson.steps[1];
    let Part::Text(text) = &step.parts[0] else { panic!("{:?}", step.parts[0]) };
    assert_eq!((text.line, text.markdown.as_str()), (34, "```toml\nplain = \"code\"\n```"));
    let check = step.checks().next().expect("a check");
    assert_eq!((check.id.as_str(), check.points, check.line, check.rules().count()), ("c", 3, 37, 3));
    assert_eq!(check.arms(), ["dense", "extra"]);
    let solved = &step.solution().expect("a solution").experiment;
    assert_eq!((solved.arms().len(), solved.spec().sparsity.density), (3, Some(0.5)));
    assert_eq!(pack.lesson("a", "de").expect("translated").title, "Eine Lektion");
}

#[test]
fn every_directive_misspelt_emptied_doubled_or_moved_out_is_refused_with_its_line() {
    let lines: Vec<&str> = LESSON.lines().collect();
    assert_eq!(directives().len(), 10);
    for (start, length) in directives() {
        let name = lines[start];
        let misspelt = name.replacen("```", "```x", 1);
        let mut changed = lines.clone();
        changed[start] = &misspelt;
        refused(&joined(&changed), start + 1, &format!("misspelt {name}"));

        let emptied: Vec<&str> = [&lines[..=start], &lines[start + length - 1..]].concat();
        refused(&joined(&emptied), start + 1, &format!("emptied {name}"));

        let doubled: Vec<&str> = [&lines[..start + length], &lines[start..]].concat();
        refused_doubled(name, &doubled, start + length + 1);

        let rest: Vec<&str> = [&lines[..start], &lines[start + length..]].concat();
        let intro = 11;
        let moved: Vec<&str> = [&rest[..intro], &lines[start..start + length], &rest[intro..]].concat();
        refused(&joined(&moved), intro + 1, &format!("moved before the first step {name}"));

        let unclosed: Vec<&str> = [&lines[..start + length - 1], &lines[start + length..]].concat();
        assert!(pack_with(&[("01-a.md", Some(&joined(&unclosed)))]).is_err(), "unclosed {name}");
    }
}

fn refused_doubled(name: &str, lines: &[&str], second: usize) {
    refused(&joined(lines), second, &format!("doubled {name}"));
}

#[test]
fn what_belongs_to_a_check_is_refused_in_a_step_of_its_own() {
    let lines: Vec<&str> = LESSON.lines().collect();
    for (start, length) in directives() {
        let name = lines[start];
        let needs_company =
            ["```after", "```hint", "```solution", "```check"].iter().any(|word| name.starts_with(word));
        if !needs_company {
            continue;
        }
        let rest: Vec<&str> = [&lines[..start], &lines[start + length..]].concat();
        let alone: Vec<&str> = [&rest[..], &["", "## Alone"], &lines[start..start + length]].concat();
        refused(&joined(&alone), rest.len() + 3, &format!("alone {name}"));
    }
}

#[test]
fn every_key_and_attribute_misspelt_or_emptied_is_refused_with_its_line() {
    let lines: Vec<&str> = LESSON.lines().collect();
    for (index, line) in lines.iter().enumerate().filter(|(index, _)| (1..9).contains(index)) {
        let (key, _) = line.split_once('=').expect("a key");
        let mut changed = lines.clone();
        let misspelt = format!("x{line}");
        changed[index] = &misspelt;
        refused(&joined(&changed), index + 1, &misspelt);
        let emptied = format!("{key}=");
        changed[index] = &emptied;
        refused(&joined(&changed), index + 1, &emptied);
        let wrong = format!("{key}= {{ a = 1 }}");
        changed[index] = &wrong;
        refused(&joined(&changed), index + 1, &wrong);
        let doubled: Vec<&str> = [&lines[..=index], &lines[index..]].concat();
        refused(&joined(&doubled), index + 2, &format!("doubled {line}"));
    }
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("```") || line.starts_with("## "))
    {
        for (at, _) in line.match_indices('=') {
            let key = line[..at].rfind([' ', '{']).expect("before a key") + 1;
            let end = line[at + 1..].find(['"', ' ']).map_or(line.len(), |end| at + 1 + end);
            let value_end =
                line[end..].strip_prefix('"').and_then(|rest| rest.find('"')).map_or(end, |quote| end + quote + 2);
            for changed_line in [
                format!("{}x{}", &line[..key], &line[key..]),
                format!("{}=\"\"{}", &line[..at], &line[value_end..]),
                format!("{}=\"~\"{}", &line[..at], &line[value_end..]),
            ] {
                // One choice fewer or another name is no fault by itself.
                let mut changed = lines.clone();
                changed[index] = &changed_line;
                refused(&joined(&changed), index + 1, &changed_line);
            }
        }
    }
}

#[test]
fn every_line_of_the_manifest_missing_misspelt_or_wrong_is_refused() {
    let lines: Vec<&str> = MANIFEST_TEXT.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let (key, _) = line.split_once(" =").expect("a key");
        for text in [format!("x{line}"), format!("{key} = "), format!("{key} = [[1]]"), format!("{key} = \"\"")] {
            let mut changed = lines.clone();
            changed[index] = &text;
            let faults = pack_with(&[("pack.toml", Some(&joined(&changed)))]).expect_err(&text);
            assert!(
                faults.iter().any(|fault| fault.file == "pack.toml" && fault.line == index + 1),
                "{text}: {faults:?}"
            );
        }
        let missing: Vec<&str> = [&lines[..index], &lines[index + 1..]].concat();
        assert!(pack_with(&[("pack.toml", Some(&joined(&missing)))]).is_err(), "without {line}");
    }
    let newer = MANIFEST_TEXT.replace("format = 1", "format = 2");
    assert!(pack_with(&[("pack.toml", Some(&newer))]).expect_err("newer")[0].text.contains("newer"));
}

#[test]
fn every_missing_file_is_told_with_the_line_that_names_it() {
    for (file, where_told, line) in [
        ("pack.toml", "pack.toml", 1),
        ("01-a.md", "pack.toml", 6),
        ("02-b.de.md", "pack.toml", 7),
        ("experiments/x.toml", "01-a.md", 8),
        ("picture.png", "01-a.md", 11),
    ] {
        let faults = pack_with(&[(file, None)]).expect_err(file);
        assert!(faults.iter().any(|fault| fault.file == where_told && fault.line == line), "{file}: {faults:?}");
    }
    let stray = pack_with(&[("03-c.md", Some("text"))]).expect_err("not in the order");
    assert_eq!((stray[0].file.as_str(), stray[0].line), ("03-c.md", 1));
}

#[test]
fn links_commands_needs_and_experiments_are_checked() {
    for (old, new, line, wanted) in [
        ("command:play", "command:ply", 11, "play"),
        ("(picture.png)", "(../picture.png)", 11, "nowhere"),
        ("(command:play)", "(lesson:c)", 11, "no lesson"),
        ("(picture.png).", "(picture.png", 11, "closed"),
        ("(https://example.org/x)", "(https://)", 30, "address"),
        ("needs = []", "needs = [\"b\"]", 7, "before"),
        ("layer 1", "layer 3", 13, "has 2"),
        ("epoch 1", "epoch 3", 29, "has 2"),
        ("show=\"play density\"", "show=\"play densty\"", 13, "density"),
        ("arms.dense", "arms.Dense", 40, "dense"),
        ("sparsity.density = 0.5\n", "sparsity.density = 5\n", 50, "density"),
        ("sparsity.density = 0.5\n", "sparsity.densty = 0.5\n", 50, "densty"),
        ("answer=\"y\"", "answer=\"z\"", 17, "choices"),
        ("choices=\"a | b\"", "choices=\"a | a\"", 14, "twice"),
        ("## Do", "## Predict", 33, "another step"),
        ("id=\"q2\"", "id=\"q1\"", 20, "twice"),
        ("+++\nformat", "format", 1, "head"),
        ("## Do", "# Do", 33, "##"),
    ] {
        let faults = refused(&LESSON.replacen(old, new, 1), line, new);
        assert!(faults.iter().any(|fault| fault.line == line && fault.text.contains(wanted)), "{new}: {faults:?}");
    }
    let (bad, outside) = (
        EXPERIMENT.replace("density", "densty"),
        "format = 1\nname = \"x\"\n[data]\nsource = \"csv\"\nfile = \"/etc/passwd\"\n",
    );
    for (text, line, wanted) in [
        (bad.as_str(), 9, "densty"),
        (outside, 5, "leads out"),
        (&outside.replace("/etc/passwd", "../../x.csv"), 5, "leads out"),
        (&outside.replace("/etc/passwd", "../x.csv"), 5, "no file x.csv"),
    ] {
        let faults = pack_with(&[("experiments/x.toml", Some(text))]).expect_err(wanted);
        let is_told =
            |fault: &Fault| fault.file == "experiments/x.toml" && fault.line == line && fault.text.contains(wanted);
        assert!(faults.iter().any(is_told), "{wanted}: {faults:?}");
    }
}

#[test]
fn a_translation_changes_only_what_people_read() {
    for (old, new, line) in [
        ("points=3", "points=4", 37),
        (">= 40 %", ">= 30 %", 38),
        ("fail: You have {value}.\n", "", 38),
        ("answer=\"y\"", "answer=\"x\"", 18),
        ("tolerance=0.1", "tolerance=0.2", 21),
        ("choices=\"a | b\"", "choices=\"a | b | c\"", 15),
        ("minutes=3", "minutes=4", 30),
        ("density = 0.5", "density = 0.6", 33),
        ("id=\"p1\"", "id=\"p2\"", 13),
        ("play density", "play", 13),
        ("```hint\nTwo.\n```\n", "", 33),
        ("minutes = 10", "minutes = 11", 1),
    ] {
        let text = LESSON.replacen(old, new, 1).replace("4\nsettings", "4\n1 point: ran\nsettings");
        let faults = pack_with(&[("01-a.de.md", Some(&text))]).expect_err(new);
        assert!(faults.iter().any(|fault| fault.file == "01-a.de.md" && fault.line == line), "{new}: {faults:?}");
    }
    let other = pack_with(&[("01-a.de.md", Some(&LESSON.replace("Which?", "Welcher von beiden?")))]);
    assert!(other.is_ok(), "words may differ");
}

proptest::proptest! {
    /// Whatever is done to a lesson, it is read or refused, with a line that there is.
    #[test]
    fn any_damage_is_read_or_refused(at in 0..LESSON.len(), cut in 0_usize..60, text in "[a-z`#+=\"\n{}|:.0-9é]{0,12}") {
        let (start, end) = (LESSON.floor_char_boundary(at), LESSON.floor_char_boundary((at + cut).min(LESSON.len())));
        let damaged = format!("{}{text}{}", &LESSON[..start], &LESSON[end..]);
        let lines = damaged.lines().count().max(1);
        for fault in pack_with(&[("01-a.md", Some(&damaged))]).err().into_iter().flatten() {
            assert!(fault.line >= 1 && (fault.file != "01-a.md" || fault.line <= lines + 1), "{fault}");
        }
    }
}
