//! The rules of selling: pure.

use time::{Duration, OffsetDateTime};

use super::{Dunning, SeenInvoice, SeenLine, SeenPrice, SeenSubscription};
use crate::{MicroUsd, Overflow, PaymentReference, SubscriptionState};

/// How long a plan is kept after a renewal could not be paid.
pub const GRACE: Duration = Duration::days(7);
/// An allowance outlives its period by this much: Stripe finalises the next invoice about an hour after the period
/// has ended (<https://docs.stripe.com/billing/subscriptions/overview>).
pub const OVERLAP: Duration = Duration::hours(2);

/// What is known of a subscription beside what the provider shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// How it stood when it was last seen.
    pub state: SubscriptionState,
    /// Until when the plan is kept while a renewal is not paid.
    pub grace_until: Option<OffsetDateTime>,
}

/// What follows from seeing a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// What is known then.
    pub known: Known,
    /// What the person is to be told.
    pub tell: Option<Dunning>,
    /// Whether a grace begins.
    pub grace_begins: bool,
}

/// What follows from seeing a subscription in this state. The state alone decides, not the way there: who has not
/// seen what was in between ends at the same.
pub fn next(before: Option<Known>, seen: &SeenSubscription, now: OffsetDateTime) -> Next {
    use SubscriptionState::{Active, Ended, Incomplete, PastDue};
    let was = before.map(|known| known.state);
    let grace_until = match (seen.state, before.and_then(|known| known.grace_until)) {
        (PastDue, Some(until)) => Some(until),
        (PastDue, None) => Some(now + GRACE),
        _ => None,
    };
    let begins = seen.state == PastDue && was != Some(PastDue);
    let tell = match (was, seen.state) {
        _ if begins => Some(Dunning::PaymentFailed),
        (Some(PastDue), Ended) => Some(Dunning::Ended),
        (_, Incomplete | Active | PastDue | Ended) => None,
    };
    Next {
        known: Known {
            state: seen.state,
            grace_until,
        },
        tell,
        grace_begins: begins,
    }
}

/// The allowance of a paid invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How much; more than nothing.
    pub credit: MicroUsd,
    /// Until when.
    pub expires_at: OffsetDateTime,
}

/// The lines of an invoice that give allowance. Within a period everything counts, what was paid for and is not used
/// too; for a new period only whole periods do, for what was given before is not taken back.
pub fn lines_that_count(
    invoice: &SeenInvoice,
) -> impl Iterator<Item = (&SeenLine, &PaymentReference)> {
    let counts = |line: &&SeenLine| invoice.for_change || !line.proration;
    let lines = invoice.lines.iter().filter(counts);
    lines.filter_map(|line| Some((line, line.price.as_ref()?)))
}

/// The allowance that these lines give: of each its price's credit, in proportion to what the line is of the price.
/// `None` when that is nothing.
///
/// # Errors
/// [`Overflow`].
pub fn allowance<'a>(
    lines: impl IntoIterator<Item = (&'a SeenLine, SeenPrice)>,
) -> Result<Option<Allowance>, Overflow> {
    let mut sum: Option<Allowance> = None;
    for (line, price) in lines {
        if price.offer.is_none() || !price.amount.is_positive() {
            continue;
        }
        let credit = price.credit.share(line.amount, price.amount)?;
        let expires_at = line.period_end + OVERLAP;
        let so_far = sum.unwrap_or(Allowance {
            credit: MicroUsd::ZERO,
            expires_at,
        });
        sum = Some(Allowance {
            credit: so_far.credit.plus(credit)?,
            expires_at: so_far.expires_at.max(expires_at),
        });
    }
    Ok(sum.filter(|sum| sum.credit.is_positive()))
}

#[cfg(test)]
mod tests;
