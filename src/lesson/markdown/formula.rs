//! Formulas in the notation of TeX, as tidy text: letters slanted, indices lowered, exponents raised, commands as their signs.

use super::inline::Style;

/// Commands that are signs.
const SIGNS: [(&str, &str); 51] = [
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("Delta", "Δ"),
    ("epsilon", "ε"),
    ("varepsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("Sigma", "Σ"),
    ("tau", "τ"),
    ("phi", "φ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Omega", "Ω"),
    ("cdot", " · "),
    ("times", " × "),
    ("pm", " ± "),
    ("le", " ≤ "),
    ("leq", " ≤ "),
    ("ge", " ≥ "),
    ("geq", " ≥ "),
    ("ne", " ≠ "),
    ("neq", " ≠ "),
    ("approx", " ≈ "),
    ("sim", " ∼ "),
    ("to", " → "),
    ("in", " ∈ "),
    ("sum", "∑"),
    ("prod", "∏"),
    ("partial", "∂"),
    ("nabla", "∇"),
    ("infty", "∞"),
    ("ldots", "…"),
    ("dots", "…"),
    ("log", "log "),
    ("ln", "ln "),
    ("exp", "exp "),
    ("max", "max "),
    ("min", "min "),
    ("left", ""),
    ("right", ""),
    ("quad", "  "),
];
/// Groups within groups at most; deeper ones are shown as they were typed.
const MOST_DEPTH: usize = 8;

/// The pieces of a formula.
pub(super) fn formula(text: &str) -> Vec<(String, Style)> {
    let mut pieces = Vec::new();
    read(text, Style::default(), 0, &mut pieces);
    pieces
}

fn read(text: &str, style: Style, depth: usize, pieces: &mut Vec<(String, Style)>) {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let next = &rest[letter.len_utf8()..];
        rest = match letter {
            '_' | '^' if depth < MOST_DEPTH => {
                let (inner, after) = group(next);
                let style = Style { lowered: letter == '_', raised: letter == '^', ..style };
                read(inner, style, depth + 1, pieces);
                after
            }
            '\\' if depth < MOST_DEPTH => command(next, style, depth, pieces),
            '{' | '}' => next,
            '-' => {
                pieces.push(("−".to_owned(), style));
                next
            }
            _ => {
                let emphasis = letter.is_ascii_alphabetic();
                pieces.push((letter.to_string(), Style { emphasis, ..style }));
                next
            }
        };
    }
}

/// What follows a backslash. What is left after it.
fn command<'a>(text: &'a str, style: Style, depth: usize, pieces: &mut Vec<(String, Style)>) -> &'a str {
    let length = text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len());
    if length == 0 {
        // `\,` and its like are spaces.
        let Some(letter) = text.chars().next() else { return text };
        let shown = if ",;:! ".contains(letter) { " ".to_owned() } else { letter.to_string() };
        pieces.push((shown, style));
        return &text[letter.len_utf8()..];
    }
    let (name, rest) = text.split_at(length);
    match name {
        "frac" => {
            let (above, rest) = group(rest);
            let (below, rest) = group(rest);
            bracketed(above, style, depth, pieces);
            pieces.push((" / ".to_owned(), style));
            bracketed(below, style, depth, pieces);
            rest
        }
        "sqrt" => {
            let (inner, rest) = group(rest);
            pieces.push(("√".to_owned(), style));
            bracketed(inner, style, depth, pieces);
            rest
        }
        "text" | "mathrm" => {
            let (inner, rest) = group(rest);
            pieces.push((inner.to_owned(), style));
            rest
        }
        name => {
            let sign = SIGNS.iter().find(|(own, _)| *own == name).map_or(name, |(_, sign)| sign);
            pieces.push((sign.to_owned(), style));
            rest.strip_prefix(' ').unwrap_or(rest)
        }
    }
}

/// In brackets where it is more than one sign.
fn bracketed(text: &str, style: Style, depth: usize, pieces: &mut Vec<(String, Style)>) {
    let is_long = text.contains(['+', '-', ' ', '/']) || text.contains("\\frac");
    if is_long {
        pieces.push(("(".to_owned(), style));
    }
    read(text, style, depth + 1, pieces);
    if is_long {
        pieces.push((")".to_owned(), style));
    }
}

/// What stands in braces, or the next letter; and what is left.
fn group(text: &str) -> (&str, &str) {
    let Some(inner) = text.strip_prefix('{') else {
        let end = text.chars().next().map_or(0, char::len_utf8);
        return text.split_at(end);
    };
    let mut open = 1;
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return (&inner[..at], &inner[at + 1..]);
        }
    }
    (inner, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_tidy_text() {
        let text = |formula_text: &str| -> String {
            formula(formula_text)
                .into_iter()
                .map(|(text, style)| {
                    if style.lowered {
                        format!("_{text}")
                    } else if style.raised {
                        format!("^{text}")
                    } else {
                        text
                    }
                })
                .collect()
        };
        assert_eq!(text(r"\frac{\epsilon (n + m)}{n m}"), "(ε(n + m)) / (n m)");
        assert_eq!(text(r"w_{ij} - \eta g^2"), "w_i_j − ηg^2");
        assert_eq!(text(r"\sqrt{2 / n}\,\text{weights}"), "√(2 / n) weights");
        assert_eq!(text(r"\sum_{i}\unknown"), "∑_iunknown");
    }
}
