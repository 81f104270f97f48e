//! A chart of bars as SVG, drawn by `plotters` on the server.
//!
//! It writes colours as attributes, which would be the same in light and dark: so it draws in colours that only
//! stand for parts of the chart, and these become classes, whose colours are in the style sheet. What it shows
//! stands in a table beside it, too; a reader that reads out is told its name only.

use std::error::Error;

use leptos::prelude::*;
use plotters::prelude::*;
use time::Date;

use crate::language::day_of_year;

/// How many series have a colour of their own: as many as can be told apart.
pub const SERIES: usize = 6;
/// In the units of the picture, which is as wide as the page has room.
const SIZE: (u32, u32) = (720, 260);
/// Part of the room of a day that its bar takes, on each side of the middle.
const HALF: f64 = 0.38;

const WORDS: RGBColor = RGBColor(0, 0, 0xFE);
const LINES: RGBColor = RGBColor(0, 0, 0xFD);

/// What is drawn: bars of days, stacked.
pub struct Bars {
    /// From left to right.
    pub days: Vec<Date>,
    /// From bottom to top, at most [`SERIES`]; each with a value for each day.
    pub series: Vec<Vec<i64>>,
    /// Writes a value at the side.
    pub label: fn(i64) -> String,
}

/// The chart; nothing when there is nothing to draw.
#[component]
pub fn Chart(
    /// What is drawn.
    bars: Bars,
    /// What it is, for whoever does not see it.
    name: String,
) -> impl IntoView {
    let svg = match svg(&bars) {
        Ok(svg) => svg,
        Err(error) => {
            tracing::warn!(%error, "a chart could not be drawn");
            None
        }
    };
    svg.map(|svg| view! { <div class="chart" role="img" aria-label=name inner_html=svg></div> })
}

/// The colour that stands for a series, and the class that it becomes.
fn series(number: usize) -> (RGBColor, String) {
    let number = number.min(SERIES - 1) + 1;
    let colour = u8::try_from(number).map_or(RGBColor(0, 0, 1), |blue| RGBColor(0, 0, blue));
    (colour, format!("series-{number}"))
}

fn svg(bars: &Bars) -> Result<Option<String>, Box<dyn Error>> {
    let of_day = |place: usize| {
        bars.series
            .iter()
            .filter_map(move |values| values.get(place))
    };
    let totals = (0..bars.days.len()).map(|place| of_day(place).sum::<i64>());
    let Some(highest) = totals.max().filter(|highest| *highest > 0) else {
        return Ok(None);
    };
    let mut svg = String::new();
    draw(bars, highest, &mut svg)?;
    svg = svg
        .replace(&format!("fill=\"{}\"", hex(WORDS)), "class=\"words\"")
        .replace(&format!("stroke=\"{}\"", hex(LINES)), "class=\"line\"");
    for (colour, class) in (0..SERIES).map(series) {
        svg = svg.replace(
            &format!("fill=\"{}\"", hex(colour)),
            &format!("class=\"{class}\""),
        );
    }
    Ok(Some(svg))
}

fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

// Floats are places in a picture here, and nothing is counted by them.
fn draw(bars: &Bars, highest: i64, svg: &mut String) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let last = bars.days.len() as f64 - 0.5;
    let mut chart = ChartBuilder::on(&area)
        .margin_top(12)
        .margin_right(8)
        .x_label_area_size(40)
        .y_label_area_size(104)
        .build_cartesian_2d(-0.5..last, 0.0..highest as f64 * 1.04)?;
    let day = |place: &f64| {
        // Between two days there is none.
        let is_day = place.fract() == 0.0 && *place >= 0.0;
        let day = is_day.then(|| bars.days.get(*place as usize)).flatten();
        day.map_or_else(String::new, |day| day_of_year(*day))
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(6)
        .y_labels(4)
        .bold_line_style(LINES)
        .axis_style(LINES)
        .x_label_formatter(&day)
        .y_label_formatter(&|value| (bars.label)(value.round() as i64))
        .label_style(("sans-serif", 13).into_font().color(&WORDS))
        .draw()?;
    let mut below = vec![0i64; bars.days.len()];
    for (number, values) in bars.series.iter().enumerate() {
        let (colour, _) = series(number);
        let bar = |((place, value), base): ((usize, &i64), &mut i64)| {
            let (middle, from) = (place as f64, *base as f64);
            *base += value;
            let corners = [(middle - HALF, from), (middle + HALF, *base as f64)];
            (*value > 0).then(|| Rectangle::new(corners, colour.filled()))
        };
        let drawn = values.iter().enumerate().zip(&mut below).filter_map(bar);
        chart.draw_series(drawn.collect::<Vec<_>>())?;
    }
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn bars(series: Vec<Vec<i64>>) -> Bars {
        Bars {
            days: super::super::range::Range {
                from: date!(2026 - 03 - 01),
                to: date!(2026 - 03 - 07),
            }
            .each()
            .collect(),
            series,
            label: |value| format!("{value} kg"),
        }
    }

    #[test]
    fn every_value_is_a_bar_in_its_series() {
        let drawn = bars(vec![vec![1, 0, 3, 0, 0, 0, 2], vec![0, 5, 1, 0, 0, 0, 0]]);
        let svg = svg(&drawn).expect("drawn").expect("something");
        assert_eq!(svg.matches("class=\"series-1\"").count(), 3);
        assert_eq!(svg.matches("class=\"series-2\"").count(), 2);
        assert!(
            svg.contains("1 Mar") && svg.contains("7 Mar") && svg.contains("4 kg"),
            "{svg}"
        );
    }

    #[test]
    fn a_chart_has_no_colour_style_or_script_of_its_own() {
        let many = vec![vec![1; 7]; SERIES + 2];
        let svg = svg(&bars(many)).expect("drawn").expect("something");
        for foreign in ["#0", "style", "<script", "href"] {
            assert!(!svg.contains(foreign), "{foreign} in {svg}");
        }
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(svg(&bars(vec![vec![0; 7]])).expect("no fault"), None);
        assert_eq!(svg(&bars(Vec::new())).expect("no fault"), None);
    }

    #[test]
    fn the_largest_and_the_longest_can_be_drawn() {
        let range = super::super::range::Range::latest(date!(2026 - 03 - 01), 366);
        let drawn = Bars {
            days: range.each().collect(),
            series: vec![vec![i64::MAX / 400; 366]],
            label: |value| value.to_string(),
        };
        assert!(svg(&drawn).expect("drawn").is_some());
    }
}
