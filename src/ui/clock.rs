//! Times of day, and how long something took.

/// A duration in hours, minutes and seconds: 7:05, 1:02:09.
pub(super) fn minutes(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds, not below 0")]
    let seconds = seconds.max(0.0) as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The time of day where the user is, such as 14:05; nothing where the system does not say.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn local() -> Option<String> {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let seconds = libc::time_t::try_from(since_epoch).ok()?;
    let time = broken_down(seconds)?;
    Some(format!("{}:{:02}", time.tm_hour, time.tm_min))
}

/// By the time zone of the system.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the standard library knows no time zones")]
fn broken_down(seconds: libc::time_t) -> Option<libc::tm> {
    let mut time = std::mem::MaybeUninit::<libc::tm>::uninit();
    // SAFETY: both point to what they say, and the result is only read where the call says that it was written.
    unsafe { (!libc::localtime_r(&raw const seconds, time.as_mut_ptr()).is_null()).then(|| time.assume_init()) }
}

/// The standard library knows no time zones.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn local() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_on_a_clock() {
        assert_eq!(minutes(-3.0), "0:00");
        assert_eq!(minutes(425.9), "7:05");
        assert_eq!(minutes(3729.0), "1:02:09");
    }
}
