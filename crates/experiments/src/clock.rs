//! Processor time: what other programs on the machine take does not count.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Processor time that this thread has taken, in seconds; nanoseconds are resolved.
#[must_use]
pub fn thread_seconds() -> f64 {
    seconds(clock_gettime(ClockId::ThreadCPUTime))
}

/// Processor time that all threads of this process have taken, in seconds.
#[must_use]
pub fn process_seconds() -> f64 {
    seconds(clock_gettime(ClockId::ProcessCPUTime))
}

fn seconds(time: Timespec) -> f64 {
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn sleeping_takes_no_processor_time() {
        let start = thread_seconds();
        std::thread::sleep(Duration::from_millis(50));
        assert!(thread_seconds() - start < 0.02);
    }
}
