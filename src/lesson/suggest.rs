//! Finding the word that was meant.

/// “Did you mean …?” where a known word is near, else the list of all.
pub(super) fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let near = known.iter().map(|other| (distance(&word.to_lowercase(), &other.to_lowercase()), other)).min();
    match near {
        Some((distance, other)) if distance <= 1 + word.chars().count() / 4 => format!("Did you mean “{other}”?"),
        _ if known.is_empty() => "There is none.".to_owned(),
        _ => format!("There are: {}.", known.join(", ")),
    }
}

/// Number of letters to insert, delete or exchange (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, own) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in to.iter().enumerate() {
            let exchanged = diagonal + usize::from(own != *other);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_named_and_otherwise_all() {
        assert_eq!([distance("kitten", "sitting"), distance("", "abc"), distance("hint", "hint")], [3, 3, 0]);
        assert_eq!(suggestion("chek", ["check", "hint"]), "Did you mean “check”?");
        assert_eq!(suggestion("Set", ["SET", "dense"]), "Did you mean “SET”?");
        assert_eq!(suggestion("banana", ["check", "hint"]), "There are: check, hint.");
    }
}
