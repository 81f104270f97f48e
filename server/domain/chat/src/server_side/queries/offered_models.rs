use kernel::{Actor, Db};

use crate::{ModelId, error::Error};

/// The models that people can choose, with the provider's ids.
///
/// # Errors
/// [`Error::NotAllowed`] unless an operator or the site itself asks.
#[tracing::instrument(name = "chat.offered_models", skip_all)]
pub async fn offered_models(db: &Db, actor: Actor) -> Result<Vec<(ModelId, String)>, Error> {
    if !actor.is_operator() {
        return Err(Error::NotAllowed);
    }
    let rows = sqlx::query!(
        r#"select id as "id: ModelId", provider_id from models where enabled order by created_at, id"#
    );
    let rows = rows.fetch_all(db.pool()).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.provider_id))
        .collect())
}
