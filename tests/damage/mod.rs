//! Texts damaged in every way one can think of.

#![allow(dead_code, reason = "each test uses its own part")]

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// Values that programs stumble over.
const VALUES: [&str; 40] = [
    "0",
    "-1",
    "1",
    "2",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    "inf",
    "-inf",
    "-0.0",
    "0.5",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "4294967296",
    "4294967295",
    "65536",
    "1000000",
    "0x7fffffff",
    "true",
    "\"\"",
    "\"set\"",
    "\"dense\"",
    "\"small-dense\"",
    "\"cht\"",
    "\"imp\"",
    "\"digits\"",
    "\"circle\"",
    "\"\\u0000\"",
    "[]",
    "[0]",
    "[1, 1, 1]",
    "[1000000, 1000000]",
    "{}",
    "{ epochs = 0 }",
    "{ steps = 1 }",
    "1979-05-27",
    "{ formula = \"abs(w)\" }",
    "{ formula = \"((((((((((\" }",
];

/// Texts that stand for themselves anywhere.
const PIECES: [&str; 16] = [
    "[[arm]]\n",
    "[data]\n",
    "[[sweep]]\n",
    "\"",
    "'''",
    "=",
    ".",
    "#",
    "\u{feff}",
    "\r",
    "[",
    "]",
    "{",
    "}",
    ",",
    "sparsity.method = ",
];

fn line<'a>(lines: &'a [String], random: &mut ChaCha8Rng) -> &'a str {
    lines.choose(random).map_or("", String::as_str)
}

/// One change of the text, line by line or byte by byte.
pub fn mutate(text: &[u8], others: &[String], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut lines: Vec<String> = String::from_utf8_lossy(text).lines().map(str::to_owned).collect();
    if lines.is_empty() {
        lines.push(String::new());
    }
    let at = random.random_range(0..lines.len());
    let joined = |lines: Vec<String>| (lines.join("\n") + "\n").into_bytes();
    match random.random_range(0..13) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let other = random.random_range(0..lines.len());
            lines.swap(at, other);
        }
        // Another value, another key, the value of another key, the line of another file.
        3 | 4 => {
            let key = lines[at].split('=').next().unwrap_or("").trim().to_owned();
            lines[at] = format!("{key} = {}", VALUES.choose(random).expect("values"));
        }
        5 => {
            let (key, value) = (line(&lines, random).to_owned(), line(&lines, random).to_owned());
            let key = key.split('=').next().unwrap_or("").to_owned();
            lines[at] = format!("{key}={}", value.split_once('=').map_or("", |(_, value)| value));
        }
        6 => lines.insert(
            at,
            others
                .choose(random)
                .and_then(|text| {
                    let foreign: Vec<&str> = text.lines().collect();
                    foreign.choose(random).map(|line| (*line).to_owned())
                })
                .unwrap_or_default(),
        ),
        7 => {
            let piece = PIECES.choose(random).expect("pieces");
            let places: Vec<usize> =
                lines[at].char_indices().map(|(place, _)| place).chain([lines[at].len()]).collect();
            let place = *places.choose(random).expect("a place");
            lines[at].insert_str(place, piece);
        }
        // A number becomes another one, digit by digit.
        8 => {
            let digits = "0123456789.-e".as_bytes();
            let changed = |byte: u8, random: &mut ChaCha8Rng| {
                if byte.is_ascii_digit() { *digits.choose(random).expect("digits") } else { byte }
            };
            let bytes: Vec<u8> = lines[at].bytes().map(|byte| changed(byte, random)).collect();
            lines[at] = String::from_utf8_lossy(&bytes).into_owned();
        }
        9 => return text[..random.random_range(0..=text.len())].to_vec(),
        10 => {
            let mut bytes = text.to_vec();
            for _ in 0..random.random_range(1..4) {
                if let Some(place) = bytes.len().checked_sub(1).map(|last| random.random_range(0..=last)) {
                    bytes[place] = random.random();
                }
            }
            return bytes;
        }
        // Nests deeply, or is long.
        11 => {
            lines[at] = format!(
                "x = {}1",
                ["[", "{a=", "-", "("].choose(random).expect("one").repeat(1 + random.random_range(0..3000))
            );
        }
        _ => {
            let times = random.random_range(2..40);
            let own = lines[at].clone();
            lines.splice(at..at, std::iter::repeat_n(own, times));
        }
    }
    joined(lines)
}

/// A number from the environment.
pub fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().expect("a whole number"))
}
