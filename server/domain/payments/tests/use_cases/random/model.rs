//! What should be there: plain, slow, and written apart from the code that it judges.

mod back;
mod runs;

use std::collections::BTreeMap;

use super::steps::{Outcome, Step};

const DAY: i64 = 86_400;

#[derive(Debug)]
struct Lot {
    who: usize,
    /// Allowance, granted, bought.
    rank: u8,
    amount: i64,
    paid: i64,
    left: i64,
    expires: Option<i64>,
}

#[derive(Debug)]
struct Hold {
    who: usize,
    amount: i64,
    open: bool,
}

#[derive(Debug)]
struct Charge {
    who: usize,
    charged: i64,
    refunded: i64,
}

#[derive(Debug)]
struct Disputed {
    payment: usize,
    money: i64,
    taken: i64,
    won: Option<bool>,
}

/// Lots are known by when they came.
#[derive(Debug, Default)]
pub struct Model {
    lots: Vec<Lot>,
    bought: BTreeMap<usize, usize>,
    money: BTreeMap<usize, i64>,
    grants: BTreeMap<(usize, usize), i64>,
    holds: BTreeMap<usize, Hold>,
    charges: BTreeMap<usize, Charge>,
    /// What each run has taken of each lot and not given back.
    taken: BTreeMap<(usize, usize), i64>,
    sent_back: BTreeMap<(usize, usize), (usize, i64)>,
    given_back: BTreeMap<(usize, usize), (usize, i64)>,
    disputes: BTreeMap<usize, Disputed>,
    flagged: [bool; 2],
    house: BTreeMap<&'static str, i64>,
}

fn refuse<T>(why: &str) -> Result<T, String> {
    Err(why.to_owned())
}

impl Model {
    /// What can be spent, what is held, whether nothing may be, and the lots.
    pub fn balance(&self, who: usize, now: i64) -> (i64, i64, bool, Vec<i64>) {
        let lots = self.spendable(who, now);
        let lots: Vec<i64> = lots.into_iter().map(|lot| self.lots[lot].left).collect();
        let held = self
            .holds
            .values()
            .filter(|hold| hold.who == who && hold.open);
        let held = held.map(|hold| hold.amount).sum();
        (lots.iter().sum(), held, self.flagged[who], lots)
    }

    pub fn house(&self) -> Vec<(&'static str, i64)> {
        [
            "revenue",
            "promotional",
            "refunds",
            "stripe_clearing",
            "provider_cost",
            "provider_payable",
            "expired",
            "disputes",
        ]
        .map(|account| {
            (
                account,
                self.house.get(account).copied().unwrap_or_default(),
            )
        })
        .into()
    }

    fn book(&mut self, account: &'static str, amount: i64) {
        *self.house.entry(account).or_default() += amount;
    }

    fn place(&self, lot: usize) -> (i64, u8, usize) {
        let of = &self.lots[lot];
        (of.expires.unwrap_or(i64::MAX), of.rank, lot)
    }

    fn spendable(&self, who: usize, now: i64) -> Vec<usize> {
        let good = |lot: &usize| {
            let lot = &self.lots[*lot];
            lot.who == who && lot.left > 0 && lot.expires.is_none_or(|at| now < at)
        };
        let mut lots: Vec<usize> = (0..self.lots.len()).filter(good).collect();
        lots.sort_by_key(|lot| self.place(*lot));
        lots
    }

    /// Spends one micro-dollar.
    fn spend(&mut self, who: usize, run: usize, now: i64) -> bool {
        let Some(lot) = self.spendable(who, now).first().copied() else {
            return false;
        };
        self.lots[lot].left -= 1;
        *self.taken.entry((run, lot)).or_default() += 1;
        true
    }

    /// The lot that a run spent last, of which something is not given back.
    fn last_spent(&self, run: usize) -> Option<usize> {
        let of_run = self
            .taken
            .iter()
            .filter(|((of, _), left)| *of == run && **left > 0);
        of_run
            .map(|((_, lot), _)| *lot)
            .max_by_key(|lot| self.place(*lot))
    }

    fn unspend(&mut self, run: usize, lot: usize) {
        self.lots[lot].left += 1;
        *self.taken.entry((run, lot)).or_default() -= 1;
    }

    fn release(&mut self, run: usize) {
        while let Some(lot) = self.last_spent(run) {
            self.unspend(run, lot);
        }
        if let Some(hold) = self.holds.get_mut(&run) {
            hold.open = false;
        }
    }

