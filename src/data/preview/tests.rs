//! Tables as people have them, and how they must be understood.

use super::*;

fn look(text: &str) -> Preview {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    std::fs::write(&path, text).unwrap();
    preview(&path, None, None).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

fn uses(preview: &Preview) -> Vec<ColumnUse> {
    preview.columns.iter().map(|column| column.used).collect()
}

#[test]
fn delimiter_header_types_and_target_are_recognised() {
    use ColumnUse::{Category, Number, Target, Unused};
    let table =
        look("\u{FEFF}name;species;width;colour\nAnn;oak;1.5;red\nBob;ash;NA;red\nCid;oak;2;blue\nDot;oak;3;blue\n");
    assert_eq!((table.delimiter, table.header, table.looked_at, table.is_whole), (Delimiter::Semicolon, true, 4, true));
    let kinds: Vec<ColumnKind> = table.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [ColumnKind::Text, ColumnKind::Category, ColumnKind::Number, ColumnKind::Category]);
    assert_eq!(uses(&table), [Unused, Target, Number, Category]);
    assert_eq!((table.columns[2].missing, table.missing), (1, Missing::Mean));
    assert_eq!(table.rows[1], ["Bob", "ash", "NA", "red"]);
    let spec = table.spec();
    let name = |name: &str| Column::Name(name.to_owned());
    assert_eq!(spec.target, Some(name("species")));
    assert_eq!(spec.features, Some(vec![name("width"), name("colour")]));
    assert_eq!(spec.categories, [name("colour")]);
}

#[test]
fn the_first_row_is_a_header_only_where_it_differs_from_the_others() {
    for (text, header) in [
        ("1,2,a\n3,4,b\n", false),
        ("x,y,kind\n3,4,b\n", true),
        ("?,2,a\n3,4,b\n", false),
        ("red,yes\nblue,no\nred,no\n", false),
        ("colour,good\nblue,no\nred,no\n", true),
        (",x,kind\n0,1.5,a\n1,2.5,b\n", true),
    ] {
        assert_eq!(look(text).header, header, "{text}");
    }
}

#[test]
fn another_target_makes_the_old_one_a_feature_and_columns_without_names_have_numbers() {
    let mut table = look("1,2,0\n3,4,1\n");
    assert_eq!(table.spec().target, Some(Column::Number(3)));
    assert_eq!(table.spec().features, None);
    table.set_use(0, ColumnUse::Target);
    assert_eq!(uses(&table), [ColumnUse::Target, ColumnUse::Number, ColumnUse::Number]);
    table.set_use(1, ColumnUse::Unused);
    assert_eq!(table.spec().features, Some(vec![Column::Number(3)]));
    let twice = look("a,a,k\n1,2,x\n");
    assert_eq!(twice.column(1), Column::Number(2), "a name that two columns have");
}

#[test]
fn what_is_no_table_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    for (bytes, fault) in [
        (&b""[..], FileFault::NoRows),
        (b"a,b\n", FileFault::NoRows),
        (b"a\n1\n", FileFault::SingleColumn),
        (b"a,\xFF\n", FileFault::NotText { row: 1 }),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let header = (bytes == b"a,b\n").then_some(true);
        assert_eq!(preview(&path, None, header).unwrap_err(), fault);
    }
    assert_eq!(preview(folder.path(), None, None).unwrap_err(), FileFault::NotAFile);
    assert_eq!(preview(&folder.path().join("none"), None, None).unwrap_err(), FileFault::Missing);
}
