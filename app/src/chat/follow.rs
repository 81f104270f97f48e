//! Follows an answer that is being written, by Server-Sent Events.
//!
//! The server sends finished blocks once and the open one again as it grows; each event's id is
//! the position to come back to. A lost connection is tried again for as long as the page is open,
//! with growing pauses, and at once when the network or the reader comes back.
//!
//! What arrives is shown once a frame, however fast it comes, and not for longer nor more often than
//! leaves the page time for its reader.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use ::chat::StreamStep;
use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys::{Element, EventSource, MessageEvent, RequestInit, Response};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::language::t;
use wasm_bindgen_futures::JsFuture;

use super::{reader_first, step};

/// The first pause before trying again; each one is twice the one before. In milliseconds.
const FIRST_PAUSE: u32 = 250;
/// No pause is longer. In milliseconds.
const LONGEST_PAUSE: u32 = 30_000;
/// A connection that is back by then was never missed.
const MISSED_AFTER: Duration = Duration::from_secs(2);

/// Shows what has arrived for at most so long at a time, in milliseconds; the rest waits for the
/// next frame.
const AT_A_TIME: f64 = 8.0;
/// On a device that takes longer to show it, the reader has the page for so many times as long before
/// the next time.
const REST: f64 = 2.0;
/// A page that is not seen draws no frames; then what has arrived is shown this often.
const UNSEEN: Duration = Duration::from_millis(500);

/// How an event that is an open block begins, and one that is the end: as serde writes them.
const OPEN: &str = r#"{"kind":"open""#;
const END: &str = r#"{"kind":"end""#;

type OnShown = Box<dyn Fn(&[StreamStep])>;
type OnMessage = Closure<dyn FnMut(MessageEvent)>;
type OnEvent = Closure<dyn FnMut()>;

/// A connection, and what it calls: kept for as long as it may.
type Source = (EventSource, OnMessage, [OnEvent; 2]);

/// One answer being followed.
struct Following {
    article: Element,
    generation: String,
    /// Bytes of the answer's text that the page shows.
    position: RefCell<String>,
    /// Tries in a row that came to nothing.
    failed: Cell<u32>,
    /// Steps as they were sent, not shown yet.
    arrived: RefCell<VecDeque<String>>,
    /// They will be.
    due: Cell<bool>,
    /// Not before so many milliseconds.
    rest: Cell<f64>,
    /// When something was last shown, in milliseconds since 1970.
    shown: Cell<f64>,
    on_shown: OnShown,
    source: RefCell<Option<Source>>,
    /// Until the next try.
    pause: Cell<Option<TimeoutHandle>>,
    /// Wake it up; until its end.
    listeners: RefCell<Vec<WindowListenerHandle>>,
    ended: Cell<bool>,
    /// A sentence about the connection stands below the answer.
    said: Cell<bool>,
}

/// Follows the answer in `article` to its end. `on_shown` is told which steps have just been shown.
pub fn follow(article: Element, on_shown: impl Fn(&[StreamStep]) + 'static) {
    let attribute = |name| article.get_attribute(name).unwrap_or_default();
    let following = Rc::new(Following {
        generation: attribute("data-generation"),
        position: RefCell::new(attribute("data-position")),
        failed: Cell::new(0),
        article,
        arrived: RefCell::default(),
        due: Cell::new(false),
        rest: Cell::new(0.0),
        shown: Cell::new(0.0),
        on_shown: Box::new(on_shown),
        source: RefCell::new(None),
        pause: Cell::new(None),
        listeners: RefCell::new(Vec::new()),
        ended: Cell::new(false),
        said: Cell::new(false),
    });
    let (online, visible) = (following.clone(), following.clone());
    following.listeners.replace(vec![
        // A connection of the network before may look open for minutes.
        window_event_listener(ev::online, move |_| {
            online.close();
            online.connect();
        }),
        window_event_listener(ev::visibilitychange, move |_| {
            if visible.source.borrow().is_none() {
                visible.connect();
            }
        }),
    ]);
    following.connect();
}

impl Following {
    fn url(&self) -> String {
        let position = self.position.borrow();
        [
            "/chat/generations/",
            &self.generation,
            "/events?from=",
            &position,
        ]
        .concat()
    }

    fn connect(self: &Rc<Self>) {
        if let Some(pause) = self.pause.take() {
            pause.clear();
        }
        if self.ended.get() {
            return;
        }
        let Ok(source) = EventSource::new(&self.url()) else {
            return;
        };
        let this = self.clone();
        let on_message: OnMessage = Closure::new(move |event: MessageEvent| this.receive(&event));
        let this = self.clone();
        let on_open: OnEvent = Closure::new(move || this.opened());
        let this = self.clone();
        let on_error: OnEvent = Closure::new(move || this.lost());
        let _ =
            source.add_event_listener_with_callback("step", on_message.as_ref().unchecked_ref());
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        self.source
            .replace(Some((source, on_message, [on_open, on_error])));
    }

