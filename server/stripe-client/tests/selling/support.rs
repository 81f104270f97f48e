//! What the tests share: a site with a sandbox of its own.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{extract::State, http::Uri};
use kernel::{
    Actor, Clock, Db, Role, UserId,
    id::Uuid,
    jobs::{self, Outcome},
};
use payments::{
    BeginCheckout, Error, MicroUsd, Offer, OfferKind, PaymentReference,
    billing::{
        DunningMail, EndGrace, PayRefund, ProcessWebhook,
        commands::{
            Difference, NotTaken, begin_checkout, end_grace, pay_refund, process_webhook,
            receive_webhook, reconcile, set_offers,
        },
    },
    queries::{balance_of, verify_ledger},
};
use reqwest::redirect::Policy;
use serde_json::Value;
use sqlx::PgPool;
use stripe_client::Stripe;
use stripe_sandbox::Sandbox;
use time::{Duration, OffsetDateTime, macros::datetime};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

pub const START: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
const KEY: &str = "sk_test_sandbox";
const SECRET: &str = "whsec_sandbox";

pub struct Site {
    pub db: Db,
    pub stripe: Stripe,
    url: String,
    http: reqwest::Client,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// A site whose sandbox tells nobody: the test delivers events itself.
pub async fn site(pool: PgPool) -> Site {
    let clock = Clock::fixed(START);
    let options = stripe_sandbox::Options {
        secret_key: KEY.into(),
        base_url: String::new(),
        webhooks: None,
        file: None,
        production: false,
    };
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let started = Sandbox::spawn(options, clock.clone(), here).await;
    let (_, addr, tasks) = started.expect("a sandbox");
    let url = format!("http://{addr}");
    let http = reqwest::Client::builder().redirect(Policy::none()).build();
    let db = Db::new(pool, clock);
    let offers = [
        ("pack-5", OfferKind::Pack, 5, 5),
        ("pack-20", OfferKind::Pack, 20, 20),
        ("pack-50", OfferKind::Pack, 50, 55),
        ("plus", OfferKind::Plan, 10, 12),
        ("pro", OfferKind::Plan, 30, 40),
    ]
    .map(|(code, kind, price, credit)| Offer {
        code: code.to_owned(),
        kind,
        name: code.to_owned(),
        price: MicroUsd(price * 1_000_000),
        credit: MicroUsd(credit * 1_000_000),
        days: (kind == OfferKind::Pack).then_some(365),
    });
    set_offers(&db, Actor::System, &offers)
        .await
        .expect("offers");
    Site {
        db,
        stripe: client_at(url.clone()),
        url,
        http: http.expect("a client"),
        tasks,
    }
}

pub fn id(s: &str) -> PaymentReference {
    PaymentReference::parse(s).expect("an id")
}

impl Site {
    pub async fn somebody(&self) -> (UserId, Actor) {
        let user = self.db.clock().uuid();
        sqlx::query(
            "insert into users (id, email, display_name, role, created_at)
             values ($1, $1::text || '@example.org', 'Somebody', 'user', $2)",
        )
        .bind(user)
        .bind(self.db.now())
        .execute(self.db.pool())
        .await
        .expect("a user");
        let (user, role) = (UserId(user), Role::User);
        (user, Actor::Person { user, role })
    }

    pub fn command(&self, offer: &str) -> BeginCheckout {
        BeginCheckout {
            id: self.db.clock().uuid(),
            offer: offer.to_owned(),
            success_url: "http://site.example/done?s={CHECKOUT_SESSION_ID}".to_owned(),
            cancel_url: "http://site.example/billing".to_owned(),
        }
    }

    /// Begins a checkout; gives the address of its page.
    pub async fn begin(&self, actor: Actor, offer: &str) -> Result<String, Error> {
        begin_checkout(&self.db, &self.stripe, actor, self.command(offer)).await
    }

    /// Begins a checkout and presses "Pay"; gives the session's id. Nothing is told to the site.
    pub async fn pay(&self, actor: Actor, offer: &str) -> String {
        let page = self.begin(actor, offer).await.expect("begun");
        self.press(&format!("{page}/pay")).await;
        page.rsplit('/').next().expect("an id").to_owned()
    }

    /// As a person does on the sandbox's page.
    pub async fn press(&self, url: &str) {
        let request = self.http.post(url).header("sec-fetch-site", "same-origin");
        let status = request.send().await.expect("an answer").status();
        assert!(status.is_redirection(), "{url}: {status}");
    }

    pub async fn api(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/v1/{path}", self.url));
        let answer = request.bearer_auth(KEY).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// What only the world outside does: time, cards, banks.
    pub async fn world(&self, path: &str, form: &str) -> Value {
        let request = self
            .http
            .post(format!("{}/v1/{path}", self.url))
            .bearer_auth(KEY);
        let form = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        let answer = form.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    pub async fn advance_to(&self, at: OffsetDateTime) {
        let form = format!("frozen_time={}", at.unix_timestamp());
        self.world("test_helpers/test_clocks/sandbox/advance", &form)
            .await;
    }

    pub async fn customer(&self, user: UserId) -> String {
        let customer =
            sqlx::query_scalar("select customer from stripe_customers where user_id = $1");
        customer
            .bind(user)
            .fetch_one(self.db.pool())
            .await
            .expect("a customer")
    }

    pub async fn card(&self, user: UserId, pays: bool) {
        let path = format!("test_helpers/customers/{}/card", self.customer(user).await);
        self.world(&path, &format!("pays={pays}")).await;
    }

    /// All that has happened at the provider, the oldest first.
    pub async fn events(&self) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.api(&format!("events?limit=100{after}")).await;
            let events = page["data"].as_array().expect("a list").clone();
            if let Some(last) = events.last() {
                after = format!("&starting_after={}", last["id"].as_str().expect("an id"));
            }
            all.extend(events);
            if page["has_more"] == false {
                all.reverse();
                return all;
            }
        }
    }

