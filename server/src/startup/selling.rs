//! Who takes people's money, by the configuration.

use std::{net::SocketAddr, sync::Arc};

use app::state;
use kernel::Clock;
use stripe_client::Stripe;
use stripe_sandbox::{Sandbox, Webhooks};

use crate::{
    config::{Config, Selling},
    http::stripe_webhooks::PATH,
};

/// Where Stripe's pages are.
const STRIPE: &str = "https://checkout.stripe.com https://billing.stripe.com";

/// The payment provider; the sandbox is started on a port of its own and reached like any other. `None` where
/// nothing is sold.
pub(super) async fn selling(
    config: &Config,
    site_url: &str,
    listens: SocketAddr,
) -> anyhow::Result<Option<state::Selling>> {
    let (options, pages) = match &config.selling {
        Selling::Off => {
            tracing::info!("neither STRIPE_SECRET_KEY nor STRIPE_SANDBOX is set: nothing is sold");
            return Ok(None);
        }
        Selling::Stripe(options) => (options.clone(), STRIPE.to_owned()),
        Selling::Sandbox(file) => {
            let clock = Clock::system();
            let secret = format!("whsec_{}", clock.uuid().simple());
            let mut here = listens;
            if here.ip().is_unspecified() {
                here.set_ip([127, 0, 0, 1].into());
            }
            let options = stripe_sandbox::Options {
                secret_key: "sk_test_sandbox".into(),
                base_url: String::new(),
                webhooks: Some(Webhooks {
                    url: format!("http://{here}{PATH}"),
                    secret: secret.as_str().into(),
                }),
                file: Some(file.clone()),
                production: config.environment.is_production(),
            };
            let secret_key = options.secret_key.clone();
            let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
            let (_, addr, _) = Sandbox::spawn(options, clock, any_port).await?;
            let address = format!("http://{addr}");
            tracing::info!(%address, "payments are played in the sandbox: no money moves");
            let options = stripe_client::Options {
                secret_key,
                webhook_secret: secret.into(),
                api_base: Some(address.clone()),
            };
            (options, address)
        }
    };
    Ok(Some(state::Selling {
        provider: Arc::new(Stripe::new(&options)?),
        site_url: site_url.into(),
        pages: pages.into(),
    }))
}
