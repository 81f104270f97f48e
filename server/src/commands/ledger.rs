//! `server ledger`.

use anyhow::{Context, bail};
use kernel::Actor;
use payments::{
    Grant, IdempotencyKey, MicroUsd,
    commands::grant,
    queries::{balance_of, verify_ledger},
};
use users::{Email, queries::by_email};

use super::events::open;
use crate::config::Config;

/// Whom credit is given, how much, and why.
#[derive(Debug, clap::Args)]
pub struct Granted {
    /// The account's email address.
    #[arg(long)]
    email: String,
    /// Dollars, such as 5 or 0.50.
    #[arg(long)]
    dollars: MicroUsd,
    /// Makes it happen once, such as the number of a support ticket.
    #[arg(long)]
    key: String,
}

/// Proves the ledger.
pub(crate) async fn verify(config: Config) -> anyhow::Result<()> {
    let db = open(&config).await?;
    let found = verify_ledger(&db, Actor::System).await?;
    for difference in &found {
        println!("{difference:?}");
    }
    if !found.is_empty() {
        bail!("the ledger is wrong in {} places", found.len());
    }
    println!("the ledger is right");
    Ok(())
}

/// Gives somebody credit that nobody paid for.
pub(crate) async fn give(config: Config, granted: Granted) -> anyhow::Result<()> {
    let db = open(&config).await?;
    let email = Email::parse(&granted.email).context("this is no address")?;
    let user = by_email(&db, &email).await?;
    let user = user.with_context(|| format!("nobody has the address {}", granted.email))?;
    let command = Grant {
        user,
        credit: granted.dollars,
        expires_at: None,
        key: IdempotencyKey::parse(&granted.key).context("--key")?,
    };
    grant(&db, Actor::System, command).await?;
    let balance = balance_of(&db, Actor::System, user).await?;
    println!("{} can be spent now", balance.available);
    Ok(())
}