    fn expire(&mut self, lot: usize) {
        let left = std::mem::take(&mut self.lots[lot].left);
        self.book("expired", left);
    }

    /// Expires what is left of a lot whose time is over, and gives it another 30 days.
    fn revive(&mut self, lot: usize, now: i64) {
        if self.lots[lot].expires.is_some_and(|at| at <= now) {
            self.expire(lot);
            self.lots[lot].expires = Some(now + 30 * DAY);
        }
    }

    fn credit(
        &mut self,
        who: usize,
        rank: u8,
        amount: i64,
        paid: i64,
        expires: Option<i64>,
    ) -> usize {
        self.lots.push(Lot {
            who,
            rank,
            amount,
            paid,
            left: amount,
            expires,
        });
        self.lots.len() - 1
    }

    /// The credit that money for a lot stands for, rounded up.
    fn due(&self, lot: usize, money: i64) -> i64 {
        let lot = &self.lots[lot];
        (lot.amount * money + lot.paid - 1) / lot.paid
    }

    pub fn take(&mut self, step: &Step, now: i64) -> Outcome {
        let until = |days: Option<i64>| days.map(|days| now + days * DAY);
        match *step {
            Step::Buy {
                who,
                payment,
                paid,
                credit,
                days,
                allowance,
            } => {
                let rank = if allowance { 0 } else { 2 };
                if let Some(lot) = self.bought.get(&payment) {
                    let lot = &self.lots[*lot];
                    let same =
                        (lot.who, lot.rank, lot.amount, lot.paid) == (who, rank, credit, paid);
                    return if same { Ok(0) } else { refuse("Conflict") };
                }
                let lot = self.credit(who, rank, credit, paid, until(days));
                self.bought.insert(payment, lot);
                self.money.insert(payment, paid);
                self.book("stripe_clearing", -paid);
                self.book("promotional", -(credit - paid).max(0));
                self.book("revenue", (paid - credit).max(0));
                Ok(0)
            }
            Step::Grant {
                who,
                key,
                credit,
                days,
            } => {
                if let Some(before) = self.grants.get(&(who, key)) {
                    return if *before == credit {
                        Ok(0)
                    } else {
                        refuse("Conflict")
                    };
                }
                self.grants.insert((who, key), credit);
                self.credit(who, 1, credit, 0, until(days));
                self.book("promotional", -credit);
                Ok(0)
            }
            Step::Hold { who, run, amount } => self.hold(who, run, amount, now),
            Step::Capture { who, run, price } => self.capture(who, run, price, now),
            Step::Release { run } => match self.holds.get(&run) {
                None => Ok(-2),
                Some(hold) if !hold.open => Ok(-1),
                Some(hold) => {
                    let amount = hold.amount;
                    self.release(run);
                    Ok(amount)
                }
            },
            Step::RefundPurchase {
                payment,
                money,
                key,
                gone,
            } => self.send_back(payment, money, key, gone),
            Step::RefundCharge { run, amount, key } => self.give_back(run, amount, key, now),
            Step::Dispute {
                reference,
                payment,
                money,
            } => self.dispute(reference, payment, money),
            Step::Resolve { reference, won } => self.resolve(reference, won, now),
            Step::Unflag { who } => {
                let open = self.disputes.values().any(|dispute| {
                    dispute.won.is_none() && self.lots[self.bought[&dispute.payment]].who == who
                });
                if open {
                    return refuse("Conflict");
                }
                self.flagged[who] = false;
                Ok(0)
            }
            Step::Close { who } => {
                let open: Vec<usize> = self
                    .holds
                    .iter()
                    .filter(|(_, hold)| hold.who == who && hold.open)
                    .map(|(run, _)| *run)
                    .collect();
                for run in open {
                    self.release(run);
                }
                for lot in 0..self.lots.len() {
                    if self.lots[lot].who == who {
                        self.expire(lot);
                    }
                }
                Ok(0)
            }
            Step::Expire => {
                let mut whose = [0, 0];
                for lot in 0..self.lots.len() {
                    let of = &self.lots[lot];
                    if of.left > 0 && of.expires.is_some_and(|at| at <= now) {
                        whose[of.who] = 1;
                        self.expire(lot);
                    }
                }
                Ok(whose.iter().sum())
            }
            Step::Wait(_) | Step::Crash(_) => Ok(0),
        }
    }
}
