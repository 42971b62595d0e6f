//! Grades as a table that any spreadsheet opens, and that does nothing there.

use super::Grade;

const COLUMNS: [&str; 19] = [
    "student",
    "number",
    "pack",
    "lesson",
    "file",
    "state",
    "points_handed_in",
    "points_again",
    "points_at_most",
    "first_difference",
    "hints",
    "solutions",
    "own_seeds",
    "seeds",
    "same_as",
    "comment",
    "program",
    "platform",
    "seconds",
];

/// One line a submission, with a heading. A text that a spreadsheet would take for a formula has an apostrophe before it.
#[must_use]
pub fn grades_to_csv(grades: &[Grade]) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).expect("memory can be written to");
    for grade in grades {
        table.write_record(cells(grade)).expect("memory can be written to");
    }
    let bytes = table.into_inner().expect("memory can be written to");
    String::from_utf8(bytes).expect("text was written")
}

fn cells(grade: &Grade) -> [String; 19] {
    fn number<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    [
        safe(&grade.student),
        safe(&grade.number),
        safe(&grade.pack),
        safe(&grade.lesson),
        safe(&grade.file),
        grade.state.word().to_owned(),
        number(grade.points),
        number(grade.points_again),
        number(grade.points_at_most),
        safe(grade.difference.as_deref().unwrap_or_default()),
        number(grade.hints),
        number(grade.solutions),
        grade.own_seeds.map_or("", |own| if own { "yes" } else { "no" }).to_owned(),
        grade.seeds.unwrap_or_default().to_owned(),
        safe(&grade.same_as.join("; ")),
        safe(&grade.comment),
        safe(&grade.program),
        safe(&grade.platform),
        format!("{:.2}", grade.seconds),
    ]
}

/// A text that stays one: spreadsheets take what begins with one of these for a formula, spaces before it or not.
fn safe(text: &str) -> String {
    let plain: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    let is_formula = plain.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{plain}") } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_formula() {
        for (text, wanted) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'=1"),
            (" \n=1", "' \n=1"),
            ("＝1", "'＝1"),
            ("O'Neill = ok", "O'Neill = ok"),
            ("", ""),
        ] {
            assert_eq!(safe(text), wanted, "{text:?}");
        }
    }
}
