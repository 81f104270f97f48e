use kernel::{Actor, Db, id::Uuid};

use super::{UsageRow, wallet_of};
use crate::{Error, UsageLine};

/// So many runs are looked up at once: more than a page shows.
const MOST: usize = 500;

/// What these runs of the person who asks used and cost, in no order; those of others, and those that have not
/// ended, are left out. At most 500 are looked at.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "payments.my_charges", skip_all)]
pub async fn my_charges(
    db: &Db,
    actor: Actor,
    generations: &[Uuid],
) -> Result<Vec<UsageLine>, Error> {
    let Some(wallet) = wallet_of(db, actor.person()?).await? else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query_as!(
        UsageRow,
        "select generation_id, model_id, price_id, occurred_at, input_tokens, cached_input_tokens, output_tokens,
                charged, refunded
         from usage_records where generation_id = any($1) and wallet_id = $2",
        &generations[..generations.len().min(MOST)],
        wallet.0,
    );
    let rows = rows.fetch_all(db.pool()).await?.into_iter();
    Ok(rows.map(UsageLine::from).collect())
}
