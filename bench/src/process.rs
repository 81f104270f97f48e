//! A process on this machine: what it has used, and where it may run. From `/proc` (proc(5)).

use std::fs;

use anyhow::{Context, ensure};
use tokio::process::Command;

/// Of the processor time that Linux reports in `/proc/*/stat`, a second (proc(5): USER_HZ).
const TICKS_A_SECOND: f64 = 100.0;

/// Seconds of processor time that a process has used, in user mode and in the kernel.
pub fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("the process has ended")?;
    // The name, in parentheses, may contain spaces; what follows are fields 3 and on.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = |field: usize| -> anyhow::Result<f64> {
        let ticks = fields.split_whitespace().nth(field - 3);
        Ok(ticks.context("a short stat")?.parse::<f64>()?)
    };
    Ok((ticks(14)? + ticks(15)?) / TICKS_A_SECOND)
}

/// Bytes of memory that a process has resident.
pub fn resident_bytes(pid: u32) -> anyhow::Result<f64> {
    let status =
        fs::read_to_string(format!("/proc/{pid}/status")).context("the process has ended")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    Ok(kib.context("no VmRSS")?.trim().parse::<f64>()? * 1_024.0)
}

/// Lets a process, all its threads and those that it starts run on some cores only ("0", "0-1").
pub async fn pin(pid: u32, cores: &str) -> anyhow::Result<()> {
    let done = Command::new("taskset")
        .args([
            "--all-tasks",
            "--cpu-list",
            "--pid",
            cores,
            &pid.to_string(),
        ])
        .output()
        .await
        .context("taskset does not start")?;
    ensure!(
        done.status.success(),
        "taskset: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(())
}
