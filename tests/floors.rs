//! The house has floors, and each uses only those under it: this test reads the sources and says where one does not.
//!
//! It looks at code alone (comments, documentation and strings are taken out first) and follows every path that starts
//! with `crate`, `regrow`, `self` or `super`, through groups such as `use crate::{nn, sparse::Csr}`, to the floor it names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors from top to bottom. Floors on one line stand side by side and do not name each other.
const FLOORS: &[&[&str]] = &[
    &["ui", "cli"],
    &["report"],
    &["session"],
    &["lesson"],
    &["storage"],
    &["training"],
    &["topology"],
    &["metrics"],
    &["nn"],
    &["sparse"],
    &["data"],
    &["random"],
];

/// The crates of the window; a name that starts with one of these belongs to it too (`egui_plot`).
const WINDOW_CRATES: [&str; 3] = ["egui", "eframe", "epaint"];

#[test]
fn every_floor_uses_only_those_under_it() {
    let mut faults = Vec::new();
    for (file, source) in sources() {
        faults.extend(upward_references(&file, &source));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn only_the_window_knows_its_toolkit() {
    let mut faults = Vec::new();
    for (file, source) in sources() {
        faults.extend(window_crates_outside_the_window(&file, &source));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_module_has_its_floor_and_its_place_on_the_map() {
    let sources = sources();
    let found: BTreeSet<&str> =
        sources.iter().map(|(file, _)| top_module(file)).filter(|name| !is_crate_root(name)).collect();
    for name in &found {
        assert!(
            floor_of(name).is_some(),
            "src/{name} is on no floor: add \"{name}\" to FLOORS in tests/floors.rs, above all that it uses"
        );
    }
    let (_, lib) = sources.iter().find(|(file, _)| file == "lib.rs").expect("src/lib.rs");
    let map = names_in_module_docs(lib);
    for name in found {
        assert!(map.contains(name), "the docs at the top of src/lib.rs do not mention `{name}`");
    }
}

/// Every Rust file under `src`, as its path from there (with `/`) and its text.
fn sources() -> Vec<(String, String)> {
    fn visit(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                visit(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    visit(&src, &mut files);
    files.sort();
    let relative = |path: &Path| {
        let parts = path.strip_prefix(&src).expect("a file under src").components();
        parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
    };
    files.iter().map(|path| (relative(path), fs::read_to_string(path).expect("UTF-8 source"))).collect()
}

/// `nn` for `nn.rs` as well as for `nn/layer/dense.rs`.
fn top_module(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// `lib.rs` and `main.rs` join the floors together, so they stand on none.
fn is_crate_root(module: &str) -> bool {
    matches!(module, "lib" | "main")
}

/// How far down a floor lies: 0 is the top.
fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// What is wrong with the floors that this file names, one line each.
fn upward_references(file: &str, source: &str) -> Vec<String> {
    let own = top_module(file);
    if is_crate_root(own) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for Reference { line, name } in references(file, source) {
        let complaint = match (floor_of(own), floor_of(&name)) {
            (None, _) => format!("`{own}` is on no floor: add it to FLOORS in tests/floors.rs"),
            (_, None) if matches!(name.as_str(), "" | "*") => {
                "names the root of the crate: name the floor that is meant".to_owned()
            }
            (_, None) => format!("`{name}` is no floor: name the floor it lives on"),
            (Some(here), Some(there)) if there < here => {
                format!("`{own}` uses `{name}`, a floor above it")
            }
            (Some(here), Some(there)) if there == here && name != own => {
                format!("`{own}` uses `{name}`, which stands beside it")
            }
            _ => continue,
        };
        faults.push(format!("src/{file}:{line}: {complaint}"));
    }
    faults
}

/// Where a file outside the window names the toolkit of the window, one line each.
fn window_crates_outside_the_window(file: &str, source: &str) -> Vec<String> {
    if top_module(file) == "ui" || file == "main.rs" {
        return Vec::new();
    }
    tokens(source)
        .into_iter()
        .filter(|token| WINDOW_CRATES.iter().any(|name| token.text.starts_with(name)))
        .map(|token| format!("src/{file}:{}: names `{}`, which is for `ui` and main.rs alone", token.line, token.text))
        .collect()
}

/// The words of the `//!` docs that are set as code, inline or in a block.
fn names_in_module_docs(source: &str) -> BTreeSet<String> {
    let docs: Vec<&str> = source.lines().filter_map(|line| line.trim_start().strip_prefix("//!")).collect();
    let docs = docs.join("\n");
    // Between an odd and an even backtick lies code; a fence of three changes sides as one does.
    let code = docs.split('`').skip(1).step_by(2);
    code.flat_map(|text| text.split(|c: char| !is_word(c))).map(str::to_owned).collect()
}

/// A path that leads to the root of the crate, and the first name after it: a floor, `*`, or nothing for the root itself.
struct Reference {
    line: usize,
    name: String,
}

/// Every reference in a file to something under the root of the crate.
fn references(file: &str, source: &str) -> Vec<Reference> {
    let mut module: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|name| name == "mod") {
        module.pop();
    }
    let mut paths = Paths { tokens: tokens(source), at: 0, found: Vec::new() };
    // Inline modules that are open, each with the number of braces around it.
    let mut inline_modules: Vec<usize> = Vec::new();
    let mut braces = 0_usize;
    while let Some(token) = paths.tokens.get(paths.at) {
        match token.text.as_str() {
            "{" => braces += 1,
            "}" => {
                braces = braces.saturating_sub(1);
                if inline_modules.last() == Some(&braces) {
                    inline_modules.pop();
                    module.pop();
                }
            }
            "mod" if paths.text(2) == "{" => {
                module.push(paths.text(1).to_owned());
                inline_modules.push(braces);
            }
            "crate" | "regrow" | "super" | "self" if paths.starts_here() => {
                // Inside the library, its own name means what `crate` means; later in a path it is a name like any other.
                if token.text == "regrow" {
                    "crate".clone_into(&mut paths.tokens[paths.at].text);
                }
                paths.follow(module.clone());
                continue;
            }
            _ => {}
        }
        paths.at += 1;
    }
    paths.found
}

/// A reader of paths and trees of `use`.
struct Paths {
    tokens: Vec<Token>,
    at: usize,
    found: Vec<Reference>,
}

impl Paths {
    /// The token so many places ahead, or nothing after the end.
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| &token.text)
    }

    /// Whether this keyword begins a path, rather than being a receiver, a visibility or a later part of a path.
    fn starts_here(&self) -> bool {
        let before = |places: usize| {
            let place = self.at.checked_sub(places)?;
            self.tokens.get(place).map(|token| token.text.as_str())
        };
        let continues =
            before(1) == Some("::") && before(2).is_some_and(|text| text != "use" && text.starts_with(is_word));
        !continues && matches!(self.text(1), "::" | "as")
    }

    /// Reads one path from the given module on, with all branches of its groups, and notes what it names under the root.
    fn follow(&mut self, mut module: Vec<String>) {
        loop {
            let Some(token) = self.tokens.get(self.at) else {
                return;
            };
            let (text, line) = (token.text.clone(), token.line);
            match text.as_str() {
                "{" => {
                    self.at += 1;
                    while !matches!(self.text(0), "}" | "") {
                        let before = self.at;
                        self.follow(module.clone());
                        // A comma, or something that is no path: on to the next branch.
                        if self.text(0) == "," || self.at == before {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "crate" => module.clear(),
                "self" => {}
                "super" => {
                    module.pop();
                }
                name if name == "*" || name.starts_with(is_word) => {
                    if module.is_empty() {
                        self.found.push(Reference { line, name: name.to_owned() });
                    }
                    module.push(name.to_owned());
                }
                _ => return,
            }
            self.at += 1;
            let goes_on =
                self.text(0) == "::" && (matches!(self.text(1), "{" | "*") || self.text(1).starts_with(is_word));
            if !goes_on {
                if module.is_empty() {
                    self.found.push(Reference { line, name: String::new() });
                }
                if self.text(0) == "as" {
                    self.at += 2;
                }
                return;
            }
            self.at += 1;
        }
    }
}

/// A word, `::`, or one other character of the code.
struct Token {
    line: usize,
    text: String,
}

/// The code of a source as tokens, without comments, strings and characters.
fn tokens(source: &str) -> Vec<Token> {
    let code: Vec<char> = source.chars().collect();
    let starts_with = |at: usize, text: &str| text.chars().enumerate().all(|(i, c)| code.get(at + i) == Some(&c));
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < code.len() {
        let start = at;
        let mut text = None;
        if starts_with(at, "//") {
            at = position(&code, at, |i| code[i] == '\n');
        } else if starts_with(at, "/*") {
            let mut depth = 1;
            at += 2;
            while at < code.len() && depth > 0 {
                let (opens, closes) = (starts_with(at, "/*"), starts_with(at, "*/"));
                depth = depth + usize::from(opens) - usize::from(closes);
                at += if opens || closes { 2 } else { 1 };
            }
        } else if let Some(hashes) = raw_string(&code, at) {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = position(&code, at, |i| code[i] == '"') + 1;
            at = position(&code, open, |i| starts_with(i, &end)) + end.len();
        } else if code[at] == '"' {
            at = end_of_quoted(&code, at, '"');
        } else if code[at] == '\'' && (code.get(at + 1) == Some(&'\\') || code.get(at + 2) == Some(&'\'')) {
            at = end_of_quoted(&code, at, '\'');
        } else if is_word(code[at]) {
            at = position(&code, at, |i| !is_word(code[i]));
            text = Some(code[start..at].iter().collect());
        } else if starts_with(at, "::") {
            at += 2;
            text = Some("::".to_owned());
        } else {
            at += 1;
            text = (!code[start].is_whitespace()).then(|| code[start].to_string());
        }
        at = at.min(code.len());
        if let Some(text) = text {
            tokens.push(Token { line, text });
        }
        line += code[start..at].iter().filter(|&&c| c == '\n').count();
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first place from `start` on where something holds, or the end.
fn position(code: &[char], start: usize, holds: impl Fn(usize) -> bool) -> usize {
    (start..code.len()).find(|&i| holds(i)).unwrap_or(code.len())
}

/// How many `#` a raw string that begins here has (`r"…"`, `br#"…"#`, `cr"…"`), if one begins here.
fn raw_string(code: &[char], at: usize) -> Option<usize> {
    let r = if matches!(code[at], 'b' | 'c') { at + 1 } else { at };
    if code.get(r) != Some(&'r') {
        return None;
    }
    let quote = position(code, r + 1, |i| code[i] != '#');
    (code.get(quote) == Some(&'"')).then(|| quote - r - 1)
}

/// The place behind a string or character that begins here.
fn end_of_quoted(code: &[char], start: usize, quote: char) -> usize {
    let mut at = start + 1;
    while at < code.len() && code[at] != quote {
        at += if code[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The checker itself, on small made-up sources: it must be known that it can fail.
mod the_checker {
    use super::{names_in_module_docs, upward_references, window_crates_outside_the_window};

    #[track_caller]
    fn finds(file: &str, source: &str, expected: &[&str]) {
        let faults = upward_references(file, source);
        let as_expected =
            faults.len() == expected.len() && faults.iter().zip(expected).all(|(fault, part)| fault.contains(part));
        assert!(as_expected, "expected {expected:?}, found {faults:?}");
    }

    #[test]
    fn accepts_a_floor_that_names_itself_and_those_under_it() {
        finds("training/runner.rs", "use crate::{nn::Layer, topology};\nuse crate::training::Spec;", &[]);
        finds("topology.rs", "use crate::topology::{regrow::Regrow, grow}; use self::regrow as r;", &[]);
        finds("data.rs", "fn f() { crate::random::generator(1) }", &[]);
    }

    #[test]
    fn finds_a_floor_above() {
        finds("nn.rs", "\nuse crate::training::Spec;", &["src/nn.rs:2: `nn` uses `training`, a floor above it"]);
        finds("nn/layer.rs", "fn f() { let x = crate::topology::drop::<f32>(); }", &["`topology`"]);
        finds("sparse.rs", "pub(in crate::nn) fn f() {}", &["`nn`"]);
        finds("sparse.rs", "macro_rules! m { () => { $crate::nn::f() } }", &["`nn`"]);
        finds("sparse.rs", "use regrow::session::Session;", &["`session`"]);
        finds("sparse.rs", "use ::regrow::session::Session;", &["`session`"]);
    }

    #[test]
    fn finds_a_floor_above_inside_a_group() {
        finds(
            "nn.rs",
            "use crate::{\n    data,\n    lesson::{Pack, Step},\n    sparse::*,\n};",
            &["nn.rs:3: `nn` uses `lesson`"],
        );
        finds("nn.rs", "use {crate::data, crate::{sparse as s, {storage, random}}, std::fs};", &["`storage`"]);
        finds("nn.rs", "use crate::{data as d, cli as c};", &["`cli`"]);
    }

    #[test]
    fn finds_a_floor_above_by_way_of_super() {
        finds("nn.rs", "use super::training;", &["`training`"]);
        finds("nn/mod.rs", "use super::training;", &["`training`"]);
        finds(
            "nn/layer.rs",
            "use super::super::training;\nuse super::topology;",
            &["layer.rs:1: `nn` uses `training`"],
        );
        finds("nn/layer.rs", "use super::{super::{session, data}, dense};", &["`session`"]);
        finds("nn.rs", "use self::super::ui;", &["`ui`"]);
        finds("nn.rs", "mod tests { use super::training; use super::super::cli; } use super::ui;", &["`cli`", "`ui`"]);
    }

    #[test]
    fn keeps_the_two_faces_apart() {
        finds("ui/app.rs", "use crate::cli::Arguments;", &["`ui` uses `cli`, which stands beside it"]);
        finds("cli.rs", "use crate::ui::App;", &["`cli` uses `ui`, which stands beside it"]);
    }

    #[test]
    fn lets_no_one_hide_a_floor_behind_the_root() {
        finds("nn.rs", "use crate::*;", &["root of the crate"]);
        finds("nn.rs", "use super::*;", &["root of the crate"]);
        finds("nn.rs", "use crate as house;", &["root of the crate"]);
        finds("nn.rs", "use crate::{self as house, data};", &["root of the crate"]);
        finds("nn.rs", "use crate::Session;", &["`Session` is no floor"]);
        finds("attic.rs", "use crate::data;", &["`attic` is on no floor"]);
    }

    #[test]
    fn ignores_comments_documentation_and_strings() {
        let source = r##"
            //! See [`crate::training`].
            // use crate::ui;
            /* use crate::ui; /* crate::cli */ crate::ui */
            /// use crate::session::Session;
            fn f<'a>(s: &'a str) -> char { let _ = ("crate::ui", r#"a " crate::ui"#, b"\" crate::ui", '"', '\''); 'x' }
            pub(crate) fn g(&self) { self.training(); super_::ui(); b::regrow::ui() }
        "##;
        finds("nn.rs", source, &[]);
        finds("nn.rs", "fn f() { let q = '\"'; crate::ui::g('\"') }", &["`ui`"]);
    }

    #[test]
    fn finds_the_toolkit_of_the_window_outside_it() {
        let outside = |file, source| window_crates_outside_the_window(file, source).len();
        assert_eq!(outside("session.rs", "use egui::Color32;\nfn f() { eframe::run(); egui_plot::Plot::new() }"), 3);
        assert_eq!(outside("lib.rs", "pub use egui;"), 1);
        assert_eq!(outside("ui/app.rs", "use egui::Ui;"), 0);
        assert_eq!(outside("main.rs", "fn main() { eframe::run() }"), 0);
        assert_eq!(outside("session.rs", "// egui draws this\nconst HELP: &str = \"egui\";"), 0);
    }

    #[test]
    fn reads_the_map_of_the_house() {
        let names = names_in_module_docs(
            "//! The [`nn`] of training.\n//! ```text\n//! ui  cli\n//! ```\n//! data `sparse`\nuse x;",
        );
        for (name, there) in
            [("nn", true), ("ui", true), ("cli", true), ("sparse", true), ("training", false), ("data", false)]
        {
            assert_eq!(names.contains(name), there, "{name}");
        }
    }
}
