//! The messages in the page: `<article>`s that the server has rendered, between the ways to
//! earlier and to later ones.

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};
use leptos::{html, prelude::*};

use crate::language::t;

use super::articles::Articles;

/// More articles than this are not kept in the page; those far from the reader go.
const MOST: u32 = 300;

/// Where a window of messages goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the beginning.
    Earlier,
    /// Towards the end.
    Later,
}

impl Way {
    const fn link(self) -> &'static str {
        match self {
            Self::Earlier => ".earlier",
            Self::Later => ".later",
        }
    }

    /// The query that continues at `id`, without JavaScript.
    pub fn href(self, id: &str) -> String {
        let name = match self {
            Self::Earlier => "?before=",
            Self::Later => "?later=",
        };
        [name, id].concat()
    }
}

/// The log inside of the element that scrolls.
#[derive(Clone, Copy)]
pub struct Log(pub NodeRef<html::Div>);

impl Log {
    /// What matches `selector` in the log.
    pub fn find(self, selector: &str) -> Option<Element> {
        self.0
            .get_untracked()?
            .query_selector(selector)
            .ok()
            .flatten()
    }

    /// All articles, oldest first, without what is being sent.
    pub fn articles(self) -> Vec<Element> {
        let Some(log) = self.find(".log") else {
            return Vec::new();
        };
        let children = log.children();
        (0..children.length())
            .filter_map(|at| children.item(at))
            .filter(|child| child.tag_name() == "ARTICLE" && !child.has_attribute("data-pending"))
            .collect()
    }

    /// The article of a message.
    pub fn article(self, id: &str) -> Option<Element> {
        document().get_element_by_id(&["m-", id].concat())
    }

    /// The message that is shown last.
    pub fn last(self) -> Option<String> {
        self.articles().last().map(id_of)
    }

    /// The link to more messages that way, while there are more.
    pub fn more(self, way: Way) -> Option<Element> {
        self.find(way.link())
            .filter(|link| !link.has_attribute("hidden"))
    }

    /// Where the messages go on that way.
    pub fn cursor(self, way: Way) -> Option<String> {
        let href = self.more(way)?.get_attribute("href")?;
        href.split_once('=').map(|(_, id)| id.to_owned())
    }

    /// Says where the messages go on that way; `None` when they do not.
    pub fn set_cursor(self, way: Way, id: Option<&str>) {
        let Some(link) = self.find(way.link()) else {
            return;
        };
        let _ = link.toggle_attribute_with_force("hidden", id.is_none());
        if let Some(id) = id {
            let _ = link.set_attribute("href", &way.href(id));
        }
    }

    /// Puts articles before the first or after the last.
    pub fn insert(self, way: Way, html: &str) {
        let position = match way {
            Way::Earlier => "afterend",
            Way::Later => "beforebegin",
        };
        if let Some(link) = self.find(way.link()) {
            let _ = link.insert_adjacent_html(position, html);
        }
    }

    /// Shows `articles` from `article` on, in the place of what was there.
    pub fn replace_from(self, article: &Element, articles: &Articles) {
        let all = self.articles();
        let from = all.iter().position(|a| a == article).unwrap_or(all.len());
        let had_room = self.find("[data-room]").is_some();
        for old in &all[from..] {
            old.remove();
        }
        self.insert(Way::Later, &articles.html);
        self.set_cursor(Way::Later, articles.later.as_deref());
        if had_room {
            self.leave_room();
        }
    }

    /// Shows `articles` and nothing else.
    pub fn replace(self, articles: &Articles) {
        for old in self.articles() {
            old.remove();
        }
        self.insert(Way::Later, &articles.html);
        self.set_cursor(Way::Earlier, articles.earlier.as_deref());
        self.set_cursor(Way::Later, articles.later.as_deref());
    }

    /// Shows what is being sent below everything else, until it is [settled](Self::settle).
    pub fn pend(self, text: &str) -> Option<Element> {
        let article = document().create_element("article").ok()?;
        let _ = article.set_attribute("data-role", "user");
        let _ = article.set_attribute("data-pending", "");
        let _ = article.set_attribute("aria-label", t!(chat.you));
        let said = document().create_element("div").ok()?;
        said.set_class_name("text");
        let _ = said.set_attribute("dir", "auto");
        said.set_text_content(Some(text));
        article.append_child(&said).ok()?;
        let log = self.find(".log")?;
        let _ = log.set_attribute("data-sending", "");
        log.append_child(&article).ok()?;
        self.give_room(&article, &article);
        Some(article)
    }

