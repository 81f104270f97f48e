//! SQL of the models that people can choose.

use kernel::Tx;
use sqlx::Error;

use crate::{ModelId, commands::OfferedModel, model::price::Prices};

/// The model of a run.
#[derive(Debug, Clone)]
pub struct ChosenModel {
    pub id: ModelId,
    pub name: String,
    pub provider_id: String,
    pub context_window: i32,
    pub input_price: Option<i64>,
    pub output_price: Option<i64>,
}

impl ChosenModel {
    pub fn window(&self) -> usize {
        usize::try_from(self.context_window).unwrap_or_default()
    }

    /// Known only when both prices are.
    pub fn prices(&self) -> Option<Prices> {
        Some(Prices {
            input: self.input_price?,
            output: self.output_price?,
        })
    }
}

pub async fn enabled_model(tx: &mut Tx, id: ModelId) -> Result<Option<ChosenModel>, Error> {
    sqlx::query_as!(
        ChosenModel,
        r#"select id as "id: ModelId", name, provider_id, context_window, input_price, output_price
           from models where id = $1 and enabled"#,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await
}

pub async fn default_model(tx: &mut Tx) -> Result<Option<ChosenModel>, Error> {
    sqlx::query_as!(
        ChosenModel,
        r#"select id as "id: ModelId", name, provider_id, context_window, input_price, output_price
           from models where enabled order by is_default desc, created_at, id limit 1"#,
    )
    .fetch_optional(tx.conn())
    .await
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
