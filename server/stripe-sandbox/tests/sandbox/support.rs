//! A sandbox on a port of its own, and a client of its API.

use std::{net::SocketAddr, path::PathBuf};

use kernel::Clock;
use reqwest::{Client, Response, StatusCode, redirect::Policy};
use serde_json::Value;
use stripe_sandbox::{Options, Sandbox, Webhooks};
use time::macros::datetime;
use tokio::task::JoinHandle;

pub struct Site {
    pub url: String,
    pub clock: Clock,
    client: Client,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

pub fn options() -> Options {
    Options {
        secret_key: "sk_test_sandbox".into(),
        base_url: String::new(),
        webhooks: None,
        file: None,
        production: false,
    }
}

pub async fn start() -> Site {
    start_with(options()).await
}

pub async fn start_keeping(file: PathBuf) -> Site {
    let file = Some(file);
    start_with(Options { file, ..options() }).await
}

pub async fn start_telling(url: String) -> Site {
    let webhooks = Some(Webhooks {
        url,
        secret: "whsec_sandbox".into(),
    });
    start_with(Options {
        webhooks,
        ..options()
    })
    .await
}

async fn start_with(options: Options) -> Site {
    let clock = Clock::fixed(datetime!(2026-01-31 10:00 UTC));
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let started = Sandbox::spawn(options, clock.clone(), here).await;
    let (_, addr, tasks) = started.expect("a sandbox");
    let client = Client::builder().redirect(Policy::none()).build();
    Site {
        url: format!("http://{addr}"),
        clock,
        client: client.expect("a client"),
        tasks,
    }
}

impl Site {
    pub async fn ask(&self, path: &str, form: &str, key: Option<&str>) -> (StatusCode, Value) {
        let mut request = self
            .client
            .post(format!("{}/v1/{path}", self.url))
            .bearer_auth("sk_test_sandbox")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    /// What must go well.
    pub async fn post(&self, path: &str, form: &str) -> Value {
        let (status, body) = self.ask(path, form, None).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }

    pub async fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}/v1/{path}", self.url));
        let answer = request.bearer_auth("sk_test_sandbox").send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }

    pub async fn page(&self, path: &str) -> String {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await;
        answer.expect("an answer").text().await.expect("a page")
    }

    /// Sends a form as the sandbox's own page does, or as another site's.
    pub async fn press(&self, path: &str, site: &str) -> Response {
        let request = self.client.post(format!("{}{path}", self.url));
        let request = request.header("sec-fetch-site", site);
        request.send().await.expect("an answer")
    }

    /// Begins a checkout; gives its session.
    pub async fn checkout(&self, mode: &str) -> Value {
        let customer = self.post("customers", "metadata[user]=1").await;
        let customer = customer["id"].as_str().expect("an id").to_owned();
        self.checkout_of(&customer, mode, 2_000).await
    }

    pub async fn price(&self, recurring: bool, cents: i64) -> Value {
        let interval = if recurring {
            "&recurring[interval]=month"
        } else {
            ""
        };
        let form = format!(
            "currency=usd&unit_amount={cents}&nickname=Plan%20{cents}&product_data[name]=Plan%20{cents}{interval}"
        );
        self.post("prices", &form).await
    }

    pub async fn checkout_of(&self, customer: &str, mode: &str, cents: i64) -> Value {
        let price = self.price(mode == "subscription", cents).await;
        let form = format!(
            "mode={mode}&customer={customer}&line_items[0][price]={}&line_items[0][quantity]=1\
             &success_url=http://site.example/done?s={{CHECKOUT_SESSION_ID}}&metadata[pack]=small",
            price["id"].as_str().expect("an id")
        );
        self.post("checkout/sessions", &form).await
    }

    /// Everything that happened, the oldest first.
    pub async fn events(&self) -> Vec<String> {
        let list = self.get("events?limit=100").await;
        let mut kinds: Vec<String> = list["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|event| event["type"].as_str().expect("a type").to_owned())
            .collect();
        kinds.reverse();
        kinds
    }
}

pub fn id(object: &Value) -> &str {
    object["id"].as_str().expect("an id")
}