    /// Delivers an event, signed.
    pub async fn deliver(&self, event: &Value) -> Result<(), NotTaken> {
        let body = event.to_string();
        let at = self.db.now().unix_timestamp();
        let signature = stripe_sandbox::signature(&body, &SECRET.into(), at);
        receive_webhook(&self.db, &self.stripe, &body, &signature).await
    }

    /// Delivers all that has happened, and runs what is queued.
    pub async fn tell_all(&self) {
        for event in self.events().await {
            self.deliver(&event).await.expect("taken");
        }
        self.work().await;
    }

    /// Runs the jobs of selling that are due.
    pub async fn work(&self) -> usize {
        use kernel::Job;
        let kinds = [ProcessWebhook::KIND, EndGrace::KIND, PayRefund::KIND];
        let mut count = 0;
        loop {
            let claimed = jobs::claim(&self.db, &kinds, Duration::minutes(1), 100).await;
            let claimed = claimed.expect("the queue");
            if claimed.is_empty() {
                return count;
            }
            for job in claimed {
                let (db, stripe, site) = (&self.db, &self.stripe, Actor::System);
                if let Some(one) = job.decode::<ProcessWebhook>().expect("its data") {
                    process_webhook(db, stripe, site, &one)
                        .await
                        .expect("processed");
                }
                if let Some(one) = job.decode::<EndGrace>().expect("its data") {
                    end_grace(db, stripe, site, &one).await.expect("ended");
                }
                if let Some(one) = job.decode::<PayRefund>().expect("its data") {
                    pay_refund(db, stripe, site, &one).await.expect("paid");
                }
                jobs::end(db, &job, Outcome::Done, None)
                    .await
                    .expect("noted");
                count += 1;
            }
        }
    }

    /// The mails about unpaid renewals that are queued.
    pub async fn dunning(&self) -> Vec<DunningMail> {
        use kernel::Job;
        let claimed = jobs::claim(&self.db, &[DunningMail::KIND], Duration::minutes(1), 100).await;
        let mut mails = Vec::new();
        for job in claimed.expect("the queue") {
            mails.push(job.decode().expect("its data").expect("its kind"));
            jobs::end(&self.db, &job, Outcome::Done, None)
                .await
                .expect("noted");
        }
        mails
    }

    pub async fn credit(&self, user: UserId) -> i64 {
        let view = balance_of(&self.db, Actor::System, user).await;
        view.expect("a balance").available.0
    }

    pub async fn reconcile(&self) -> Vec<Difference> {
        let since = START - Duration::days(1);
        let found = reconcile(&self.db, &self.stripe, Actor::System, since).await;
        found.expect("reconciled")
    }

    /// That the ledger proves itself, and agrees with the provider.
    pub async fn is_right(&self) {
        let proof = verify_ledger(&self.db, Actor::System)
            .await
            .expect("a proof");
        assert!(proof.is_empty(), "{proof:?}");
        assert_eq!(self.reconcile().await, []);
    }
}

/// A client of a provider that nobody can reach.
pub fn unreachable() -> Stripe {
    client_at("http://127.0.0.1:1".to_owned())
}

fn client_at(url: String) -> Stripe {
    let options = stripe_client::Options {
        secret_key: KEY.into(),
        webhook_secret: SECRET.into(),
        api_base: Some(url),
    };
    Stripe::new(&options).expect("a client")
}

/// A way to the sandbox on which the first answer about a subscription is held back.
#[derive(Clone, Default)]
pub struct SlowWay {
    to: String,
    seen: Arc<AtomicUsize>,
    /// Told once there is an answer that is held back.
    pub held: Arc<Notify>,
    /// Lets it go on.
    pub release: Arc<Notify>,
}

impl SlowWay {
    pub async fn open(site: &Site) -> (Self, Stripe) {
        let way = Self {
            to: site.url.clone(),
            ..Self::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let router = axum::Router::new()
            .fallback(pass_on)
            .with_state(way.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (way, client_at(format!("http://{addr}")))
    }
}

/// Passes a question on; the answer is what it was when it was asked.
async fn pass_on(State(way): State<SlowWay>, uri: Uri) -> String {
    let asked = reqwest::Client::new().get(format!("{}{uri}", way.to));
    let answer = asked.bearer_auth(KEY).send().await.expect("an answer");
    let answer = answer.text().await.expect("a text");
    let is_subscription = uri.path().starts_with("/v1/subscriptions/");
    if is_subscription && way.seen.fetch_add(1, Ordering::SeqCst) == 0 {
        way.held.notify_one();
        way.release.notified().await;
    }
    answer
}

pub fn uuid(site: &Site) -> Uuid {
    site.db.clock().uuid()
}
