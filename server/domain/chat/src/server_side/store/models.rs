//! SQL of the models that people can choose.

use kernel::{Db, Tx};
use sqlx::{Error, PgExecutor};

use crate::{GenerationId, ModelId, commands::OfferedModel};

/// The model of a run.
#[derive(Debug, Clone)]
pub struct ChosenModel {
    pub id: ModelId,
    pub name: String,
    pub provider_id: String,
    pub context_window: i32,
}

impl ChosenModel {
    pub fn window(&self) -> usize {
        usize::try_from(self.context_window).unwrap_or_default()
    }
}

pub async fn enabled_model(
    connection: impl PgExecutor<'_>,
    id: ModelId,
) -> Result<Option<ChosenModel>, Error> {
    sqlx::query_as!(
        ChosenModel,
        r#"select id as "id: ModelId", name, provider_id, context_window
           from models where id = $1 and enabled"#,
        id.0,
    )
    .fetch_optional(connection)
    .await
}

pub async fn default_model(connection: impl PgExecutor<'_>) -> Result<Option<ChosenModel>, Error> {
    sqlx::query_as!(
        ChosenModel,
        r#"select id as "id: ModelId", name, provider_id, context_window
           from models where enabled order by is_default desc, created_at, id limit 1"#,
    )
    .fetch_optional(connection)
    .await
}

/// The model that answers when this one cannot, if there is one on offer.
pub async fn fallback_of(db: &Db, id: ModelId) -> Result<Option<ChosenModel>, Error> {
    sqlx::query_as!(
        ChosenModel,
        r#"select f.id as "id: ModelId", f.name, f.provider_id, f.context_window
           from models m join models f on f.id = m.fallback_id where m.id = $1 and f.enabled"#,
        id.0,
    )
    .fetch_optional(db.pool())
    .await
}

/// Another model than the one first asked answers; `false` when the run has ended.
pub async fn answer_by(db: &Db, run: GenerationId, model: ModelId) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update generations set model_id = $2, asked_model_id = coalesce(asked_model_id, model_id)
         where id = $1 and status = 'running'",
        run.0,
        model.0,
    )
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn lock_models(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!("lock table models in share row exclusive mode")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Enables or disables the demo model, and takes the default from a model that is not offered.
pub async fn offer_demo(tx: &mut Tx, offered: bool) -> Result<(), Error> {
    sqlx::query!("update models set enabled = $1 where is_demo", offered)
        .execute(tx.conn())
        .await?;
    sqlx::query!("update models set is_default = false where is_default and not enabled")
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn add_model(
    tx: &mut Tx,
    id: kernel::id::Uuid,
    model: &OfferedModel,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into models (id, name, provider_id, context_window, enabled, is_default, is_demo, created_at)
         values ($1, $2, $3, $4, true, false, $5, $6) on conflict (provider_id) do nothing",
        id,
        model.name,
        model.provider_id,
        model.context_window,
        model.is_demo,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn default_to(tx: &mut Tx, provider_id: &str) -> Result<(), Error> {
    sqlx::query!(
        "update models set is_default = true
         where provider_id = $1 and enabled and not exists (select 1 from models where is_default)",
        provider_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The model that answers when another cannot; none with `None`.
pub async fn fall_back_to(tx: &mut Tx, provider_id: Option<&str>) -> Result<(), Error> {
    sqlx::query!(
        "update models set fallback_id = f.id
         from models m left join models f on f.provider_id = $1 and f.enabled and f.id <> m.id
         where models.id = m.id and models.fallback_id is distinct from f.id",
        provider_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
