//! The server functions of buying, for plain forms. On the server only: no island calls them.

use ::payments::{BeginCheckout, billing::commands};
use kernel::{Actor, Db};
use leptos::prelude::*;

use crate::{
    error::{AppError, ErrorKind},
    language::t,
    server::{app_state, leave_for, parse_id, see_other},
    session,
    state::Selling,
};

/// Begins to buy a pack or a plan, and sends on to the page of the payment provider. `checkout_id` is the page's
/// choice: a form that is sent twice begins one checkout.
#[server(prefix = "/api/fn", endpoint = "payments/buy")]
pub async fn buy(checkout_id: String, offer: String) -> Result<(), AppError> {
    let (db, actor, selling) = seller().await?;
    let site = &selling.site_url;
    let command = BeginCheckout {
        id: parse_id(&checkout_id)?,
        offer,
        success_url: format!("{site}/billing?session={{CHECKOUT_SESSION_ID}}"),
        cancel_url: format!("{site}/billing#buy"),
    };
    let url = commands::begin_checkout(&db, &*selling.provider, actor, command).await?;
    leave_for(&url);
    Ok(())
}

/// Opens the payment provider's page with the person's invoices and cards.
#[server(prefix = "/api/fn", endpoint = "payments/portal")]
pub async fn portal() -> Result<(), AppError> {
    let (db, actor, selling) = seller().await?;
    let back = format!("{}/billing", selling.site_url);
    let url = commands::open_portal(&db, &*selling.provider, actor, &back).await?;
    leave_for(&url);
    Ok(())
}

/// Changes the person's plan to another one.
#[server(prefix = "/api/fn", endpoint = "payments/change_plan")]
pub async fn change_plan(offer: String) -> Result<(), AppError> {
    let (db, actor, selling) = seller().await?;
    commands::change_plan(&db, &*selling.provider, actor, &offer).await?;
    see_other("/billing?saved=plan#plan");
    Ok(())
}

/// Ends the person's plan with its period, or, with `cancel=false`, has it go on.
#[server(prefix = "/api/fn", endpoint = "payments/cancel_plan")]
pub async fn cancel_plan(cancel: bool) -> Result<(), AppError> {
    let (db, actor, selling) = seller().await?;
    commands::cancel_plan(&db, &*selling.provider, actor, cancel).await?;
    see_other("/billing?saved=plan#plan");
    Ok(())
}

async fn seller() -> Result<(Db, Actor, Selling), AppError> {
    let actor = session::actor().await?;
    actor.person()?;
    let state = app_state()?;
    let nothing = || AppError::new(ErrorKind::NotFound, t!(billing.nothing_sold));
    Ok((state.db, actor, state.selling.ok_or_else(nothing)?))
}
