//! A stable hash of bytes.

/// FNV-1a of 64 bits (Fowler, Noll, Vo): documented, short, the same everywhere. No protection against somebody who looks for
/// two texts of one hash.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        // From the authors' test vectors.
        assert_eq!(
            [b"".as_slice(), b"a", b"foobar"].map(fnv1a),
            [0xCBF2_9CE4_8422_2325, 0xAF63_DC4C_8601_EC8C, 0x8594_4171_F739_67E8]
        );
    }
}
