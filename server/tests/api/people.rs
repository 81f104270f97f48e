//! People and their browsers.

use kernel::{Clock, id::Uuid};
use reqwest::{Client, RequestBuilder, Response, header::HeaderMap, redirect::Policy};
use serde_json::Value;

use crate::support::{App, BROWSER, eventually};

pub const PASSWORD: &str = "violet kettle under nine moons";

/// One person's browser: cookies, redirects not followed.
pub struct Browser {
    client: Client,
    base: String,
}

/// A page as it came.
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub headers: HeaderMap,
    pub html: String,
}

impl Page {
    async fn of(response: Response) -> Self {
        let location = response
            .headers()
            .get("location")
            .and_then(|to| to.to_str().ok())
            .map(str::to_owned);
        Self {
            status: response.status().as_u16(),
            location,
            headers: response.headers().clone(),
            html: response.text().await.expect("a text"),
        }
    }

    /// Where it sends to, with 303.
    pub fn sends_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body());
        self.location.as_deref().expect("a place")
    }

    /// Fails unless the page shows the text, with a status that fits.
    pub fn shows(&self, text: &str) -> &Self {
        assert!(
            self.html.contains(text),
            "{text:?} is not in a page with status {}: {}",
            self.status,
            self.body()
        );
        self
    }

    fn body(&self) -> &str {
        self.html
            .split_once("<body")
            .map_or(&self.html, |(_, body)| body)
    }

    /// Fails if the page shows the text.
    pub fn hides(&self, text: &str) -> &Self {
        if let Some(at) = self.html.find(text) {
            let around: String = self.html[..at]
                .chars()
                .rev()
                .take(300)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            panic!("{text:?} comes after: {around}");
        }
        self
    }
}

impl Browser {
    pub fn new(app: &App) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .expect("a client");
        Self {
            client,
            base: app.url(""),
        }
    }

    /// The browser of somebody who has just signed up.
    pub async fn signed_up(app: &App, email: &str) -> Self {
        let browser = Self::new(app);
        let page = browser
            .submit(
                "/signup",
                "/api/fn/auth/sign_up",
                &[("email", email), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(page.sends_to(), "/chat");
        browser
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Page {
        let get = self
            .client
            .get(format!("{}{path}", self.base))
            .header("accept", BROWSER);
        Page::of(get.send().await.expect("an answer")).await
    }

    /// Fetches a file.
    pub async fn fetch(&self, path: &str) -> Response {
        let get = self
            .client
            .get(format!("{}{path}", self.base))
            .header("accept", BROWSER);
        get.send().await.expect("an answer")
    }

    /// Submits a form of `page` without JavaScript.
    pub async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let post = self
            .post(action, fields)
            .header("accept", BROWSER)
            .header("sec-fetch-site", "same-origin");
        let post = post.header("referer", format!("{}{page}", self.base));
        Page::of(post.send().await.expect("an answer")).await
    }

    /// Submits a form whose page tells nobody where it is.
    pub async fn submit_from_nowhere(&self, action: &str, fields: &[(&str, &str)]) -> Page {
        let post = self
            .post(action, fields)
            .header("accept", BROWSER)
            .header("sec-fetch-site", "same-origin");
        Page::of(post.send().await.expect("an answer")).await
    }

    /// Calls a server function as an island does: its status and its answer.
    pub async fn call(&self, action: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let post = self
            .post(action, fields)
            .header("accept", "application/json");
        let response = post.send().await.expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a text");
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    /// Begins to follow an answer.
    pub async fn follow(&self, generation: &str, from: Option<&str>) -> Response {
        let get = self.client.get(format!(
            "{}/chat/generations/{generation}/events",
            self.base
        ));
        let get = if let Some(id) = from {
            get.header("last-event-id", id)
        } else {
            get
        };
        get.header("accept", "text/event-stream")
            .send()
            .await
            .expect("an answer")
    }

    /// Sends a message to begin a conversation.
    pub async fn say(&self, body: &str) -> Sent {
        self.say_in("", body).await
    }

    /// In a conversation; none begins one.
    pub async fn say_in(&self, conversation: &str, body: &str) -> Sent {
        let (id, place) = (fresh_id(), ("conversation_id", conversation));
        let mut fields = vec![("message_id", id.as_str()), ("body", body)];
        fields.extend((!conversation.is_empty()).then_some(place));
        let (status, sent) = self.call("/api/fn/chat/send", &fields).await;
        assert_eq!(status, 200, "{sent}");
        let id = |at: &str| {
            sent.pointer(at)
                .and_then(Value::as_str)
                .unwrap_or_else(|| panic!("{at} in {sent}"))
                .to_owned()
        };
        Sent {
            conversation: id("/conversation_id"),
            message: id("/message/id"),
            answer: id("/answer/id"),
            generation: id("/answer/generation"),
        }
    }

    /// The page of a conversation once its answer has this status.
    pub async fn answered(&self, conversation: &str, status: &str) -> Page {
        let path = format!("/chat/{conversation}");
        let sign = format!("data-role=\"assistant\" data-status=\"{status}\"");
        eventually(&sign, async || self.open(&path).await.html.contains(&sign)).await;
        self.open(&path).await
    }

    fn post(&self, action: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.client
            .post(format!("{}{action}", self.base))
            .form(fields)
    }
}

/// What came of a message.
pub struct Sent {
    pub conversation: String,
    pub message: String,
    pub answer: String,
    pub generation: String,
}

pub fn fresh_id() -> String {
    let id: Uuid = Clock::system().uuid();
    id.to_string()
}
