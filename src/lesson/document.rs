//! The outline of a lesson file: its head, its steps, and what stands between fences.

use super::fault::Faults;

/// What encloses the head.
const HEAD_MARK: &str = "+++";
/// Languages of plain code, which is text to read; every other word after a fence is a directive.
const LANGUAGES: [&str; 8] = ["text", "toml", "rust", "python", "sh", "json", "csv", "markdown"];

/// A lesson file, cut into its parts.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The TOML of the head.
    pub head: String,
    /// What stands before the first step.
    pub intro: Vec<Block>,
    /// What a heading of the second level begins.
    pub sections: Vec<Section>,
}

/// A step.
#[derive(Debug)]
pub(super) struct Section {
    pub line: usize,
    pub title: String,
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<Block>,
}

/// Text, or what stands between two fences.
#[derive(Debug)]
pub(super) enum Block {
    Text { line: usize, text: String },
    Directive(Directive),
}

/// A fenced directive.
#[derive(Debug)]
pub(super) struct Directive {
    /// The line of its first fence; the body begins in the next.
    pub line: usize,
    pub word: String,
    pub attributes: Vec<Attribute>,
    pub body: String,
}

/// `key="value"`, or `key=7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub key: String,
    pub value: String,
}

/// A fence that is open.
struct Fence<'a> {
    line: usize,
    mark: char,
    length: usize,
    info: &'a str,
}

/// Cuts a file into its parts.
pub(super) fn outline(text: &str, faults: &mut Faults) -> Outline {
    let lines: Vec<&str> = text.lines().collect();
    let (head, begin) = head(&lines, faults);
    let mut reader =
        Reader { outline: Outline { head, ..Outline::default() }, text: String::new(), text_line: begin + 1 };
    let mut open: Option<(Fence, Vec<&str>)> = None;
    for (index, &content) in lines.iter().enumerate().skip(begin) {
        let line = index + 1;
        if let Some((fence, mut body)) = open.take() {
            if closes(&fence, content) {
                reader.close(&fence, &body, content, faults);
            } else {
                body.push(content);
                open = Some((fence, body));
            }
        } else if let Some(fence) = fence(line, content) {
            open = Some((fence, Vec::new()));
        } else if let Some(heading) = content.strip_prefix("## ") {
            reader.begin_section(line, heading, faults);
        } else if content.trim_end() == "##" {
            faults.add(line, "The step has no title. Write one after ##.");
        } else if content.starts_with("# ") {
            faults.add(line, "The title of a lesson stands in its head. Begin steps with ##.");
        } else {
            reader.push(line, content);
        }
    }
    if let Some((fence, _)) = open {
        let mark = fence.mark.to_string().repeat(fence.length);
        faults.add(fence.line, format!("This fence is never closed. Write {mark} on a line of its own below it."));
    }
    reader.flush();
    reader.outline
}

/// The TOML between the marks, and the number of lines that head and marks take.
fn head(lines: &[&str], faults: &mut Faults) -> (String, usize) {
    let example = "Begin the file with +++, the head in TOML, and +++ again.";
    if lines.first().map(|line| line.trim_end()) != Some(HEAD_MARK) {
        faults.add(1, format!("The lesson has no head. {example}"));
        return (String::new(), 0);
    }
    let Some(end) = lines.iter().skip(1).position(|line| line.trim_end() == HEAD_MARK) else {
        faults.add(1, format!("The head is never closed. {example}"));
        return (String::new(), lines.len());
    };
    // An empty first line, so that the head's lines count as the file's.
    (format!("\n{}\n", lines[1..=end].join("\n")), end + 2)
}

fn fence(line: usize, content: &str) -> Option<Fence<'_>> {
    let trimmed = content.trim_start_matches(' ');
    let mark = trimmed.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
    let info = trimmed.trim_start_matches(mark);
    let length = trimmed.len() - info.len();
    let is_fence = content.len() - trimmed.len() <= 3 && length >= 3 && !(mark == '`' && info.contains('`'));
    is_fence.then(|| Fence { line, mark, length, info: info.trim() })
}

fn closes(fence: &Fence, content: &str) -> bool {
    let trimmed = content.trim();
    trimmed.len() >= fence.length && trimmed.chars().all(|letter| letter == fence.mark)
}

struct Reader {
    outline: Outline,
    text: String,
    text_line: usize,
}

impl Reader {
    fn push(&mut self, line: usize, content: &str) {
        if self.text.is_empty() {
            self.text_line = line;
            if content.trim().is_empty() {
                return;
            }
        }
        self.text.push_str(content);
        self.text.push('\n');
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text).trim_end().to_owned();
        if !text.is_empty() {
            let line = self.text_line;
            self.blocks().push(Block::Text { line, text });
        }
    }

    fn blocks(&mut self) -> &mut Vec<Block> {
        match self.outline.sections.last_mut() {
            Some(section) => &mut section.blocks,
            None => &mut self.outline.intro,
        }
    }

    fn begin_section(&mut self, line: usize, heading: &str, faults: &mut Faults) {
        self.flush();
        let heading = heading.trim();
        let (title, attributes) = match heading.split_once('{') {
            None => (heading, Vec::new()),
            Some((title, rest)) => {
                let inner =
                    rest.strip_suffix('}').ok_or_else(|| "The brackets { } of the step are not closed.".to_owned());
                (title.trim(), faults.take(line, inner.and_then(attributes)).unwrap_or_default())
            }
        };
        if title.is_empty() {
            faults.add(line, "The step has no title. Write one after ##.");
        }
        self.outline.sections.push(Section { line, title: title.to_owned(), attributes, blocks: Vec::new() });
    }

    /// Takes in what stood between two fences: plain code stays in the text, all else is a directive.
    fn close(&mut self, fence: &Fence, body: &[&str], end: &str, faults: &mut Faults) {
        let (word, rest) = fence.info.split_once(char::is_whitespace).unwrap_or((fence.info, ""));
        if word.is_empty() || LANGUAGES.contains(&word) {
            let mark = fence.mark.to_string().repeat(fence.length);
            self.push(fence.line, &format!("{mark}{}", fence.info));
            body.iter().enumerate().for_each(|(index, content)| self.push(fence.line + index + 1, content));
            self.push(fence.line + body.len() + 1, end);
            return;
        }
        self.flush();
        let attributes = faults.take(fence.line, attributes(rest)).unwrap_or_default();
        let directive = Directive { line: fence.line, word: word.to_owned(), attributes, body: body.join("\n") };
        self.blocks().push(Block::Directive(directive));
    }
}

/// Reads `key="value" other=7`.
fn attributes(text: &str) -> Result<Vec<Attribute>, String> {
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let written = || format!("“{rest}” is no attribute. Write key=\"value\".");
        let (key, after) = rest.split_once('=').ok_or_else(written)?;
        let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !is_key {
            return Err(written());
        }
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => {
                quoted.split_once('"').ok_or_else(|| format!("The value of {key} lacks its second quotation mark."))?
            }
            None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
        };
        if value.trim().is_empty() {
            return Err(format!("{key} has no value."));
        }
        if !after.is_empty() && !after.starts_with(char::is_whitespace) {
            return Err(format!("After the value of {key} a space is missing."));
        }
        if attributes.iter().any(|attribute| attribute.key == key) {
            return Err(format!("{key} is there twice."));
        }
        attributes.push(Attribute { key: key.to_owned(), value: value.trim().to_owned() });
        rest = after.trim_start();
    }
    Ok(attributes)
}
