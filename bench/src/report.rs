//! The figures: a table for people, JSON for programs.

use std::{fs, path::Path};

use anyhow::Context;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{options::Options, row::Row};

/// All figures of a run.
pub struct Report {
    head: Value,
    rows: Vec<Row>,
}

impl Report {
    /// A report without figures.
    pub fn new(machine: Value, options: &Options) -> Self {
        let head = json!({
            "machine": machine,
            "revision": options.revision,
            "windows": options.windows(),
            "quick": options.quick,
        });
        Self {
            head,
            rows: Vec::new(),
        }
    }

    /// Adds a figure.
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Prints the table, and writes it and the JSON into a folder: under the time of now, and as
    /// `latest`.
    pub async fn write(mut self, folder: &Path) -> anyhow::Result<()> {
        let now = Command::new("date")
            .args(["-u", "+%Y-%m-%dT%H%M%SZ"])
            .output()
            .await?;
        let now = String::from_utf8(now.stdout)?.trim().to_owned();
        self.head["at"] = json!(now);
        self.head["figures"] = self.rows.iter().map(Row::json).collect();
        let data = format!("{:#}\n", self.head);
        let table = self.table();
        for name in [now.as_str(), "latest"] {
            fs::write(folder.join(format!("{name}.json")), &data)
                .context("the report cannot be written")?;
            fs::write(folder.join(format!("{name}.md")), &table)?;
        }
        println!("{table}");
        Ok(())
    }

    /// As Markdown that can be read as it is.
    fn table(&self) -> String {
        let head = ["what", "median", "windows", "limit", "goal", "verdict"].map(str::to_owned);
        let mut lines = vec![head];
        lines.extend(self.rows.iter().map(Row::cells));
        let widths: Vec<usize> = (0..6)
            .map(|i| {
                lines
                    .iter()
                    .map(|cells| cells[i].chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let write = |cells: &[String; 6]| {
            let padded: Vec<String> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            format!("| {} |\n", padded.join(" | "))
        };
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        let mut table = format!("{}| {} |\n", write(&lines[0]), rule.join(" | "));
        table.extend(lines[1..].iter().map(write));
        for row in self.rows.iter().filter(|row| !row.note.is_empty()) {
            table.push_str(&format!("\n- {}: {}.", row.what, row.note));
        }
        table.push('\n');
        table
    }
}
