use kernel::{Actor, Db, id::Uuid};

use crate::Error;

/// So many answers tell what is usual.
const LATEST: i64 = 20;

/// Tokens of an answer as this model usually gives the person who asks: the mean of their latest twenty, those
/// without text left out. `None` before the first.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "payments.usual_answer", skip_all, fields(model = %model))]
pub async fn usual_answer(db: &Db, actor: Actor, model: Uuid) -> Result<Option<i64>, Error> {
    let user = actor.person()?;
    let mean = sqlx::query_scalar!(
        r#"select ceil(avg(output_tokens))::bigint from (
               select usage.output_tokens from usage_records usage join wallets wallet on wallet.id = usage.wallet_id
               where wallet.user_id = $1 and usage.model_id = $2 and usage.output_tokens > 0
               order by usage.occurred_at desc limit $3) latest"#,
        user.0,
        model,
        LATEST,
    );
    Ok(mean.fetch_one(db.pool()).await?)
}
