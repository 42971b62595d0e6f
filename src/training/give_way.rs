//! Who goes first where processors are few.

/// Lets the window go first from now on: this thread is content with what those that draw it leave. Threads that it starts
/// later do the same.
///
/// Where nothing else wants the processor it is as fast as before.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the standard library does not know priorities")]
pub(crate) fn give_way() {
    /// Beside a thread of the usual 0 it gets a third of the time.
    const NICE: libc::c_int = 5;
    // SAFETY: it changes nothing but the priority of the calling thread, which is what 0 stands for on Linux. Where it is not
    // allowed, nothing happens.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, NICE);
    }
}

/// Other systems favour what is in front by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_way() {}