    /// What was being sent has arrived, or has not.
    pub fn settle(self, pending: Option<Element>, arrived: bool) {
        if let Some(pending) = pending {
            pending.remove();
        }
        if let Some(log) = self.find(".log") {
            let articles = self.articles();
            let empty = !arrived && articles.is_empty();
            let _ = log.toggle_attribute_with_force("data-empty", empty);
            // They have been laid out, so the browser knows their size.
            for article in articles {
                let _ = article.set_attribute("data-laid-out", "");
            }
            let _ = log.remove_attribute("data-sending");
        }
    }

    /// Leaves room below the last question for its answer, so much that the question can stand at the
    /// top of the view before there is any answer.
    pub fn leave_room(self) {
        if let [.., question, answer] = &*self.articles()
            && question.get_attribute("data-role").as_deref() == Some("user")
        {
            self.give_room(question, answer);
        }
    }

    fn give_room(self, question: &Element, below: &Element) {
        if let Some(old) = self.find("[data-room]") {
            let _ = old.remove_attribute("data-room");
        }
        let height = question.get_bounding_client_rect().height();
        if let Some(below) = below.dyn_ref::<HtmlElement>() {
            // How much room that leaves is the style's business.
            let _ = HtmlElement::style(below).set_property("--question", &format!("{height}px"));
            let _ = below.set_attribute("data-room", "");
        }
        self.measure_room();
    }

    /// Tells the style how high the view is. A size container would tell it by itself, and make the
    /// browser lay the whole log out anew with each word of an answer.
    pub fn measure_room(self) {
        if let Some(room) = self.find("[data-room]")
            && let Some(scroller) = self.0.get_untracked()
        {
            let height = format!("{}px", scroller.client_height());
            let _ = HtmlElement::style(room.unchecked_ref()).set_property("--view", &height);
        }
    }

    /// Lets go of the articles farthest away from the end that has just grown. They are fetched
    /// again when the reader comes back. One that is being written or edited stays.
    pub fn trim(self, grown: Way) {
        let mut all = self.articles();
        if grown == Way::Later {
            all.reverse();
        }
        let mut left = all.len();
        while left > MOST as usize {
            let Some(last) = all.pop() else { break };
            if last
                .matches("[data-status=streaming], [data-editing], [data-pending]")
                .unwrap_or(true)
            {
                break;
            }
            last.remove();
            left -= 1;
            let (way, edge) = match grown {
                Way::Earlier => (Way::Later, all.last()),
                Way::Later => (Way::Earlier, all.last()),
            };
            self.set_cursor(way, edge.map(id_of).as_deref());
        }
    }

    /// Changes the log without moving what is being read.
    pub fn steadily(self, change: impl FnOnce()) {
        let Some(scroller) = self.0.get_untracked() else {
            return change();
        };
        let edge = top_of(&scroller);
        let read = self
            .articles()
            .into_iter()
            .find(|article| article.get_bounding_client_rect().bottom() > edge);
        self.steady(read.as_ref(), move || {
            change();
            None
        });
    }

    /// Changes the log so that `read`, or what `change` puts in its place, stays where it is.
    pub fn steady(self, read: Option<&Element>, change: impl FnOnce() -> Option<Element>) {
        let Some(scroller) = self.0.get_untracked() else {
            return;
        };
        let before = read.map(top_of);
        // Browsers that keep it steady by themselves would do it a second time.
        let style = HtmlElement::style(&scroller);
        let _ = style.set_property("overflow-anchor", "none");
        let replaced = change();
        if let (Some(before), Some(read)) = (before, replaced.as_ref().or(read)) {
            let moved = (top_of(read) - before).round() as i32;
            scroller.set_scroll_top(scroller.scroll_top() + moved);
        }
        request_animation_frame(move || {
            let _ = style.remove_property("overflow-anchor");
        });
    }
}

/// The message that an article shows.
pub fn id_of(article: &Element) -> String {
    article.id().trim_start_matches("m-").to_owned()
}

fn top_of(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// Moves the keyboard to an element that is no field.
pub fn focus_on(element: &Element) {
    let _ = element.set_attribute("tabindex", "-1");
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
