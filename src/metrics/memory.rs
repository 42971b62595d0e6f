//! Memory that the process has taken.

/// The most memory that this process has held at once, in bytes, or `None` where the system does not tell.
///
/// Read from `/proc/self/status` (`VmHWM`), which exists on Linux.
#[must_use]
pub fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}
