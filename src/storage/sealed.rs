//! Plain text files that notice when they are no longer as they were written: JSON with the checksum of what it says before it.
//!
//! The checksum finds accidents and careless edits. It is no secret, and keeps nobody from writing another file with its own.

use thiserror::Error;

const HEAD: &str = "{\"crc32\":\"";
/// Hexadecimal digits of the checksum.
const DIGITS: usize = 8;

/// Why a file is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unsealed {
    /// It was written by something else, or its beginning or end is missing.
    #[error("it is not of that kind, or not whole")]
    Foreign,
    /// Its checksum is not that of what it says.
    #[error("it is not as it was written: its checksum is that of another text")]
    Changed,
}

/// `{"crc32":"…","NAME":JSON}`, with the CRC-32 of `json`.
#[must_use]
pub fn sealed(name: &str, json: &str) -> Vec<u8> {
    format!("{HEAD}{:08x}\",\"{name}\":{json}}}\n", crc32fast::hash(json.as_bytes())).into_bytes()
}

/// The JSON of a file of this name, which nobody but this program has had in hand.
///
/// # Errors
/// Where it is not there, or not as it was written.
pub fn unsealed<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Unsealed> {
    json_before(name, bytes.strip_suffix(b"\n").ok_or(Unsealed::Foreign)?)
}

/// The JSON of a file of this name that came by mail or through an editor, which may take the end of the last line away or
/// write it their way.
///
/// # Errors
/// As [`unsealed`].
pub fn unsealed_after_travel<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Unsealed> {
    json_before(name, bytes.trim_ascii_end())
}

fn json_before<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Unsealed> {
    let inside = || {
        let (crc, rest) = std::str::from_utf8(bytes).ok()?.strip_prefix(HEAD)?.split_at_checked(DIGITS)?;
        let rest = rest.strip_prefix("\",\"")?.strip_prefix(name)?.strip_prefix("\":")?;
        Some((crc, rest.strip_suffix('}')?))
    };
    let (crc, json) = inside().ok_or(Unsealed::Foreign)?;
    let is_same = u32::from_str_radix(crc, 16) == Ok(crc32fast::hash(json.as_bytes()));
    if is_same { Ok(json) } else { Err(Unsealed::Changed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_comes_back_and_every_touched_byte_is_noticed() {
        let bytes = sealed("run", "{\"a\":1}");
        // CRC-32 of {"a":1} by zlib.
        assert_eq!(bytes, b"{\"crc32\":\"561bacaf\",\"run\":{\"a\":1}}\n");
        assert_eq!(unsealed("run", &bytes), Ok("{\"a\":1}"));
        assert_eq!(unsealed("other", &bytes), Err(Unsealed::Foreign));
        for at in 0..bytes.len() {
            let mut touched = bytes.clone();
            touched[at] ^= 1;
            assert!(unsealed("run", &touched).is_err() && unsealed("run", &bytes[..at]).is_err(), "byte {at}");
        }
        for end in ["", "\n", "\r\n"] {
            let travelled = format!("{{\"crc32\":\"561bacaf\",\"run\":{{\"a\":1}}}}{end}");
            assert_eq!(unsealed_after_travel("run", travelled.as_bytes()), Ok("{\"a\":1}"));
        }
        assert_eq!(unsealed_after_travel("run", b"{\"crc32\":\"561bacaf\",\"run\":{\"a\":2}}"), Err(Unsealed::Changed));
    }
}
