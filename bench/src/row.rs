//! One figure: its windows, what it must keep, and how that went.

use serde_json::{Value, json};

use crate::stats::{median, spread};

/// Which side of a bound is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// The figure is to be this or less.
    AtMost(f64),
    /// The figure is to be this or more.
    AtLeast(f64),
}

impl Bound {
    fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtMost(bound) => figure <= bound,
            Self::AtLeast(bound) => figure >= bound,
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::AtMost(bound) | Self::AtLeast(bound) => bound,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(bound) => format!("≤ {}", short(bound)),
            Self::AtLeast(bound) => format!("≥ {}", short(bound)),
        }
    }
}

/// One figure.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub what: String,
    unit: &'static str,
    windows: Vec<f64>,
    limit: Option<Bound>,
    goal: Option<Bound>,
    /// What else there is to know.
    pub note: String,
}

impl Row {
    /// A figure with its value in each window; the median counts.
    pub fn new(what: impl Into<String>, unit: &'static str, windows: Vec<f64>) -> Self {
        Self {
            what: what.into(),
            unit,
            windows,
            limit: None,
            goal: None,
            note: String::new(),
        }
    }

    /// What the figure must keep.
    pub fn limit(mut self, bound: Bound) -> Self {
        self.limit = Some(bound);
        self
    }

    /// What it should reach.
    pub fn goal(mut self, bound: Bound) -> Self {
        self.goal = Some(bound);
        self
    }

    /// What else there is to know.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn figure(&self) -> f64 {
        median(&self.windows)
    }

    fn verdict(&self) -> &'static str {
        let holds = |bound: Option<Bound>| bound.map(|b| b.holds(self.figure()));
        match (holds(self.limit), holds(self.goal)) {
            (Some(false), _) => "FAILS",
            (_, Some(true)) => "goal",
            (Some(true), _) => "ok",
            (None, Some(false)) => "below goal",
            (None, None) => "",
        }
    }

    /// One line for whoever waits.
    pub fn brief(&self) -> String {
        let (least, most) = spread(&self.windows);
        format!(
            "{}: {} {} ({} to {}) {} {}",
            self.what,
            short(self.figure()),
            self.unit,
            short(least),
            short(most),
            self.verdict(),
            self.note
        )
    }

    /// Its line of the table.
    pub fn cells(&self) -> [String; 6] {
        let (least, most) = spread(&self.windows);
        let bound = |bound: Option<Bound>| bound.map(Bound::text).unwrap_or_default();
        [
            self.what.clone(),
            format!("{} {}", short(self.figure()), self.unit),
            format!("{} … {}", short(least), short(most)),
            bound(self.limit),
            bound(self.goal),
            self.verdict().to_owned(),
        ]
    }

    /// All of it, as data.
    pub fn json(&self) -> Value {
        json!({
            "what": self.what,
            "unit": self.unit,
            "median": self.figure(),
            "windows": self.windows,
            "limit": self.limit.map(Bound::number),
            "goal": self.goal.map(Bound::number),
            "limit_kept": self.limit.map(|b| b.holds(self.figure())),
            "goal_reached": self.goal.map(|b| b.holds(self.figure())),
            "note": self.note,
        })
    }
}

/// Three digits that count; no more after the point than needed.
pub fn short(number: f64) -> String {
    let size = number.abs();
    let text = match size {
        s if s >= 100.0 || number == number.trunc() => return format!("{number:.0}"),
        s if s >= 10.0 => format!("{number:.1}"),
        s if s >= 0.095 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_judged() {
        let row = Row::new("x", "ms", vec![1.0, 9.0, 4.0]).limit(Bound::AtMost(5.0));
        assert_eq!(row.verdict(), "ok");
        assert_eq!(row.clone().goal(Bound::AtMost(2.0)).verdict(), "ok");
        assert_eq!(row.clone().goal(Bound::AtMost(4.0)).verdict(), "goal");
        assert_eq!(row.limit(Bound::AtLeast(5.0)).verdict(), "FAILS");
    }

    #[test]
    fn numbers_are_short() {
        let written: Vec<_> = [8000.4, 15.0, 12.34, 0.25, 0.0123, -3.5]
            .map(short)
            .to_vec();
        assert_eq!(written, ["8000", "15", "12.3", "0.25", "0.012", "-3.5"]);
    }
}
