//! From the text of a rule to tokens.

/// A word, number, text or sign, and the column in which it begins, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub column: usize,
    pub kind: Kind,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    Word(String),
    Text(String),
    Sign(&'static str),
}

/// Signs, longer ones first, and the ones that they stand for.
const SIGNS: [(&str, &str); 21] = [
    ("<=", "<="),
    (">=", ">="),
    ("==", "=="),
    ("!=", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("−", "-"),
    ("<", "<"),
    (">", ">"),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (".", "."),
    (",", ","),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("%", "%"),
];

/// All tokens of a text.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let column = 1 + text[..text.len() - rest.len()].chars().count();
        let (kind, length) = match first {
            _ if first.is_whitespace() => {
                rest = &rest[first.len_utf8()..];
                continue;
            }
            '0'..='9' => number(rest, column)?,
            '"' => quoted(rest, column)?,
            _ if first.is_alphabetic() || first == '_' => {
                let length = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
                (Kind::Word(rest[..length].to_owned()), length)
            }
            _ => sign(rest, column)?,
        };
        tokens.push(Token { column, kind });
        rest = &rest[length..];
    }
    Ok(tokens)
}

fn number(rest: &str, column: usize) -> Result<(Kind, usize), String> {
    let digits =
        |from: usize| rest[from..].find(|letter: char| !letter.is_ascii_digit()).map_or(rest.len(), |end| from + end);
    let mut end = digits(0);
    if rest[end..].starts_with('.') {
        end = digits(end + 1);
    }
    let exponent = rest[end..].strip_prefix(['e', 'E']).map(|after| after.strip_prefix(['+', '-']).unwrap_or(after));
    if let Some(after) = exponent.filter(|after| after.starts_with(|letter: char| letter.is_ascii_digit())) {
        end = digits(rest.len() - after.len());
    }
    if rest[end..].starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
        return Err(format!("column {column}: a number runs into a word. Put a space between them."));
    }
    let value: f64 = rest[..end].parse().map_err(|_| format!("column {column}: “{}” is no number.", &rest[..end]))?;
    if !value.is_finite() {
        return Err(format!("column {column}: “{}” is too large.", &rest[..end]));
    }
    Ok((Kind::Number(value), end))
}

fn quoted(rest: &str, column: usize) -> Result<(Kind, usize), String> {
    let end = rest[1..].find('"').ok_or_else(|| format!("column {column}: a quotation mark is never closed."))?;
    Ok((Kind::Text(rest[1..=end].to_owned()), end + 2))
}

fn sign(rest: &str, column: usize) -> Result<(Kind, usize), String> {
    let found = SIGNS.iter().find(|(written, _)| rest.starts_with(written));
    let unknown = || {
        let wanted = if rest.starts_with('=') {
            "Write == to compare."
        } else {
            "Signs are + - * / ( ) [ ] . , < <= > >= == !=."
        };
        format!("column {column}: “{}” means nothing here. {wanted}", rest.chars().next().unwrap_or(' '))
    };
    found.map(|(written, meant)| (Kind::Sign(meant), written.len())).ok_or_else(unknown)
}
