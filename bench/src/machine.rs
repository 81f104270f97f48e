//! The machine, for the report.

use std::{fs, thread::available_parallelism};

use serde_json::{Value, json};

/// What the figures depend on.
pub fn describe() -> Value {
    json!({
        "processor": of_file("/proc/cpuinfo", "model name"),
        "cores": cores(),
        "memory": of_file("/proc/meminfo", "MemTotal"),
        "kernel": word_of_file("/proc/sys/kernel/osrelease", 0),
        "load_before": word_of_file("/proc/loadavg", 0),
    })
}

/// How many cores there are.
pub fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

fn of_file(path: &str, key: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key));
    let value = line.and_then(|line| line.split_once(':'));
    value
        .map_or("unknown", |(_, value)| value.trim())
        .to_owned()
}

fn word_of_file(path: &str, n: usize) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace()
        .nth(n)
        .unwrap_or("unknown")
        .to_owned()
}
