//! Whether messages reach the site, and what the banner above the composer says while they do not. What
//! could not be sent is sent by itself once it can be, unless it has been changed in the meantime: it
//! keeps its id, so it arrives once.
//!
//! The state is the page's, which has one composer: cells cost the bundle less than signals.

use std::{cell::Cell, time::Duration};

use js_sys::Promise;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlFormElement};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::{browser, client};
use crate::error::{AppError, ErrorKind};
use crate::language::t;

/// The first pause before asking again; each one is twice the one before. In milliseconds.
const FIRST_PAUSE: u32 = 500;
/// No pause is longer. In milliseconds.
const LONGEST_PAUSE: u32 = 5_000;
/// How often a message is sent again by itself before the person has to.
const MOST_TRIES: u32 = 3;
/// Whoever has to wait longer, in seconds, may have gone: their message is then theirs to send.
const LONGEST_WAIT: u32 = 60;

/// What keeps messages from arriving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Nothing.
    None,
    /// The device has no network.
    Offline,
    /// The site does not answer.
    Away,
    /// The session has ended.
    SignedOut,
    /// Too many messages: so many seconds to wait.
    TooMany(u32),
}

thread_local! {
    static TROUBLE: Cell<Trouble> = const { Cell::new(Trouble::None) };
    /// What is typed is what was sent and did not arrive.
    static WAITING: Cell<bool> = const { Cell::new(false) };
    /// How often it has been sent again in vain.
    static TRIES: Cell<u32> = const { Cell::new(0) };
    /// Who asks whether the site is back: the last one to begin.
    static ASKER: Cell<u32> = const { Cell::new(0) };
}

/// Hears from the browser when the network goes and comes.
pub fn watch() {
    browser::listen("offline", Box::new(|_| set(Trouble::Offline)));
    browser::listen("online", Box::new(|_| ask()));
}

/// Whether sending is no use yet.
pub fn is_held() -> bool {
    matches!(TROUBLE.get(), Trouble::TooMany(1..))
}

/// Whether what is typed is what was sent and did not arrive.
pub fn wait(waiting: bool) {
    if WAITING.replace(waiting) != waiting {
        show();
    }
}

/// A message has arrived.
pub fn works() {
    TRIES.set(0);
    WAITING.set(false);
    set(Trouble::None);
}

/// A message has not arrived. Gives the error back when the banner does not say all there is to say.
pub async fn fails(error: AppError) -> Option<AppError> {
    match error.kind {
        ErrorKind::NotSignedIn => set(Trouble::SignedOut),
        ErrorKind::TooMany if error.retry_after.is_some() => {
            let seconds = error.retry_after.unwrap_or_default();
            hold(seconds.max(1), seconds <= LONGEST_WAIT);
        }
        // A site that answers, but not to this: something on the way does not let it pass.
        ErrorKind::Offline if TRIES.get() >= MOST_TRIES => {
            TRIES.set(0);
            set(Trouble::None);
            return Some(error);
        }
        ErrorKind::Offline => begin_to_ask(),
        // It may be away altogether, or lack something that only its operator can mend.
        ErrorKind::Unavailable if !client::is_ready().await => begin_to_ask(),
        _ => return Some(error),
    }
    None
}

fn set(trouble: Trouble) {
    if TROUBLE.replace(trouble) != trouble {
        show();
    }
}

fn send_again() {
    if WAITING.get() {
        TRIES.set(TRIES.get() + 1);
        if let Some(form) = document().get_element_by_id("composer") {
            let _ = form.unchecked_into::<HtmlFormElement>().request_submit();
        }
    }
}

fn begin_to_ask() {
    set(cause());
    ask();
}

