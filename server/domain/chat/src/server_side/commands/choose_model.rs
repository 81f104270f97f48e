use kernel::Tx;

use crate::{
    ModelId,
    error::Error,
    store::{self, ChosenModel},
};

/// The model asked for; else the conversation's while it is offered; else the default.
pub(super) async fn choose_model(
    tx: &mut Tx,
    asked: Option<ModelId>,
    current: Option<ModelId>,
) -> Result<ChosenModel, Error> {
    if let Some(id) = asked {
        return store::enabled_model(tx, id)
            .await?
            .ok_or(Error::ModelUnavailable);
    }
    if let Some(id) = current
        && let Some(model) = store::enabled_model(tx, id).await?
    {
        return Ok(model);
    }
    store::default_model(tx).await?.ok_or(Error::NoModel)
}
