//! Tables written by hand, with the values that they must have.

use proptest::prelude::*;

use super::*;
use crate::data::MAX_CLASSES;

fn file(bytes: &[u8]) -> DataFile {
    DataFile::new(Cursor::new(bytes.to_vec()), bytes.len() as u64).unwrap()
}

fn read(text: &str, options: &TableOptions) -> Result<Table, FileFault> {
    read_table(file(text.as_bytes()), options)
}

fn plain(text: &str) -> Table {
    read(text, &TableOptions::default()).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

fn fault(text: &str) -> FileFault {
    read(text, &TableOptions::default()).expect_err(text)
}

fn target(column: Column) -> TableOptions {
    TableOptions { target: Some(column), ..TableOptions::default() }
}

fn name(name: &str) -> Column {
    Column::Name(name.to_owned())
}

#[test]
fn the_last_column_is_the_target_and_classes_are_sorted_by_name() {
    let table = plain("width,height,kind\n1.5,-2,oak\n0.25,3e2,ash\n-7,+4,oak\n");
    assert_eq!(table.features, 2);
    assert_eq!(*table.values, [1.5, -2.0, 0.25, 300.0, -7.0, 4.0]);
    assert_eq!(table.classes.names, ["ash", "oak"]);
    assert_eq!(*table.labels, [1, 0, 1]);
    assert_eq!(table.first_rows, [3, 2]);
    assert_eq!(table.target, "3 (“kind”)");
}

#[test]
fn classes_that_are_all_numbers_are_sorted_by_size_and_equal_ones_are_one() {
    let table = plain("0,10\n1,9\n2,10.0\n3,-1\n");
    assert_eq!(table.classes.names, ["-1", "9", "10"]);
    assert_eq!(*table.labels, [2, 1, 2, 0]);
    assert_eq!(table.classes.find("9.00"), Some(1));
    assert_eq!(table.classes.find("8"), None);
    let mixed = plain("0,10\n1,9\n2,x\n");
    assert_eq!(mixed.classes.names, ["10", "9", "x"]);
}

#[test]
fn a_first_row_of_numbers_is_no_header_unless_it_is_said_to_be() {
    assert_eq!(*plain("1,2,a\n3,4,b\n").values, [1.0, 2.0, 3.0, 4.0]);
    let options = TableOptions { header: Some(true), ..TableOptions::default() };
    assert_eq!(*read("1,2,a\n3,4,b\n", &options).unwrap().values, [3.0, 4.0]);
    let options = TableOptions { header: Some(false), ..TableOptions::default() };
    let fault = read("w,h,a\n3,4,b\n", &options).unwrap_err();
    assert_eq!(fault, FileFault::Cell { row: 1, column: "1".to_owned(), text: "w".to_owned() });
}

#[test]
fn the_target_is_found_by_name_or_number() {
    let text = "kind,w,h\noak,1,2\nash,3,4\n";
    for column in [name("kind"), Column::Number(1)] {
        let table = read(text, &target(column)).unwrap();
        assert_eq!((&**table.values, &**table.labels), ([1.0, 2.0, 3.0, 4.0].as_slice(), [1, 0].as_slice()));
    }
    let middle = read("1,x,2\n3,y,4\n", &target(Column::Number(2))).unwrap();
    assert_eq!(*middle.values, [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn a_target_that_is_not_there_is_refused() {
    let text = "kind,w,w\noak,1,2\n";
    let columns = "kind, w, w".to_owned();
    let faults = [
        (name("type"), FileFault::NoSuchColumn { wanted: "type".to_owned(), columns }),
        (name("w"), FileFault::AmbiguousColumn("w".to_owned())),
        (Column::Number(4), FileFault::NoColumnNumber { wanted: 4, columns: 3 }),
        (Column::Number(0), FileFault::NoColumnNumber { wanted: 0, columns: 3 }),
    ];
    for (column, wanted) in faults {
        assert_eq!(read(text, &target(column)).unwrap_err(), wanted);
    }
    let nameless = read("1,2\n3,4\n", &target(name("kind"))).unwrap_err();
    assert_eq!(nameless, FileFault::NoHeader("kind".to_owned()));
    assert_eq!(nameless.key(), Some("target"));
}

#[test]
fn quotes_line_ends_marks_and_delimiters_make_no_difference() {
    let values = [1.0, 2.5, 3.0, 4.0];
    for text in [
        "a,b,kind\n1,2.5,x\n3,4,y\n",
        "a,b,kind\r\n1,2.5,x\r\n3,4,y\r\n",
        "a,b,kind\r1,2.5,x\r3,4,y",
        "\u{FEFF}a,b,kind\n1,2.5,x\n3,4,y",
        "a;b;kind\n1;2.5;x\n3;4;y\n",
        "a\tb\tkind\n1\t2.5\tx\n3\t4\ty\n",
        "\"a\",\"b\",\"kind\"\n\"1\",\"2.5\",\"x\"\n\n3, 4 ,y\n\n",
        "\"a, one\";\"b, two\";\"kind, three\"\n1;2.5;x\n3;4;y\n",
    ] {
        let table = plain(text);
        assert_eq!((&**table.values, &**table.labels), (values.as_slice(), [0, 1].as_slice()), "{text:?}");
        assert_eq!(table.classes.names, ["x", "y"], "{text:?}");
    }
    let quoted = plain("1,\"an \"\"oak\"\", tall\"\n2,ash\n");
    assert_eq!(quoted.classes.names, ["an \"oak\", tall", "ash"]);
    let marked = plain("\u{FEFF}1,x\n2,y\n");
    assert_eq!(*marked.values, [1.0, 2.0], "the mark makes no header");
}

#[test]
fn a_cell_that_is_no_number_is_named_by_row_and_column() {
    let cell =
        |row, column: &str, text: &str| FileFault::Cell { row, column: column.to_owned(), text: text.to_owned() };
    assert_eq!(fault("a,b,k\n1,2,x\n3,red,y\n"), cell(3, "2 (“b”)", "red"));
    assert_eq!(fault("1,2,x\n3,inf,y\n"), cell(2, "2", "inf"));
    assert_eq!(fault("1,2,x\n3,NaN,y\n"), cell(2, "2", "NaN"));
    for text in ["1,2,x\n\n3,1e39,y\n", "1,2,x\r\n\r\n3,1e39,y", "1,2,\"x\ny\"\n3,1e39,y\n", "1,2,x\r\r3,1e39,y\r"] {
        assert_eq!(fault(text), cell(3, "2", "1e39"), "{text:?}");
    }
    let decimal = fault("a;k\n1,5;x\n");
    assert!(decimal.to_string().contains("set apart by a point"), "{decimal}");
    assert_eq!(fault("1,2,x\n3,,y\n"), FileFault::EmptyCell { row: 2, column: "2".to_owned() });
    assert_eq!(fault("1,2,x\n3,4, \n"), FileFault::EmptyCell { row: 2, column: "3".to_owned() });
}

#[test]
fn tables_without_use_are_refused() {
    assert_eq!(fault(""), FileFault::NoRows);
    assert_eq!(fault("a,b\n"), FileFault::NoRows);
    assert_eq!(fault("1\n2\n"), FileFault::SingleColumn);
    assert_eq!(fault("1,2,x\n3,y\n"), FileFault::Width { row: 2, found: 2, expected: 3 });
    let distinct = (0..=MAX_CLASSES).map(|number| format!("1,{number}")).collect::<Vec<_>>().join("\n");
    assert_eq!(fault(&distinct), FileFault::TooManyClasses { column: "2".to_owned() });
    let latin = read_table(file(b"1,x\n2,\xE9\n"), &TableOptions::default()).unwrap_err();
    assert_eq!(latin, FileFault::NotText { row: 2 });
}

#[test]
fn a_line_without_end_is_given_up() {
    let endless = DataFile::new(std::io::repeat(b'1').take(1 << 40), 1 << 40).unwrap();
    assert_eq!(read_table(endless, &TableOptions::default()).unwrap_err(), FileFault::EndlessLine);
}

proptest! {
    #[test]
    fn numbers_are_read_as_they_were_written(rows in prop::collection::vec((-1e30_f32..1e30, 0_u32..5), 1..30)) {
        let text = rows.iter().map(|(value, label)| format!("{value},{label}")).collect::<Vec<_>>().join("\n");
        let table = plain(&text);
        let values: Vec<f32> = rows.iter().map(|(value, _)| *value).collect();
        prop_assert_eq!(&*table.values, &values);
        let labels: Vec<String> = rows.iter().map(|(_, label)| label.to_string()).collect();
        let read: Vec<String> = table.labels.iter().map(|&label| table.classes.names[label as usize].clone()).collect();
        prop_assert_eq!(read, labels);
    }

    #[test]
    fn no_damage_makes_reading_panic(
        cut in 0_usize..60,
        flips in prop::collection::vec((0_usize..60, prop::sample::select(b"\0\",;\t\n\rx1-.e \xFF".to_vec())), 0..8),
        target in prop::option::of((0_usize..5).prop_map(Column::Number)),
        header in prop::option::of(any::<bool>()),
    ) {
        let mut bytes = b"\xEF\xBB\xBFa,\"b\",kind\r\n1,2.5,x\r\n\"3\",4,\"y \"\"z\"\"\"\r\n5,6,x\r\n".to_vec();
        bytes.truncate(bytes.len().saturating_sub(cut));
        for (place, value) in flips {
            if let Some(byte) = bytes.get_mut(place) {
                *byte = value;
            }
        }
        if let Ok(table) = read_table(file(&bytes), &TableOptions { target, header, ..TableOptions::default() }) {
            prop_assert_eq!(table.values.len(), table.labels.len() * table.features);
            prop_assert!(table.labels.iter().all(|&label| (label as usize) < table.classes.names.len()));
        }
    }
}

/// Rows without end, and how much of them was read.
struct Endless {
    row: &'static [u8],
    read: u64,
    told: Arc<std::sync::atomic::AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for place in buffer.iter_mut() {
            *place = self.row[usize::try_from(self.read).unwrap() % self.row.len()];
            self.read += 1;
        }
        self.told.store(self.read, std::sync::atomic::Ordering::Relaxed);
        Ok(buffer.len())
    }
}

/// What comes of a file of so many bytes, all of them such rows, and how much of it was read for that.
fn endless(row: &'static str, bytes: u64, options: &TableOptions) -> (Result<Table, FileFault>, u64) {
    let told = Arc::default();
    let rows = Endless { row: row.as_bytes(), read: 0, told: Arc::clone(&told) };
    let table = read_table(DataFile::new(rows.take(bytes), bytes).unwrap(), options);
    (table, told.load(std::sync::atomic::Ordering::Relaxed))
}

#[test]
fn a_table_that_does_not_fit_in_memory_is_refused_from_its_first_megabyte() {
    // 20 bytes a row of nine numbers, so 36 bytes in memory: 5 GB are 250 million rows and 9 GB.
    let (table, read) = endless("1,2,3,4,5,6,7,8,9,a\n", 5_000_000_000, &TableOptions::default());
    let Err(FileFault::WouldBeTooLarge { bytes, rows }) = table else { panic!("{table:?}") };
    assert!(rows.abs_diff(250_000_000) < 40_000_000 && bytes.abs_diff(9_000_000_000) < 1_400_000_000, "{rows} {bytes}");
    assert!(read < 2_000_000, "{read} bytes were read");
    // Of the columns one alone, or the names of one that has two of them.
    let one = TableOptions { features: Some(vec![Column::Number(1)]), ..TableOptions::default() };
    assert!(endless("1,2,3,4,5,6,7,8,9,a\n", 3_000_000, &one).0.is_ok());
    // 8 bytes a row: 5 GB are 625 million rows, whose three numbers take 7.5 GB; of the third column alone 2.5 GB.
    let text = "1,2,3,a\n";
    assert!(matches!(endless(text, 5_000_000_000, &TableOptions::default()).0, Err(FileFault::WouldBeTooLarge { .. })));
    let message = endless(text, 5_000_000_000, &TableOptions::default()).0.unwrap_err().to_string();
    assert!(message.contains("data may take 4,000; read a part of it by subsample"), "{message}");
}

#[test]
fn of_a_part_only_what_is_kept_counts_and_a_packed_table_is_told_of_too() {
    let part = TableOptions { subsample: Some(50), ..TableOptions::default() };
    let (table, read) = endless("1,2,3,4,5,6,7,8,9,a\n", 40_000_000, &part);
    assert_eq!((table.unwrap().labels.len(), read), (50, 40_000_000));
    // A row in 18 bytes of text; packed, all of them take next to nothing.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let rows = "1,2,3,4,5,6,7,8,a\n".repeat(4_000_000);
    std::io::Write::write_all(&mut packed, rows.as_bytes()).unwrap();
    let start = packed.finish().unwrap();
    // As much again a hundred times: 7 GB of text, and 12.8 GB in memory.
    let length = start.len() as u64;
    let file = DataFile::new(Cursor::new(start.repeat(100)), 100 * length).unwrap();
    let fault = read_table(file, &TableOptions::default()).unwrap_err();
    assert!(matches!(fault, FileFault::WouldBeTooLarge { .. }), "{fault}");
}