/// Asks until the site is back. Whoever asked before leaves it to this one.
fn ask() {
    let me = ASKER.get() + 1;
    ASKER.set(me);
    spawn_local(async move {
        let mut longest = FIRST_PAUSE;
        while !client::is_ready().await {
            set(cause());
            // Half of it by chance: not everybody at once after a restart.
            let milliseconds = f64::from(longest) * (0.5 + js_sys::Math::random() / 2.0);
            pause(milliseconds as i32).await;
            if ASKER.get() != me {
                return;
            }
            longest = (longest * 2).min(LONGEST_PAUSE);
        }
        if matches!(TROUBLE.get(), Trouble::Offline | Trouble::Away) {
            set(Trouble::None);
            send_again();
        }
    });
}

async fn pause(milliseconds: i32) {
    let promise = Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds);
    });
    let _ = JsFuture::from(promise).await;
}

/// Why the site cannot be reached, as far as the browser knows.
fn cause() -> Trouble {
    match window().navigator().on_line() {
        true => Trouble::Away,
        false => Trouble::Offline,
    }
}

/// Counts down, and then sends again if nobody has waited for long.
fn hold(seconds: u32, sends: bool) {
    set(Trouble::TooMany(seconds));
    if seconds == 0 {
        if sends {
            send_again();
        }
        return;
    }
    let tick = move || {
        if TROUBLE.get() == Trouble::TooMany(seconds) {
            hold(seconds - 1, sends);
        }
    };
    set_timeout(tick, Duration::from_secs(1));
}

/// Puts it into the banner.
fn show() {
    let Some(banner) = document().get_element_by_id("banner") else {
        return;
    };
    let trouble = TROUBLE.get();
    let _ = match trouble {
        Trouble::None => banner.remove_attribute("data-tone"),
        Trouble::TooMany(0) => banner.set_attribute("data-tone", "info"),
        _ => banner.set_attribute("data-tone", "warning"),
    };
    if let Trouble::TooMany(seconds @ 1..) = trouble
        && let Some(timer) = banner.first_element_child()
    {
        return timer.set_text_content(Some(&duration(seconds)));
    }
    banner.set_text_content(Some(sentence(trouble, WAITING.get())));
    match trouble {
        Trouble::TooMany(seconds @ 1..) => {
            // Counted apart: not every second is announced.
            let timer = [("role", "timer"), ("aria-live", "off")];
            append(&banner, "span", &timer, &duration(seconds));
        }
        Trouble::SignedOut => {
            let here = window().location().pathname().unwrap_or_default();
            let href = ["/login?next=", &here].concat();
            let link = [("class", "text-button"), ("href", &*href)];
            append(&banner, "a", &link, t!(status.sign_in_again));
        }
        _ => {}
    }
}

fn append(banner: &Element, name: &str, attributes: &[(&str, &str)], text: &str) {
    let Ok(element) = document().create_element(name) else {
        return;
    };
    for (name, value) in attributes {
        let _ = element.set_attribute(name, value);
    }
    element.set_text_content(Some(text));
    let space = document().create_text_node(" ");
    let _ = banner.append_child(&space);
    let _ = banner.append_child(&element);
}

fn sentence(trouble: Trouble, waiting: bool) -> &'static str {
    match (trouble, waiting) {
        (Trouble::None, _) => "",
        (Trouble::Offline, true) => t!(status.offline_waiting),
        (Trouble::Offline, false) => t!(status.offline),
        (Trouble::Away, true) => t!(status.away_waiting),
        (Trouble::Away, false) => t!(status.away),
        (Trouble::SignedOut, _) => t!(status.signed_out),
        (Trouble::TooMany(0), _) => t!(status.send_again),
        (Trouble::TooMany(_), _) => t!(status.too_many),
    }
}

/// How long to wait, in words.
fn duration(seconds: u32) -> String {
    match seconds {
        0..=90 => t!(status.seconds, number = seconds),
        91..=5_400 => t!(status.minutes, number = seconds.div_ceil(60)),
        _ => t!(status.hours, number = seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_wait_is_told_in_the_unit_that_fits() {
        let told = [1, 90, 91, 600, 5_401, 86_400].map(duration);
        assert_eq!(
            told,
            [
                "1 s",
                "90 s",
                "2 minutes",
                "10 minutes",
                "2 hours",
                "24 hours"
            ]
        );
    }
}
