//! What is measured, and for how long.

use std::{path::PathBuf, time::Duration};

use clap::Parser;

use crate::lines::Line;

/// Measures a release build. `scripts/bench.sh` sets what comes from the environment.
#[derive(Debug, Clone, Parser)]
#[command(name = "bench", version)]
pub struct Options {
    /// Measure these lines only.
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<Line>,
    /// Tiny windows and few people: whether everything works, not how fast it is.
    #[arg(long)]
    pub quick: bool,
    /// Windows of each measurement; medians are taken over them.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    windows: u32,
    /// Every window so many times as long.
    #[arg(long, default_value_t = 1.0)]
    stretch: f64,
    /// The server to measure.
    #[arg(long, env = "BENCH_SERVER")]
    pub server: PathBuf,
    /// The program that has the demo model, the paced upstream.
    #[arg(long, env = "BENCH_UPSTREAM")]
    pub upstream: PathBuf,
    /// The files that the server serves.
    #[arg(long, env = "BENCH_SITE")]
    pub site: PathBuf,
    /// Where reports and logs go.
    #[arg(long, env = "BENCH_OUT")]
    pub out: PathBuf,
    /// What was built, for the report.
    #[arg(long, env = "BENCH_REVISION", default_value = "unknown")]
    pub revision: String,
    /// The process id of Postgres' first process, for pinning it.
    #[arg(long, env = "BENCH_POSTMASTER")]
    pub postmaster: Option<u32>,
}

impl Options {
    /// The lines to measure, in the order of the table.
    pub fn lines(&self) -> Vec<Line> {
        let wanted = |line: &Line| self.only.is_empty() || self.only.contains(line);
        Line::all().iter().copied().filter(wanted).collect()
    }

    /// How many windows.
    pub fn windows(&self) -> u32 {
        if self.quick { 1 } else { self.windows }
    }

    /// A window of so many seconds; a second when in a hurry.
    pub fn window(&self, seconds: f64) -> Duration {
        let seconds = if self.quick {
            1.0
        } else {
            seconds * self.stretch
        };
        Duration::from_secs_f64(seconds)
    }

    /// So many people or messages; a tenth when in a hurry.
    pub fn many(&self, count: usize) -> usize {
        if self.quick {
            count.div_ceil(10)
        } else {
            count
        }
    }
}
