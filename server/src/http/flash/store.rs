//! Refused forms that wait for their page.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use app::flash::Flash;
use axum::http::{HeaderMap, HeaderValue, header};
use tokio::time::Instant;

const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// In bytes, all together: the oldest go when there are more.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// For each form, what it costs to keep beyond its text.
const OVERHEAD: usize = 512;

/// All that wait. Cheap to clone.
#[derive(Clone)]
pub struct Flashes {
    waiting: Arc<Mutex<Waiting>>,
    cookie: &'static str,
    attributes: &'static str,
}

#[derive(Default)]
struct Waiting {
    /// Oldest first.
    forms: VecDeque<Form>,
    bytes: usize,
}

struct Form {
    token: String,
    /// The path of the page, without its query.
    page: String,
    flash: Flash,
    bytes: usize,
    until: Instant,
}

impl Flashes {
    /// None yet. `secure` asks browsers to send the cookie over HTTPS only.
    pub fn new(secure: bool) -> Self {
        let (cookie, attributes) = match secure {
            true => (
                "__Host-flash",
                "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure",
            ),
            false => ("flash", "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"),
        };
        Self {
            waiting: Arc::default(),
            cookie,
            attributes,
        }
    }

    /// The token that a browser brings.
    pub fn token(&self, headers: &HeaderMap) -> Option<String> {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|cookies| cookies.to_str().ok());
        let mut pairs = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let (_, token) = pairs.find(|(name, _)| *name == self.cookie)?;
        let is_token = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
        is_token.then(|| token.to_owned())
    }

    /// Keeps a refused form for the page at `target`; the cookie finds it again. `None` when it
    /// cannot be kept.
    pub fn keep(&self, known: Option<String>, target: &str, flash: Flash) -> Option<HeaderValue> {
        let token = match known {
            Some(token) => token,
            None => fresh_token()?,
        };
        let cookie =
            HeaderValue::from_str(&format!("{}={token}{}", self.cookie, self.attributes)).ok()?;
        let page = target.split('?').next().unwrap_or_default().to_owned();
        let bytes = OVERHEAD
            + flash
                .fields
                .iter()
                .map(|(name, value)| name.len() + value.len())
                .sum::<usize>();
        let mut waiting = self.waiting();
        waiting.retain(|form| form.token != token || form.page != page);
        waiting.push(Form {
            token,
            page,
            flash,
            bytes,
            until: Instant::now() + LIFETIME,
        });
        Some(cookie)
    }

    /// What waits for this browser's view of `page`.
    pub fn find(&self, token: &str, page: &str) -> Option<Flash> {
        let mut waiting = self.waiting();
        let now = Instant::now();
        waiting.retain(|form| form.until > now);
        waiting
            .forms
            .iter()
            .find(|form| form.token == token && form.page == page)
            .map(|form| form.flash.clone())
    }

    /// It has been shown.
    pub fn forget(&self, token: &str, page: &str) {
        self.waiting()
            .retain(|form| form.token != token || form.page != page);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn push(&mut self, form: Form) {
        self.bytes += form.bytes;
        self.forms.push_back(form);
        while self.bytes > MAX_BYTES {
            let Some(oldest) = self.forms.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes;
        }
    }

    fn retain(&mut self, keep: impl Fn(&Form) -> bool) {
        self.forms.retain(|form| {
            let kept = keep(form);
            if !kept {
                self.bytes -= form.bytes;
            }
            kept
        });
    }
}

/// 128 bits that nobody can guess: behind them is what a person typed.
fn fresh_token() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use app::error::{AppError, ErrorKind};

    use super::*;

    fn flash(text: &str) -> Flash {
        Flash {
            action: "/api/fn/chat/send".to_owned(),
            error: AppError::new(ErrorKind::Invalid, "Write a message first."),
            fields: [("body".to_owned(), text.to_owned())].into(),
        }
    }

    fn cookies(set: &HeaderValue) -> HeaderMap {
        let pair = set
            .to_str()
            .expect("text")
            .split(';')
            .next()
            .expect("a pair")
            .to_owned();
        HeaderMap::from_iter([(
            header::COOKIE,
            HeaderValue::from_str(&pair).expect("a header"),
        )])
    }

    #[tokio::test(start_paused = true)]
    async fn a_form_waits_for_its_page_and_for_ten_minutes() {
        let flashes = Flashes::new(true);
        let cookie = flashes
            .keep(None, "/chat/1?after=2", flash("hello"))
            .expect("a cookie");
        let token = flashes.token(&cookies(&cookie)).expect("a token");
        assert!(flashes.find(&token, "/login").is_none());
        assert!(
            flashes
                .find(&token, "/chat/1")
                .is_some_and(|flash| flash.field("body") == "hello")
        );
        tokio::time::advance(LIFETIME).await;
        assert!(flashes.find(&token, "/chat/1").is_none());
    }

    #[test]
    fn what_has_been_shown_is_gone() {
        let flashes = Flashes::new(false);
        let cookie = flashes
            .keep(None, "/chat", flash("hello"))
            .expect("a cookie");
        let token = flashes.token(&cookies(&cookie)).expect("a token");
        flashes.forget(&token, "/chat");
        assert!(flashes.find(&token, "/chat").is_none());
        assert_eq!(flashes.waiting().bytes, 0);
    }

    #[test]
    fn the_oldest_make_room() {
        let flashes = Flashes::new(false);
        let large = "x".repeat(1024 * 1024);
        for i in 0..40 {
            flashes.keep(Some(format!("{i:032x}")), "/chat", flash(&large));
        }
        assert!(flashes.find(&format!("{:032x}", 0), "/chat").is_none());
        assert!(flashes.find(&format!("{:032x}", 39), "/chat").is_some());
        assert!(flashes.waiting().bytes <= MAX_BYTES);
    }
}
