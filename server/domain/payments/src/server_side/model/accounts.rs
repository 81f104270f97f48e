//! Accounts, and what a transaction does to them.

use kernel::id::Uuid;

use crate::{LotId, MicroUsd, Overflow};

/// An account of a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// The person's: a lot.
    Lot(LotId),
    /// The person's: what is held for answers being written.
    Held,
    /// The house's.
    House(House),
}

/// What the house counts, for all wallets together. What it owes or earned is positive, what it owns or spent
/// negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum House {
    /// Earned: charges, and what was paid beyond the credit given for it.
    Revenue,
    /// Credit that nobody paid for.
    Promotional,
    /// Money sent back for credit that had been spent.
    Refunds,
    /// Money on its way through the payment provider.
    StripeClearing,
    /// What providers of models ask.
    ProviderCost,
    /// What is therefore owed to them.
    ProviderPayable,
    /// Credit that expired.
    Expired,
    /// Money taken back by banks, less the credit that could be taken for it.
    Disputes,
}

impl House {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Revenue,
        Self::Promotional,
        Self::Refunds,
        Self::StripeClearing,
        Self::ProviderCost,
        Self::ProviderPayable,
        Self::Expired,
        Self::Disputes,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revenue => "revenue",
            Self::Promotional => "promotional",
            Self::Refunds => "refunds",
            Self::StripeClearing => "stripe_clearing",
            Self::ProviderCost => "provider_cost",
            Self::ProviderPayable => "provider_payable",
            Self::Expired => "expired",
            Self::Disputes => "disputes",
        }
    }

    /// Its account, as the migration 34 made it.
    pub fn account(self) -> Uuid {
        Uuid::from_u128(match self {
            Self::Revenue => 1,
            Self::Promotional => 2,
            Self::Refunds => 3,
            Self::StripeClearing => 4,
            Self::ProviderCost => 5,
            Self::ProviderPayable => 6,
            Self::Expired => 7,
            Self::Disputes => 8,
        })
    }
}

/// The entries of a transaction: at most one for an account, none of nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries(Vec<(Account, MicroUsd)>);

impl Entries {
    /// Moves an amount out of one account into another.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn moving(
        mut self,
        amount: MicroUsd,
        from: Account,
        to: Account,
    ) -> Result<Self, Overflow> {
        self.add(from, amount.negated()?)?;
        self.add(to, amount)?;
        Ok(self)
    }

    fn add(&mut self, account: Account, amount: MicroUsd) -> Result<(), Overflow> {
        let at = self.0.iter().position(|(of, _)| *of == account);
        let before = at.map_or(MicroUsd::ZERO, |at| self.0.swap_remove(at).1);
        let after = before.plus(amount)?;
        if after != MicroUsd::ZERO {
            self.0.push((account, after));
        }
        Ok(())
    }

    /// The opposite: as if they had not been.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn reversed(self) -> Result<Self, Overflow> {
        let back = |(account, amount): (Account, MicroUsd)| Ok((account, amount.negated()?));
        self.0.into_iter().map(back).collect()
    }

    /// What they change for the person.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn change(&self) -> Result<MicroUsd, Overflow> {
        let own = self.0.iter();
        MicroUsd::sum(own.filter_map(|(account, amount)| match account {
            Account::Lot(_) | Account::Held => Some(*amount),
            Account::House(_) => None,
        }))
    }

    /// Account by account.
    pub fn iter(&self) -> impl Iterator<Item = (Account, MicroUsd)> {
        self.0.iter().copied()
    }
}

impl FromIterator<(Account, MicroUsd)> for Entries {
    /// Of entries that are one transaction's already.
    fn from_iter<T: IntoIterator<Item = (Account, MicroUsd)>>(entries: T) -> Self {
        Self(entries.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::Uuid;

    const LOT: Account = Account::Lot(LotId(Uuid::nil()));
    const EARNED: Account = Account::House(House::Revenue);

    fn sum(entries: &Entries) -> MicroUsd {
        MicroUsd::sum(entries.iter().map(|(_, amount)| amount)).expect("fits")
    }

    #[test]
    fn an_account_has_one_entry_and_all_sum_to_zero() {
        let entries = Entries::default()
            .moving(MicroUsd(10), Account::Held, EARNED)
            .and_then(|e| e.moving(MicroUsd(5), Account::Held, LOT))
            .expect("fits");
        let mut all: Vec<_> = entries.iter().collect();
        all.sort();
        assert_eq!(
            all,
            [
                (LOT, MicroUsd(5)),
                (Account::Held, MicroUsd(-15)),
                (EARNED, MicroUsd(10))
            ]
        );
        assert_eq!(sum(&entries), MicroUsd::ZERO);
        assert_eq!(entries.change(), Ok(MicroUsd(-10)), "of the person's own");
    }

    #[test]
    fn reversed_nothing_has_moved() {
        let entries = Entries::default()
            .moving(MicroUsd(10), Account::Held, EARNED)
            .and_then(|e| e.moving(MicroUsd(5), Account::Held, LOT))
            .expect("fits");
        let back = entries.clone().reversed().expect("fits");
        assert_eq!(back.change(), Ok(MicroUsd(10)));
        for (account, amount) in entries.iter() {
            assert!(
                back.iter()
                    .any(|entry| entry == (account, MicroUsd(-amount.0)))
            );
        }
        assert_eq!(back.reversed(), Ok(entries));
        let least: Entries = [(LOT, MicroUsd(i64::MIN))].into_iter().collect();
        assert_eq!(least.reversed(), Err(Overflow));
    }

    #[test]
    fn every_account_of_the_house_is_one_of_the_tables() {
        let table = include_str!("../../../../../../migrations/0020_ledger.sql");
        let mut names: Vec<_> = House::ALL.map(House::as_str).to_vec();
        for name in &names {
            assert!(table.contains(&format!("'{name}'")), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), House::ALL.len());
    }

    #[test]
    fn what_goes_and_comes_back_makes_no_entry() {
        let entries = Entries::default()
            .moving(MicroUsd(10), LOT, Account::Held)
            .and_then(|e| e.moving(MicroUsd(10), Account::Held, LOT))
            .and_then(|e| e.moving(MicroUsd::ZERO, LOT, EARNED))
            .expect("fits");
        assert_eq!(entries.iter().count(), 0);
        let one = entries.moving(MicroUsd(1), LOT, EARNED).expect("fits");
        assert_eq!(one.iter().count(), 2);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let most = MicroUsd(i64::MAX);
        let once = Entries::default()
            .moving(most, LOT, EARNED)
            .expect("fits once");
        assert_eq!(once.moving(most, LOT, EARNED), Err(Overflow));
    }
}
