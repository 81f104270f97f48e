//! A conversation is shown by windows: more of it is fetched before the reader gets there.

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{articles::Articles, browser, client, exchange::Exchange, log::Way};
use crate::error::AppError;
use crate::language::t;

/// Nearer to an end than this, in pixels beyond what is seen, more is fetched.
const NEAR: i32 = 600;

/// Fetches more where the reader is about to arrive.
pub fn near(exchange: Exchange) {
    let Some(scroller) = exchange.log.0.get_untracked() else {
        return;
    };
    // What could not be fetched is not asked for again and again; and who sends goes to the end.
    if exchange.stuck.get_untracked() || exchange.sending.get_untracked() {
        return;
    }
    let (top, view) = (scroller.scroll_top(), scroller.client_height());
    if top < view.min(NEAR) + NEAR {
        fetch(exchange, Way::Earlier);
    }
    if scroller.scroll_height() - view - top < NEAR {
        fetch(exchange, Way::Later);
    }
}

/// The links do by hand what scrolling does.
pub fn clicked(exchange: Exchange, ev: &ev::MouseEvent) {
    let on = |selector| {
        ev.target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
    };
    for (selector, way) in [(".earlier", Way::Earlier), (".later", Way::Later)] {
        if on(selector) {
            ev.prevent_default();
            exchange.stuck.set(false);
            fetch(exchange, way);
        }
    }
}

fn fetch(exchange: Exchange, way: Way) {
    let (Some(cursor), Some(conversation)) = (
        exchange.log.cursor(way),
        exchange.workspace.current.get_untracked(),
    ) else {
        return;
    };
    if exchange.loading.get_untracked() {
        return;
    }
    exchange.loading.set(true);
    say(exchange, way, t!(common.loading));
    spawn_local(async move {
        let (verb, name, words) = match way {
            Way::Earlier => ("earlier", "before", t!(chat.earlier)),
            Way::Later => ("later", "after", t!(chat.later)),
        };
        let fields = [
            ("conversation_id", &*conversation.to_string()),
            (name, &cursor),
        ];
        let fetched = match client::get(verb, &fields).await {
            Ok(answer) => client::read::<Articles>(&answer),
            Err(error) => Err(error),
        };
        say(exchange, way, words);
        exchange.loading.set(false);
        // Another branch may have been shown in the meantime, or the end asked for.
        let still =
            exchange.log.cursor(way).as_ref() == Some(&cursor) && !exchange.sending.get_untracked();
        match fetched {
            Ok(articles) if still => add(exchange, way, &articles),
            Ok(_) => {}
            Err(error) => {
                exchange.stuck.set(true);
                exchange.tell(error);
            }
        }
    });
}

fn say(exchange: Exchange, way: Way, words: &str) {
    if let Some(link) = exchange.log.more(way) {
        link.set_text_content(Some(words));
    }
}

fn add(exchange: Exchange, way: Way, articles: &Articles) {
    let log = exchange.log;
    log.steadily(|| {
        log.insert(way, &articles.html);
        let further = match way {
            Way::Earlier => &articles.earlier,
            Way::Later => &articles.later,
        };
        log.set_cursor(way, further.as_deref());
        log.trim(way);
    });
    exchange.arrived();
    request_animation_frame(move || near(exchange));
}

/// Shows the end of the branch, wherever the reader is.
pub async fn show_end(exchange: Exchange) -> Result<(), AppError> {
    if let Some(conversation) = exchange
        .workspace
        .current
        .get_untracked()
        .filter(|_| exchange.log.more(Way::Later).is_some())
    {
        let id = conversation.to_string();
        let answer = client::get("latest", &[("conversation_id", &id)]).await?;
        exchange.log.replace(&client::read(&answer)?);
        exchange.arrived();
        browser::show_address(&["/chat/", &id].concat());
    }
    exchange.scroller.to_end();
    Ok(())
}

/// The button that leads to the end.
pub fn jump(exchange: Exchange) {
    let pressed = browser::has_focus(".jump button");
    spawn_local(async move {
        if let Err(error) = show_end(exchange).await {
            exchange.tell(error);
        } else if pressed && !browser::types_by_touch() {
            // The button is gone, and the keyboard must not be left nowhere.
            browser::focus("composer-body");
        }
    });
}
