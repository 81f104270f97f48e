//! What people pay for answers: credit is held before a run begins, and charged when it has ended.
//!
//! Paid for is what has arrived: of an answer that was stopped, cut off or ended by a failure, too. An
//! answer without text costs nothing, and neither does one that our own process has left behind.

use kernel::{Db, Tx, UserId, id::Uuid};
use payments::{
    BookCost, Capture, IdempotencyKey, MicroUsd, Prices, Rates, TokenUsage,
    commands::{book_cost_in, capture_in, hold_in},
    cost, most_output,
    queries::{price_at, price_at_in},
    worst_case,
};

use crate::{
    Engine, ModelId,
    engine::{self, Run},
    error::Error,
    model::{context::answer_reserve, tokens::estimate},
    model_client::{Turn, Usage},
    store::ChosenModel,
};

/// An answer of fewer tokens than this is not worth beginning.
const LEAST: i64 = 64;

/// Tokens of the longest answer that is asked for of a model with prices.
pub fn longest_answer(model: &ChosenModel) -> u32 {
    u32::try_from(answer_reserve(model.window())).unwrap_or(u32::MAX)
}

/// Holds credit for a run whose messages are stored: for what is sent, as it is estimated, and the longest
/// answer. Where the person limits what a message may cost, the answer is kept as short as that pays for. A
/// model without prices is free.
///
/// # Errors
/// [`Error::Credit`] says what stands against it; [`Error::CapTooLow`].
pub async fn hold(engine: &Engine, tx: &mut Tx, run: &mut Run) -> Result<(), Error> {
    let Some(prices) = price_at_in(tx, run.model.id.0).await? else {
        return Ok(());
    };
    let mut request = engine::assemble(&mut *tx.conn(), engine, run, &run.model).await?;
    let (input, mut longest) = (
        tokens_sent(&request.system, &request.turns),
        longest_answer(&run.model),
    );
    let worst = worst_case(prices.ours, input, longest.into()).map_err(payments::Error::from)?;
    if worst.is_positive() {
        let hold = hold_in(tx, run.user_id, run.generation_id.0, worst).await?;
        let paid_for = most_output(prices.ours, input, hold.amount);
        if paid_for < LEAST {
            return Err(Error::CapTooLow);
        }
        longest = longest.min(u32::try_from(paid_for).unwrap_or(u32::MAX));
    }
    request.max_tokens = Some(longest);
    run.prices = Some(prices);
    run.request = Some(request);
    Ok(())
}

/// Tokens that are sent, by the guess that errs on the high side.
pub fn tokens_sent(system: &str, turns: &[Turn]) -> i64 {
    let said: usize = turns.iter().map(|turn| estimate(&turn.text)).sum();
    i64::try_from(said + estimate(system)).unwrap_or(i64::MAX)
}

/// What a run costs.
#[derive(Debug, Clone, Copy)]
pub struct Bill {
    prices: Option<Prices>,
    price: MicroUsd,
    provider_cost: MicroUsd,
}

impl Bill {
    /// Of a run that used so much; `wrote` says whether there is text of it.
    pub fn of(run: &Run, usage: Usage, wrote: bool) -> Self {
        let at = |rates: fn(Prices) -> Rates| {
            let rates = run.prices.map(rates).unwrap_or_default();
            // Only of counts that no honest provider sends: the house bears them.
            cost(rates, counted(usage)).unwrap_or_default()
        };
        Self {
            prices: run.prices,
            price: if wrote {
                at(|prices| prices.ours)
            } else {
                MicroUsd::ZERO
            },
            provider_cost: at(|prices| prices.provider),
        }
    }

    /// Micro-USD; `None` for a model without prices.
    pub fn cost(&self) -> Option<i64> {
        self.prices.map(|_| self.price.0)
    }

    /// The row of the price book.
    pub fn price_id(&self) -> Option<Uuid> {
        self.prices.map(|prices| prices.id.0)
    }

    /// Charges for the run, in the transaction of its end, and returns the rest of what was held. What a model
    /// without prices was used for is noted, too.
    pub async fn charge_in(&self, tx: &mut Tx, run: &Run, usage: Usage) -> Result<(), Error> {
        let capture = Capture {
            generation: run.generation_id.0,
            user: run.user_id,
            model: run.model.id.0,
            usage: counted(usage),
            prices: self.prices.map(|prices| prices.id),
            price: self.price,
            provider_cost: self.provider_cost,
        };
        capture_in(tx, capture).await?;
        Ok(())
    }
}

/// Micro-USD that a provider asks for what nobody is charged for; `None` for a model without prices.
pub async fn provider_cost(db: &Db, model: ModelId, usage: Usage) -> Result<Option<i64>, Error> {
    let prices = price_at(db, model.0, db.now()).await?;
    Ok(prices
        .and_then(|prices| cost(prices.provider, counted(usage)).ok())
        .map(|cost| cost.0))
}

/// Books it; once for each key.
pub async fn book(tx: &mut Tx, user: UserId, key: &str, cost: Option<i64>) -> Result<(), Error> {
    if let (Some(cost), Ok(key)) = (cost, IdempotencyKey::parse(key)) {
        let provider_cost = MicroUsd(cost);
        book_cost_in(
            tx,
            BookCost {
                user,
                provider_cost,
                key,
            },
        )
        .await?;
    }
    Ok(())
}

fn counted(usage: Usage) -> TokenUsage {
    let counted = TokenUsage {
        input: usage.input_tokens,
        cached_input: usage.cached_input_tokens,
        output: usage.output_tokens,
    };
    counted.honest()
}
