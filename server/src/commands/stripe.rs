//! `server stripe`.

use anyhow::{Context, bail};
use kernel::Actor;
use payments::{
    MicroUsd, PaymentReference,
    billing::commands::{OrderRefund, order_refund, reconcile},
};
use stripe_client::Stripe;
use time::Duration;

use super::events::open;
use crate::config::{Config, Selling};

/// How far back.
#[derive(Debug, clap::Args)]
pub struct Back {
    /// Of so many days.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
}

/// What money goes back for.
#[derive(Debug, clap::Args)]
pub struct Refunded {
    /// The payment, as `server stripe` and the ledger name it.
    #[arg(long)]
    payment: String,
    /// Dollars, in whole cents.
    #[arg(long)]
    dollars: MicroUsd,
}

/// Compares Stripe with the ledger, repairs what can be, and lists each difference. Fails when one is left.
pub(crate) async fn compare(config: Config, back: Back) -> anyhow::Result<()> {
    let Selling::Stripe(options) = &config.selling else {
        bail!("STRIPE_SECRET_KEY is not set; the sandbox is compared by the site that runs it");
    };
    let db = open(&config).await?;
    let since = db.now() - Duration::days(back.days.into());
    let found = reconcile(&db, &Stripe::new(options)?, Actor::System, since).await?;
    for difference in &found {
        let end = if difference.is_repaired {
            "repaired"
        } else {
            "to be looked at"
        };
        println!("{:?}  {}  {end}", difference.kind, difference.id);
    }
    let left = found
        .iter()
        .filter(|difference| !difference.is_repaired)
        .count();
    if left > 0 {
        bail!("{left} of {} differences are left", found.len());
    }
    println!("{} differences, all repaired", found.len());
    Ok(())
}

/// Takes credit that is left and gives the money for it back; the site pays it by a job.
pub(crate) async fn refund(config: Config, refunded: Refunded) -> anyhow::Result<()> {
    let db = open(&config).await?;
    let command = OrderRefund {
        id: db.clock().uuid(),
        payment: PaymentReference::parse(&refunded.payment).context("--payment")?,
        money: refunded.dollars,
    };
    order_refund(&db, Actor::System, command).await?;
    println!("{} go back", refunded.dollars);
    Ok(())
}
