//! Keys that are pressed at once, as a text: `Mod+Shift+O`, `Alt+ArrowUp`, `?`.
//!
//! `Mod` is Command on a Mac and Control elsewhere. A letter goes by what the layout types, a sign
//! by the sign: `?` is `?` wherever it stands on the keyboard.

use js_sys::JsString;
use leptos::ev::KeyboardEvent;
use leptos::prelude::window;

use crate::language::t;

/// The modifiers in their order.
const MODIFIERS: [&str; 5] = ["Mod+", "Ctrl+", "Meta+", "Alt+", "Shift+"];

/// Keys that do nothing by themselves.
const NO_KEYS: [&str; 10] = [
    "",
    "Shift",
    "Control",
    "Alt",
    "Meta",
    "AltGraph",
    "CapsLock",
    "Dead",
    "Process",
    "Unidentified",
];

/// What a keyboard event says of its keys (UI Events, section 5.4).
#[derive(Debug, Clone, Copy, Default)]
pub struct Pressed<'a> {
    /// What is typed; a letter as a capital.
    pub key: &'a str,
    /// Whether that is a letter.
    pub is_letter: bool,
    /// Where the key is, named as on a US keyboard.
    pub code: &'a str,
    /// Held: Control, Meta (Command), Alt (Option) and Shift.
    pub held: [bool; 4],
}

/// The chord of a keyboard event; `None` while only modifiers are held.
pub fn of(ev: &KeyboardEvent) -> Option<String> {
    // AltGr types signs; some systems say that it is Control and Alt.
    let types = ev.get_modifier_state("AltGraph");
    let mut key = ev.key();
    let mut is_letter = false;
    if single(&key).is_some() {
        // By JavaScript: the bundle has no tables of capitals.
        let (capital, small) = (JsString::from(&*key), JsString::from(&*key));
        let capital = capital.to_upper_case();
        is_letter = capital != small.to_lower_case();
        key = String::from(capital);
    }
    let pressed = Pressed {
        key: &key,
        is_letter,
        code: &ev.code(),
        held: [
            ev.ctrl_key() && !types,
            ev.meta_key(),
            ev.alt_key() && !types,
            ev.shift_key(),
        ],
    };
    chord(pressed, is_mac())
}

/// Whether the keyboard is a Mac's.
pub fn is_mac() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// The chord of what is pressed.
pub fn chord(pressed: Pressed<'_>, mac: bool) -> Option<String> {
    let Pressed {
        key,
        mut is_letter,
        code,
        held,
    } = pressed;
    let [ctrl, meta, alt, shift] = held;
    let name = match single(key) {
        // With Option or another script, a letter's key types something else.
        Some(c) if !c.is_ascii() && (ctrl || meta || alt) => match code.strip_prefix("Key") {
            Some(letter) => {
                is_letter = true;
                letter
            }
            None => code.strip_prefix("Digit").unwrap_or(key),
        },
        Some(' ') => "Space",
        Some(_) => key,
        None if NO_KEYS.contains(&key) => return None,
        None => key,
    };
    // A sign already tells whether Shift is held.
    let shift = shift && (is_letter || single(name).is_none());
    let held = [
        if mac { meta } else { ctrl },
        mac && ctrl,
        !mac && meta,
        alt,
        shift,
    ];
    let held = MODIFIERS.into_iter().zip(held);
    let mut chord: String = held
        .filter_map(|(name, held)| held.then_some(name))
        .collect();
    chord.push_str(name);
    Some(chord)
}

