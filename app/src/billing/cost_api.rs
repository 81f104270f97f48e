//! What a message would cost and what an answer did cost: asked for by a script of the chat page, which shows
//! the words as they come. On the server only: no island calls these.

use ::chat::queries::{CostEstimate, UnsentMessage, answer_cost, estimate_message};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use super::{
    answer_cost::summary,
    money::{rounded_down, rounded_up},
};
use crate::{
    error::AppError,
    language::t,
    server::{app_state, parse_id, parse_optional_id},
    session,
};

/// Words about a message that is being written; empty where there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimated {
    /// What it will cost, about.
    pub likely: String,
    /// What it will cost at most.
    pub most: String,
    /// That little credit is left, or not enough.
    pub credit: String,
    /// Whether it is not enough.
    pub short: bool,
}

/// Estimates the message that is being written.
#[server(prefix = "/api/fn", endpoint = "chat/estimate")]
pub async fn estimate(
    conversation_id: Option<String>,
    model_id: Option<String>,
    body: String,
) -> Result<Estimated, AppError> {
    let actor = session::actor().await?;
    let message = UnsentMessage {
        conversation_id: parse_optional_id(conversation_id)?,
        model_id: parse_optional_id(model_id)?,
        text: body,
    };
    let estimate = estimate_message(&app_state()?.chat, actor, message).await?;
    Ok(estimate.map(words).unwrap_or_default())
}

fn words(estimate: CostEstimate) -> Estimated {
    let CostEstimate {
        likely,
        most,
        available,
    } = estimate;
    let short = available < most;
    let credit = match short {
        true => t!(billing.estimate_short, amount = rounded_down(available)),
        false if available < ::payments::LOW => {
            t!(billing.estimate_low, amount = rounded_down(available))
        }
        false => String::new(),
    };
    Estimated {
        likely: t!(billing.estimate_likely, amount = rounded_up(likely)),
        most: t!(billing.estimate_most, amount = rounded_up(most)),
        credit,
        short,
    }
}

/// The tokens and the cost of an answer, in words; empty where nothing is noted of it.
#[server(prefix = "/api/fn", endpoint = "chat/cost", input = GetUrl)]
pub async fn cost(message_id: String) -> Result<String, AppError> {
    let actor = session::actor().await?;
    let cost = answer_cost(&app_state()?.db, actor, parse_id(&message_id)?).await?;
    Ok(cost.usage.as_ref().map(summary).unwrap_or_default())
}
