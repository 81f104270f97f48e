//! Which model answers a message.

use sqlx::PgConnection;

use crate::{
    ModelId,
    error::Error,
    store::{self, ChosenModel},
};

/// The model asked for; else the conversation's while it is offered; else the default.
pub async fn choose_model(
    connection: &mut PgConnection,
    asked: Option<ModelId>,
    current: Option<ModelId>,
) -> Result<ChosenModel, Error> {
    if let Some(id) = asked {
        return store::enabled_model(connection, id)
            .await?
            .ok_or(Error::ModelUnavailable);
    }
    if let Some(id) = current
        && let Some(model) = store::enabled_model(&mut *connection, id).await?
    {
        return Ok(model);
    }
    store::default_model(connection)
        .await?
        .ok_or(Error::NoModel)
}
