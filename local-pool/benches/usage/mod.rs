//! What this process has used of the machine.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

#[derive(Clone, Copy)]
pub struct Usage {
    pub user: Duration,
    pub system: Duration,
}

impl Usage {
    pub fn now() -> Self {
        let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
        let duration = |time: nix::sys::time::TimeVal| {
            Duration::from_micros(u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap())
        };
        Self { user: duration(usage.user_time()), system: duration(usage.system_time()) }
    }

    pub fn since(self, before: Self) -> Self {
        Self { user: self.user - before.user, system: self.system - before.system }
    }

    pub fn over(self, count: usize) -> Self {
        let count = u32::try_from(count).unwrap();
        Self { user: self.user / count, system: self.system / count }
    }
}

/// Memory that is resident now and at most was, in MiB; None where the system does not tell.
pub fn resident() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
    };
    Some((mib("VmRSS:")?, mib("VmHWM:")?))
}
