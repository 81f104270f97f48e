use kernel::{Actor, Db};

use crate::{error::Error, store};

/// A model that the configuration offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedModel {
    /// The provider's id.
    pub provider_id: String,
    /// Shown in the picker.
    pub name: String,
    /// Tokens.
    pub context_window: i32,
    /// The built-in demo model.
    pub is_demo: bool,
    /// Answers when another model cannot; at most one is.
    pub is_fallback: bool,
}

/// Sees to it that the models of the configuration can be chosen: one that is not in the table is
/// added, enabled, without prices; one that is there keeps what operators have set. The demo model
/// is offered only while nothing else is. The first becomes the default where there is none.
/// Which model is the fallback of all others is always as the configuration says.
///
/// # Errors
/// [`Error::NotAllowed`] unless an operator or the site itself asks.
#[tracing::instrument(name = "chat.offer_models", skip_all)]
pub async fn offer_models(db: &Db, actor: Actor, models: &[OfferedModel]) -> Result<(), Error> {
    if !actor.is_operator() {
        return Err(Error::NotAllowed);
    }
    let demo = models.iter().any(|m| m.is_demo);
    let mut tx = db.begin().await?;
    // One process at a time: several may start together.
    store::lock_models(&mut tx).await?;
    store::offer_demo(&mut tx, demo).await?;
    for model in models {
        let id = tx.new_id();
        store::add_model(&mut tx, id, model).await?;
    }
    if let Some(first) = models.first() {
        store::default_to(&mut tx, &first.provider_id).await?;
    }
    let fallback = models.iter().find(|m| m.is_fallback);
    store::fall_back_to(&mut tx, fallback.map(|m| m.provider_id.as_str())).await?;
    tx.commit().await?;
    Ok(())
}
