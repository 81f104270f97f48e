//! The tokens, read from the style sheet that defines them: none can be forgotten here.

use leptos::prelude::*;

use super::frame::{Both, Chapter};

const TOKENS: &str = include_str!("../../../../style/tokens.css");

/// The names of colours that do not begin with `--color-`.
const COLOURS: [&str; 8] = [
    "--muted",
    "--raised",
    "--hairline",
    "--edge",
    "--edge-strong",
    "--hover",
    "--pressed",
    "--primary-hover",
];

/// Every token and its value where it is first said.
fn all() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for line in TOKENS.lines() {
        let declarations = line.split(';').filter_map(|part| {
            let from = part.find("--")?;
            part[from..].split_once(": ")
        });
        for (name, value) in declarations {
            let is_name = name.bytes().all(|b| b == b'-' || b.is_ascii_alphanumeric());
            if is_name && !found.iter().any(|(known, _)| *known == name) {
                found.push((name, value.trim()));
            }
        }
    }
    found
}

fn is_colour(name: &str) -> bool {
    name.starts_with("--color-") || COLOURS.contains(&name)
}

/// How a token is shown: the class of the specimen, its look and its text.
fn specimen(name: &str) -> (&'static str, String, &'static str) {
    let by = |property: &str| format!("{property}: var({name})");
    let words = "A quiet place";
    match name.trim_start_matches('-').split('-').next() {
        Some("text") => ("guide-words", by("font-size"), words),
        Some("font") => ("guide-words", by("font-family"), words),
        Some("weight") => ("guide-words", by("font-weight"), words),
        Some("leading") => (
            "guide-words",
            by("line-height"),
            "Lines of text, one below the other.",
        ),
        Some("space" | "gutter" | "size") => ("guide-bar", by("width"), ""),
        Some("line" | "measure" | "page") => {
            ("guide-bar", format!("width: min(100%, var({name}))"), "")
        }
        Some("radius") => ("guide-box", by("border-radius"), ""),
        Some("shadow") => ("guide-box", by("box-shadow"), ""),
        Some("quick" | "slow") => ("guide-moves", by("transition-duration"), ""),
        Some("ease") => ("guide-moves", by("transition-timing-function"), ""),
        Some("underline") => (
            "guide-words",
            by("text-decoration: underline; text-decoration-color"),
            words,
        ),
        _ => ("", String::new(), ""),
    }
}

/// Type, spacing, radius, shadow and motion.
#[component]
pub(super) fn Tokens() -> impl IntoView {
    let rows = all()
        .into_iter()
        .filter(|(name, _)| !is_colour(name))
        .map(|(name, value)| {
            let (class, look, words) = specimen(name);
            view! {
                <tr>
                    <th scope="row"><code>{name}</code></th>
                    <td class="guide-value">{value}</td>
                    <td><span class=class data-look=look>{words}</span></td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Chapter id="tokens">
            <p>"Read from style/tokens.css. What moves does so when it is pointed at."</p>
            <table class="guide-tokens"><tbody>{rows}</tbody></table>
        </Chapter>
    }
}

/// The colours of both themes.
#[component]
pub(super) fn Colours() -> impl IntoView {
    view! {
        <Chapter id="colours">
            <Both name="Each, and what is written on it">
                <ul class="guide-swatches">{swatches()}</ul>
            </Both>
        </Chapter>
    }
}

fn swatches() -> Vec<impl IntoView> {
    let colours = all();
    let exists = |name: &str| colours.iter().any(|(known, _)| *known == name);
    colours
        .iter()
        .filter(|(name, _)| is_colour(name) && !name.ends_with("-content"))
        .map(|(name, _)| {
            let content = format!("{name}-content");
            let content = exists(&content).then(|| format!("; color: var({content})"));
            let look = format!("background: var({name}){}", content.unwrap_or_default());
            // These stand behind something else, or are text themselves.
            let words = if COLOURS.contains(name) { "" } else { "Aa" };
            view! { <li><span data-look=look>{words}</span><code>{name.trim_start_matches("--")}</code></li> }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_of_the_style_sheet_is_shown() {
        let names: Vec<&str> = all().into_iter().map(|(name, _)| name).collect();
        for name in [
            "--color-base-100",
            "--text-sm",
            "--space-1",
            "--radius-sheet",
            "--quick",
            "--shadow-floating",
            "--gutter",
        ] {
            assert!(names.contains(&name), "{name} is missing from {names:?}");
        }
        let declared = TOKENS
            .lines()
            .filter(|line| line.trim_start().starts_with("--"))
            .count();
        assert!(names.len() * 2 > declared, "{} of {declared}", names.len());
    }
}
