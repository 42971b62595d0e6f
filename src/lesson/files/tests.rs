use std::io::Write;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

/// An archive with these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).expect("started");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

fn opened(bytes: &[u8]) -> Result<PackFiles, PackError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pack.zip");
    fs::write(&path, bytes).expect("written");
    PackFiles::open(&path)
}

#[track_caller]
fn refused(bytes: &[u8], wanted: &str) {
    match opened(bytes) {
        Err(PackError::Unreadable { problem, .. }) => assert!(problem.contains(wanted), "{problem}"),
        other => panic!("{wanted}: {other:?}"),
    }
}

#[test]
fn an_archive_of_a_folder_or_of_its_contents_is_a_pack() {
    for top in ["", "my pack/", "a/b/"] {
        let names = ["pack.toml", "01.md", "data/x.csv", ".DS_Store", "__MACOSX/x"].map(|name| format!("{top}{name}"));
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
        let files = opened(&archive(&files)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(files.names().collect::<Vec<_>>(), ["01.md", "data/x.csv", "pack.toml"], "{top}");
        assert!(files.has_data() && files.folder.is_none());
    }
}

#[test]
fn names_that_lead_outside_are_refused() {
    for name in [
        "../evil.md",
        "a/../../evil.md",
        "/etc/passwd",
        "..\\evil.md",
        "C:\\evil.md",
        "C:evil.md",
        "a/..",
        "x\n.md",
        "aux?.md",
    ] {
        refused(&archive(&[("pack.toml", b"x"), (name, b"x")]), "leads outside");
    }
    for good in ["a.md", "a/b.md", "ä b/ç.md"] {
        assert_eq!(inside(good).as_deref(), Some(good));
    }
    assert_eq!([inside(""), inside("."), inside("a/b/c/d/e/f/g/h/i"), inside("a.")], [None, None, None, None]);
}

#[test]
fn links_in_archives_and_folders_are_refused() {
    let packed = Cursor::new(archive(&[("pack.toml", b"x")]));
    let mut writer = ZipWriter::new_append(packed).expect("an archive");
    writer.add_symlink("01.md", "/etc/passwd", SimpleFileOptions::default()).expect("added");
    refused(&writer.finish().expect("finished").into_inner(), "is a link");
    #[cfg(unix)]
    {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("pack.toml"), "x").expect("written");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("01.md")).expect("linked");
        let error = PackFiles::open(folder.path()).expect_err("a link").to_string();
        assert!(error.contains("01.md is a link"), "{error}");
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    // 64 MB of zeros are 64 kB packed, and 200 times that is less.
    let zeros = vec![0; 64 << 20];
    refused(&archive(&[("pack.toml", b"x"), ("data/zeros.csv", &zeros)]), "far more than an archive of this size");
    let names: Vec<String> = (0..=MOST_FILES).map(|number| format!("{number}.csv")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    refused(&archive(&files), "more than 1000 files");
}

#[test]
fn what_is_no_honest_archive_is_refused() {
    refused(b"not a zip", "no zip archive");
    refused(b"", "no zip archive");
    let whole = archive(&[("pack.toml", b"format = 1"), ("01.md", &[b'x'; 5000])]);
    for cut in [1, 10, 30, whole.len() / 2, whole.len() - 1] {
        assert!(opened(&whole[..cut]).is_err(), "{cut} bytes");
    }
    refused(&archive(&[("01.md", b"x")]), "no pack.toml");
    refused(&archive(&[("a/pack.toml", b"x"), ("b/pack.toml", b"x")]), "2 packs");
    // A name that comes twice.
    let bytes = archive(&[("pack.toml", b"x"), ("02.md", b"x"), ("03.md", b"y")]);
    let mut doubled = bytes;
    while let Some(at) = doubled.windows(5).position(|window| window == b"03.md") {
        doubled[at..at + 5].copy_from_slice(b"02.md");
    }
    assert!(opened(&doubled).is_err(), "two files of one name");
}

proptest::proptest! {
    /// Whatever is done to the bytes of an archive, it is read or refused.
    #[test]
    fn any_damage_is_read_or_refused(at in 0_usize..400, byte in 0_u8..=255, length in 0_usize..2000) {
        let mut bytes = archive(&[("pack.toml", b"format = 1"), ("a/01.md", b"text")]);
        let index = at % bytes.len();
        bytes[index] = byte;
        bytes.truncate(length.max(1));
        let _ = opened(&bytes);
    }
}

#[test]
fn unpacked_files_stay_inside_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = PackFiles::bundled(&[("pack.toml", "x"), ("data/a.csv", "1,2")]);
    let target = folder.path().join("new/pack");
    let unpacked = files.unpack(&target).expect("written");
    assert_eq!(fs::read_to_string(target.join("data/a.csv")).expect("there"), "1,2");
    assert_eq!(unpacked.folder.as_deref(), Some(target.as_path()));
    assert!(files.unpack(&target).is_err(), "it is there already");
}
