//! One file a question.

mod charge_of;
mod csv;
mod holds;
mod my_balance;
mod my_caps;
mod my_charges;
mod my_ledger;
mod my_usage;
mod payments;
mod prices;
mod trial_balance;
mod usual_answer;
mod verify_ledger;

pub use charge_of::{ChargeMade, charge_of};
pub use csv::{ledger_csv, usage_csv};
pub use holds::open_holds;
pub use my_balance::{balance_of, my_balance};
pub use my_caps::my_caps;
pub use my_charges::my_charges;
pub use my_ledger::my_ledger;
pub use my_usage::my_usage;
pub use payments::{paid_for, payments};
pub use prices::{current_prices, price_at, price_at_in};
pub use trial_balance::{HouseBalance, trial_balance};
pub use usual_answer::usual_answer;
pub use verify_ledger::{Difference, verify_ledger};

use kernel::{Db, UserId, id::Uuid};
use time::OffsetDateTime;

use crate::{MicroUsd, PriceId, TokenUsage, UsageLine, WalletId};

/// What is noted of a run.
struct UsageRow {
    generation_id: Uuid,
    model_id: Uuid,
    price_id: Option<Uuid>,
    occurred_at: OffsetDateTime,
    input_tokens: i64,
    cached_input_tokens: i64,
    output_tokens: i64,
    charged: i64,
    refunded: i64,
}

impl From<UsageRow> for UsageLine {
    fn from(row: UsageRow) -> Self {
        Self {
            generation: row.generation_id,
            model: row.model_id,
            at: row.occurred_at,
            tokens: TokenUsage {
                input: row.input_tokens,
                cached_input: row.cached_input_tokens,
                output: row.output_tokens,
            },
            prices: row.price_id.map(PriceId),
            charged: MicroUsd(row.charged - row.refunded),
        }
    }
}

/// The wallet of a person, if they ever needed one.
async fn wallet_of(db: &Db, user: UserId) -> Result<Option<WalletId>, sqlx::Error> {
    let id = sqlx::query_scalar!("select id from wallets where user_id = $1", user.0);
    Ok(id.fetch_optional(db.pool()).await?.map(WalletId))
}
