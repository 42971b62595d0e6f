//! Links in the text of lessons, and where they lead.

use super::controls::LessonCommand;
use super::files::inside;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// `command:play`: it does something in the window.
    Command(LessonCommand),
    /// `lesson:id`: another lesson of the pack.
    Lesson(String),
    /// A file of the pack, such as a picture.
    File(String),
    /// A page of the web.
    Web(String),
}

impl Link {
    /// What stands between the round brackets of a link.
    ///
    /// # Errors
    /// Where it can lead nowhere.
    pub fn parse(target: &str) -> Result<Self, String> {
        if let Some(word) = target.strip_prefix("command:") {
            return LessonCommand::parse(word).map(Self::Command);
        }
        if let Some(id) = target.strip_prefix("lesson:") {
            return Ok(Self::Lesson(id.to_owned()));
        }
        if let Some(rest) = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://")) {
            let host = rest.split('/').next().unwrap_or_default();
            let is_host = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
            let written = || format!("“{target}” is no address.");
            return if is_host { Ok(Self::Web(target.to_owned())) } else { Err(written()) };
        }
        inside(target).map(Self::File).ok_or_else(|| {
            format!("The link “{target}” leads nowhere. Write command:play, lesson:id, a file of the pack or an address with https://.")
        })
    }
}

/// The targets of all links and pictures of a text, each with its line, where the text begins in line `first`; or, as an
/// error, what is no whole link. Code is left out.
pub(super) fn links(text: &str, first: usize) -> Vec<(usize, Result<String, String>)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            is_code = !is_code;
        } else if !is_code {
            found.extend(links_of_line(line).into_iter().map(|link| (first + index, link)));
        }
    }
    found
}

fn links_of_line(line: &str) -> Vec<Result<String, String>> {
    let mut found = Vec::new();
    // What stands between backticks is code.
    for text in line.split('`').step_by(2) {
        let mut rest = text;
        while let Some(at) = rest.find("](") {
            let after = &rest[at + 2..];
            let has_text = rest[..at]
                .rfind('[')
                .is_some_and(|open| !rest[open + 1..at].trim().is_empty() || rest[..open].ends_with('!'));
            let Some(end) = after.find(')') else {
                found.push(Err("This link is never closed: its round bracket is missing.".to_owned()));
                break;
            };
            let target = after[..end].trim();
            found.push(match (has_text, target.is_empty()) {
                (_, true) => Err("This link leads nowhere: its round brackets are empty.".to_owned()),
                (false, _) => Err("This link has no text: write [text](target).".to_owned()),
                _ => Ok(target.to_owned()),
            });
            rest = &after[end + 1..];
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code() {
        let text = "Go [on](command:play) and ![](a.png).\n```text\n[x](y)\n```\n`[x](y)` then [z]( lesson:b )";
        let found: Vec<(usize, String)> =
            links(text, 10).into_iter().map(|(line, link)| (line, link.expect("whole"))).collect();
        let expected =
            [(10, "command:play"), (10, "a.png"), (14, "lesson:b")].map(|(line, link)| (line, link.to_owned()));
        assert_eq!(found, expected);
        assert!(links("[a](b", 1)[0].1.is_err() && links("[a]()", 1)[0].1.is_err() && links("[](b)", 1)[0].1.is_err());
    }

    #[test]
    fn targets_are_closed() {
        let play = Link::Command(LessonCommand::Play);
        assert_eq!(Link::parse("command:play"), Ok(play));
        assert_eq!(Link::parse("https://arxiv.org/abs/1911.11134").map(|_| ()), Ok(()));
        for bad in
            ["command:ply", "https://", "https://nowhere", "../up.md", "/etc/passwd", "file:///etc", "#part", "a\\b"]
        {
            assert!(Link::parse(bad).is_err() || bad == "#part", "{bad}");
        }
    }
}
