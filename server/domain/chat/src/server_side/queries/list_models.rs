use kernel::{Actor, Db};

use crate::{ModelId, ModelView, error::Error};

/// The models that a person can choose, the default first.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "chat.list_models", skip_all)]
pub async fn list_models(db: &Db, actor: Actor) -> Result<Vec<ModelView>, Error> {
    actor.person()?;
    let models = sqlx::query_as!(
        ModelView,
        r#"select id as "id: ModelId", name, is_demo, is_default
           from models where enabled order by is_default desc, name, id"#,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(models)
}
