//! The entries of each kind of transaction.

use super::{Account, Entries, House, Part, take};
use crate::{LotId, MicroUsd, Overflow};

const CLEARING: Account = Account::House(House::StripeClearing);
const PROMOTIONAL: Account = Account::House(House::Promotional);
const REVENUE: Account = Account::House(House::Revenue);
const REFUNDS: Account = Account::House(House::Refunds);
const DISPUTES: Account = Account::House(House::Disputes);

/// Paid credit comes. What was given beyond what was paid is promotion, what was paid beyond the credit is
/// revenue.
pub fn purchase(lot: LotId, paid: MicroUsd, credit: MicroUsd) -> Result<Entries, Overflow> {
    let backed = paid.min(credit);
    Entries::default()
        .moving(backed, CLEARING, Account::Lot(lot))?
        .moving(credit.minus(backed)?, PROMOTIONAL, Account::Lot(lot))?
        .moving(paid.minus(backed)?, CLEARING, REVENUE)
}

/// Credit comes that nobody paid for.
pub fn grant(lot: LotId, credit: MicroUsd) -> Result<Entries, Overflow> {
    Entries::default().moving(credit, PROMOTIONAL, Account::Lot(lot))
}

/// Credit is set aside.
pub fn hold(parts: &[Part]) -> Result<Entries, Overflow> {
    parts.iter().try_fold(Entries::default(), |entries, part| {
        entries.moving(part.1, Account::Lot(part.0), Account::Held)
    })
}

/// What was set aside goes back to its lots.
pub fn release(parts: &[Part]) -> Result<Entries, Overflow> {
    parts.iter().try_fold(Entries::default(), |entries, part| {
        entries.moving(part.1, Account::Held, Account::Lot(part.0))
    })
}

/// What a charge comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// What the person pays.
    pub charged: MicroUsd,
    /// How.
    pub entries: Entries,
}

/// A price is charged: out of the hold in its order, the rest of which goes back; then, where it may exceed
/// the hold, out of what else can be spent. It never takes more than there is: the house bears the rest.
///
/// `held` and `spendable` are in the order of spending.
pub fn capture(
    held: &[Part],
    price: MicroUsd,
    may_exceed: bool,
    spendable: &[Part],
) -> Result<Charge, Overflow> {
    let of_hold = take(held.iter().copied(), price);
    let from_hold = MicroUsd::sum(of_hold.iter().map(|part| part.1))?;
    let beyond = price.minus(from_hold)?;
    let extra = if may_exceed {
        take(spendable.iter().copied(), beyond)
    } else {
        Vec::new()
    };
    let charged = extra
        .iter()
        .try_fold(from_hold, |sum, part| sum.plus(part.1))?;
    let mut entries = Entries::default().moving(from_hold, Account::Held, REVENUE)?;
    for (lot, amount) in held {
        let used = of_hold.iter().find(|part| part.0 == *lot);
        let rest = amount.minus(used.map_or(MicroUsd::ZERO, |part| part.1))?;
        entries = entries.moving(rest, Account::Held, Account::Lot(*lot))?;
    }
    for (lot, amount) in extra {
        entries = entries.moving(amount, Account::Lot(lot), REVENUE)?;
    }
    Ok(Charge { charged, entries })
}

/// What a provider asks is owed to it.
pub fn provider_cost(entries: Entries, cost: MicroUsd) -> Result<Entries, Overflow> {
    entries.moving(
        cost,
        Account::House(House::ProviderCost),
        Account::House(House::ProviderPayable),
    )
}

/// A charge goes back to lots.
pub fn refund_charge(parts: &[Part]) -> Result<Entries, Overflow> {
    parts.iter().try_fold(Entries::default(), |entries, part| {
        entries.moving(part.1, REVENUE, Account::Lot(part.0))
    })
}

/// Money goes back, and credit is taken for it: less than it stands for when that has been spent, more when
/// credit had come on top of what was paid.
pub fn refund_purchase(lot: LotId, money: MicroUsd, taken: MicroUsd) -> Result<Entries, Overflow> {
    let backed = money.min(taken);
    Entries::default()
        .moving(backed, Account::Lot(lot), CLEARING)?
        .moving(taken.minus(backed)?, Account::Lot(lot), PROMOTIONAL)?
        .moving(money.minus(backed)?, REFUNDS, CLEARING)
}

/// A bank takes money back, and credit is taken for it.
pub fn dispute(lot: LotId, money: MicroUsd, taken: MicroUsd) -> Result<Entries, Overflow> {
    Entries::default()
        .moving(money, DISPUTES, CLEARING)?
        .moving(taken, Account::Lot(lot), DISPUTES)
}

/// The money comes back, and so does the credit.
pub fn dispute_won(lot: LotId, money: MicroUsd, taken: MicroUsd) -> Result<Entries, Overflow> {
    Entries::default()
        .moving(money, CLEARING, DISPUTES)?
        .moving(taken, DISPUTES, Account::Lot(lot))
}

/// Credit that had come back to the lot meanwhile is taken as well.
pub fn dispute_lost(lot: LotId, left: MicroUsd) -> Result<Entries, Overflow> {
    Entries::default().moving(left, Account::Lot(lot), DISPUTES)
}

/// What is left of lots can be spent no more.
pub fn expiry(parts: &[Part]) -> Result<Entries, Overflow> {
    parts.iter().try_fold(Entries::default(), |entries, part| {
        entries.moving(part.1, Account::Lot(part.0), Account::House(House::Expired))
    })
}

#[cfg(test)]
#[path = "postings/tests.rs"]
mod tests;
