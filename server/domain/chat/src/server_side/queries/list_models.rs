use kernel::{Actor, Db};
use sqlx::PgConnection;

use crate::{ModelId, ModelView, error::Error};

/// The models that a person can choose, the default first.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "chat.list_models", skip_all)]
pub async fn list_models(db: &Db, actor: Actor) -> Result<Vec<ModelView>, Error> {
    actor.person()?;
    list_models_in(&mut *db.pool().acquire().await?, actor).await
}

/// The same by `connection`.
pub async fn list_models_in(
    connection: &mut PgConnection,
    actor: Actor,
) -> Result<Vec<ModelView>, Error> {
    actor.person()?;
    let models = sqlx::query_as!(
        ModelView,
        r#"select id as "id: ModelId", name, is_demo, is_default, context_window
           from models where enabled order by is_default desc, name, id"#,
    )
    .fetch_all(connection)
    .await?;
    Ok(models)
}