    fn opened(&self) {
        self.failed.set(0);
        if self.said.replace(false) {
            step::say(&self.article, "");
        }
    }

    fn receive(self: &Rc<Self>, event: &MessageEvent) {
        self.position.replace(event.last_event_id());
        let Some(data) = event.data().as_string() else {
            return;
        };
        if data.starts_with(END) {
            self.end();
        }
        let mut arrived = self.arrived.borrow_mut();
        // Between two states of one open block there is nothing else to be shown.
        if data.starts_with(OPEN) && arrived.back().is_some_and(|last| last.starts_with(OPEN)) {
            arrived.pop_back();
        }
        arrived.push_back(data);
        drop(arrived);
        self.show_soon();
    }

    fn show_soon(self: &Rc<Self>) {
        if self.due.replace(true) {
            return;
        }
        let this = self.clone();
        let show = move || this.show();
        let rest = self.rest.get();
        if document().hidden() {
            set_timeout(show, UNSEEN);
        } else if rest > AT_A_TIME * REST {
            set_timeout(
                move || request_animation_frame(show),
                Duration::from_millis(rest as u64),
            );
        } else {
            request_animation_frame(show);
        }
    }

    fn show(self: &Rc<Self>) {
        self.due.set(false);
        let begun = js_sys::Date::now();
        if reader_first::gives_way(begun, self.shown.get()) {
            self.rest.set(reader_first::GIVES_WAY);
            return self.show_soon();
        }
        self.shown.set(begun);
        let mut shown = Vec::new();
        while js_sys::Date::now() - begun < AT_A_TIME {
            let Some(data) = self.arrived.borrow_mut().pop_front() else {
                break;
            };
            // An unknown step comes from a newer server: a reload will show what it means.
            if let Ok(step) = leptos::serde_json::from_str(&data) {
                step::show(&self.article, &step);
                shown.push(step);
            }
        }
        (self.on_shown)(&shown);
        self.rest.set((js_sys::Date::now() - begun) * REST);
        if !self.arrived.borrow().is_empty() {
            self.show_soon();
        }
    }

    /// The closures of the source are dropped later: one of them is running.
    fn close(&self) {
        if let Some(parts) = self.source.take() {
            parts.0.close();
            set_timeout(move || drop(parts), Duration::ZERO);
        }
    }

    fn end(&self) {
        self.ended.set(true);
        self.close();
        for listener in self.listeners.take() {
            listener.remove();
        }
    }

    /// The browser would try again by itself, but not in every case and never in a hurry.
    fn lost(self: &Rc<Self>) {
        let refused = self
            .source
            .borrow()
            .as_ref()
            .is_some_and(|source| source.0.ready_state() == EventSource::CLOSED);
        self.close();
        let failed = self.failed.replace(self.failed.get() + 1);
        if failed == 0 {
            let this = self.clone();
            set_timeout(move || this.miss(), MISSED_AFTER);
        }
        if refused {
            spawn_local(self.clone().ask_why());
        } else {
            self.wait();
        }
    }

    fn miss(&self) {
        if self.failed.get() > 0 && !self.ended.get() && !self.said.replace(true) {
            step::say(&self.article, t!(common.reconnecting));
        }
    }

    /// Tries again after a pause, half of it by chance: not everybody at once after a restart.
    fn wait(self: &Rc<Self>) {
        let doublings = self.failed.get().saturating_sub(1).min(10);
        let longest = f64::from((FIRST_PAUSE << doublings).min(LONGEST_PAUSE));
        let pause = longest * (0.5 + js_sys::Math::random() / 2.0);
        let this = self.clone();
        let timer = set_timeout_with_handle(
            move || {
                this.pause.take();
                if this.source.borrow().is_none() {
                    this.connect();
                }
            },
            Duration::from_millis(pause as u64),
        );
        self.pause.set(timer.ok());
    }

    /// An event source does not tell the status of an answer that is no stream.
    async fn ask_why(self: Rc<Self>) {
        match status(&self.url()).await {
            // Whoever signs in elsewhere and comes back to this page finds it going on.
            Some(401) => {
                self.said.set(true);
                step::say_signed_out(&self.article);
            }
            Some(404) => {
                self.end();
                step::say(&self.article, t!(status.answer_gone));
            }
            _ => self.wait(),
        }
    }
}

/// The HTTP status at `url`, without the body.
async fn status(url: &str) -> Option<u16> {
    let request = RequestInit::new();
    request.set_method("HEAD");
    let answer = JsFuture::from(window().fetch_with_str_and_init(url, &request))
        .await
        .ok()?;
    Some(answer.unchecked_into::<Response>().status())
}