fn single(key: &str) -> Option<char> {
    let mut chars = key.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// The modifiers of a chord, and its key.
fn parts(chord: &str) -> (Vec<&'static str>, &str) {
    let (mut held, mut key) = (Vec::new(), chord);
    for modifier in MODIFIERS {
        if let Some(rest) = key.strip_prefix(modifier).filter(|rest| !rest.is_empty()) {
            held.push(modifier);
            key = rest;
        }
    }
    (held, key)
}

/// Whether a chord writes or moves in a field: it does nothing else while somebody types.
pub fn types(chord: &str) -> bool {
    let (held, key) = parts(chord);
    !held.iter().any(|modifier| *modifier != "Shift+") && key != "Escape" && !is_function_key(key)
}

fn is_function_key(key: &str) -> bool {
    key.strip_prefix('F')
        .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Why a chord cannot be a shortcut.
pub fn refusal(chord: &str) -> Option<&'static str> {
    let (held, key) = parts(chord);
    let plain = types(chord);
    if plain && single(key).is_none() {
        return Some(t!(shortcuts.needed_to_write));
    }
    let edits = matches!(key, "A" | "C" | "V" | "X" | "Z") && held == ["Mod+"];
    edits.then(|| t!(shortcuts.needed_to_edit))
}

/// A chord as keyboards label it.
pub fn shown(chord: &str, mac: bool) -> String {
    let (held, key) = parts(chord);
    let mut shown = String::new();
    for modifier in held {
        let sign = match (modifier, mac) {
            ("Mod+", true) => "\u{2318}",
            ("Ctrl+", true) => "\u{2303}",
            ("Alt+", true) => "\u{2325}",
            ("Shift+", true) => "\u{21e7}",
            ("Mod+" | "Ctrl+", false) => t!(shortcuts.ctrl),
            ("Shift+", false) => t!(shortcuts.shift),
            (other, _) => other.trim_end_matches('+'),
        };
        shown.push_str(sign);
        if !mac {
            shown.push('+');
        }
    }
    shown.push_str(match key {
        "ArrowUp" => "\u{2191}",
        "ArrowDown" => "\u{2193}",
        "ArrowLeft" => "\u{2190}",
        "ArrowRight" => "\u{2192}",
        "Escape" => "Esc",
        "Space" => t!(shortcuts.space),
        key => key,
    });
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(key: &'static str, code: &'static str, held: [bool; 4], mac: bool) -> String {
        let is_letter = key.chars().all(char::is_alphabetic) && single(key).is_some();
        let capital = key.to_uppercase();
        let key = if is_letter { &capital } else { key };
        let pressed = Pressed {
            key,
            is_letter,
            code,
            held,
        };
        chord(pressed, mac).unwrap_or_default()
    }

    const CTRL: [bool; 4] = [true, false, false, false];
    const META: [bool; 4] = [false, true, false, false];
    const ALT: [bool; 4] = [false, false, true, false];
    const SHIFT: [bool; 4] = [false, false, false, true];

    #[test]
    fn the_same_chord_is_command_on_a_mac_and_control_elsewhere() {
        assert_eq!(pressed("k", "KeyK", CTRL, false), "Mod+K");
        assert_eq!(pressed("k", "KeyK", META, true), "Mod+K");
        assert_eq!(pressed("k", "KeyK", CTRL, true), "Ctrl+K");
        assert_eq!(pressed("k", "KeyK", META, false), "Meta+K");
        assert_eq!(
            pressed("O", "KeyO", [true, false, false, true], false),
            "Mod+Shift+O"
        );
    }

    #[test]
    fn a_letter_is_found_in_another_script_and_under_option() {
        assert_eq!(pressed("\u{43b}", "KeyK", CTRL, false), "Mod+K");
        assert_eq!(pressed("\u{2da}", "KeyK", ALT, true), "Alt+K");
        assert_eq!(pressed("\u{43b}", "KeyK", [false; 4], false), "\u{41b}");
    }

    #[test]
    fn a_sign_is_the_sign_wherever_it_stands() {
        assert_eq!(pressed("?", "Slash", SHIFT, false), "?");
        assert_eq!(pressed("?", "Minus", SHIFT, false), "?");
        assert_eq!(
            pressed("+", "Equal", [true, false, false, true], false),
            "Mod++"
        );
        assert_eq!(
            pressed("ArrowUp", "ArrowUp", [false, false, true, true], false),
            "Alt+Shift+ArrowUp"
        );
        assert_eq!(pressed(" ", "Space", CTRL, false), "Mod+Space");
    }

    #[test]
    fn modifiers_alone_are_no_chord() {
        for key in ["Shift", "Control", "Meta", "Dead", ""] {
            assert_eq!(
                chord(
                    Pressed {
                        key,
                        ..Pressed::default()
                    },
                    false
                ),
                None
            );
        }
    }

    #[test]
    fn what_writes_or_moves_waits_while_somebody_types() {
        for chord in ["?", "K", "Shift+K", "ArrowUp", "Shift+Enter", "+"] {
            assert!(types(chord), "{chord}");
        }
        for chord in [
            "Mod+K",
            "Alt+ArrowUp",
            "Escape",
            "Shift+Escape",
            "F2",
            "Mod++",
        ] {
            assert!(!types(chord), "{chord}");
        }
    }

    #[test]
    fn what_everybody_needs_cannot_be_taken() {
        for chord in [
            "Enter",
            "Tab",
            "Shift+Tab",
            "Space",
            "ArrowUp",
            "Mod+C",
            "Mod+V",
        ] {
            assert!(refusal(chord).is_some(), "{chord}");
        }
        for chord in [
            "?",
            "N",
            "Mod+K",
            "Mod+Shift+C",
            "Mod+Enter",
            "Escape",
            "F2",
        ] {
            assert_eq!(refusal(chord), None, "{chord}");
        }
    }

    #[test]
    fn a_chord_is_shown_as_the_keyboard_labels_it() {
        for (chord, here, mac) in [
            ("Mod+Shift+O", "Ctrl+Shift+O", "\u{2318}\u{21e7}O"),
            ("Alt+ArrowUp", "Alt+\u{2191}", "\u{2325}\u{2191}"),
            ("Mod++", "Ctrl++", "\u{2318}+"),
            ("?", "?", "?"),
            ("+", "+", "+"),
        ] {
            assert_eq!(
                (shown(chord, false), shown(chord, true)),
                (here.to_owned(), mac.to_owned())
            );
        }
    }
}
