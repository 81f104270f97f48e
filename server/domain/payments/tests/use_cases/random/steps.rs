//! What can happen, and how it is done.

use kernel::{Actor, Db, Tx, UserId, id::Uuid};
use payments::{
    Dispute, DisputeOutcome, Error, Grant, Purchase, RefundCharge, RefundPurchase, Shortfall,
    commands::{
        Captured, Released, allow_in, capture_in, close_wallet_in, dispute_in, expire_lots,
        grant_in, hold_in, purchase_in, refund_charge_in, refund_purchase_in, release_in,
        resolve_dispute_in, unflag,
    },
};
use proptest::{collection::vec, option, prelude::*};
use time::Duration;

use crate::support::*;

/// Few of each, so that much happens twice.
pub const RUNS: usize = 12;
const PAYMENTS: usize = 6;
const KEYS: usize = 8;

#[derive(Debug, Clone)]
pub enum Step {
    Buy {
        who: usize,
        payment: usize,
        paid: i64,
        credit: i64,
        days: Option<i64>,
        allowance: bool,
    },
    Grant {
        who: usize,
        key: usize,
        credit: i64,
        days: Option<i64>,
    },
    Hold {
        who: usize,
        run: usize,
        amount: i64,
    },
    Capture {
        who: usize,
        run: usize,
        price: i64,
    },
    Release {
        run: usize,
    },
    RefundPurchase {
        payment: usize,
        money: i64,
        key: usize,
        gone: bool,
    },
    RefundCharge {
        run: usize,
        amount: Option<i64>,
        key: usize,
    },
    Dispute {
        reference: usize,
        payment: usize,
        money: i64,
    },
    Resolve {
        reference: usize,
        won: bool,
    },
    Unflag {
        who: usize,
    },
    Close {
        who: usize,
    },
    Wait(i64),
    Expire,
    /// The process dies before it commits.
    Crash(Box<Step>),
}

/// One of so many, and mostly whose it is: the even ones are the first person's.
fn owned(many: usize) -> impl Strategy<Value = (usize, usize)> {
    let mostly = prop_oneof![12 => Just(0usize), 1 => Just(1)];
    (0..many, mostly).prop_map(|(n, strange)| ((n + strange) % 2, n))
}

/// What is likely to be allowed, and now and then not.
fn one() -> impl Strategy<Value = Step> {
    let days = || option::of(1..40i64);
    prop_oneof![
        8 => (owned(PAYMENTS), 0..50i64, 20..50i64, days(), any::<bool>()).prop_map(
            |((who, payment), paid, credit, days, allowance)| Step::Buy { who, payment, paid, credit, days, allowance }),
        6 => (owned(KEYS), 5..30i64, days()).prop_map(
            |((who, key), credit, days)| Step::Grant { who, key, credit, days }),
        24 => (owned(RUNS), 1..50i64).prop_map(|((who, run), amount)| Step::Hold { who, run, amount }),
        24 => (owned(RUNS), 0..80i64).prop_map(|((who, run), price)| Step::Capture { who, run, price }),
        5 => (0..RUNS).prop_map(|run| Step::Release { run }),
        5 => (0..PAYMENTS, 1..25i64, 0..KEYS, any::<bool>()).prop_map(
            |(payment, money, key, gone)| Step::RefundPurchase { payment, money, key, gone }),
        12 => (0..RUNS, option::of(1..20i64), 0..KEYS).prop_map(
            |(run, amount, key)| Step::RefundCharge { run, amount, key }),
        3 => (0..KEYS, 0..PAYMENTS, 1..25i64).prop_map(
            |(reference, payment, money)| Step::Dispute { reference, payment, money }),
        6 => (0..KEYS, any::<bool>()).prop_map(|(reference, won)| Step::Resolve { reference, won }),
        4 => (0..2usize).prop_map(|who| Step::Unflag { who }),
        1 => (0..2usize).prop_map(|who| Step::Close { who }),
        4 => (1..15i64).prop_map(Step::Wait),
        4 => Just(Step::Expire),
    ]
}

pub fn many() -> impl Strategy<Value = Vec<Step>> {
    let crash = one().prop_map(|step| Step::Crash(Box::new(step)));
    vec(prop_oneof![12 => one(), 1 => crash], 60..120)
}

/// Where steps are taken.
pub struct Run<'a> {
    pub db: &'a Db,
    pub people: [UserId; 2],
    pub runs: Vec<Uuid>,
}

/// What a step gave, or the refusal with its number.
pub type Outcome = Result<i64, String>;

impl Run<'_> {
    pub async fn take(&self, step: &Step) -> Outcome {
        let done = match step {
            Step::Wait(_) => return Ok(0),
            Step::Expire => expire_lots(self.db, Actor::System)
                .await
                .map(u64::cast_signed),
            Step::Unflag { who } => unflag(self.db, Actor::System, self.people[*who])
                .await
                .map(|()| 0),
            step => alone(self.db, async |tx| self.take_in(tx, step).await).await,
        };
        done.map_err(|refusal| match refusal {
            Error::NotEnoughCredit { available } => format!("NotEnoughCredit {}", available.0),
            Error::TooMuch { left } => format!("TooMuch {}", left.0),
            other => format!("{other:?}"),
        })
    }

    /// Does it and dies before the commit.
    pub async fn crash(&self, step: &Step) {
        let mut tx = self.db.begin().await.expect("a transaction");
        let _ = self.take_in(&mut tx, step).await;
        drop(tx);
    }

    async fn take_in(&self, tx: &mut Tx, step: &Step) -> Result<i64, Error> {
        let site = Actor::System;
        let until = |days: Option<i64>| days.map(|days| self.db.now() + Duration::days(days));
        match *step {
            Step::Buy {
                who,
                payment: of,
                paid,
                credit,
                days,
                allowance,
            } => {
                let command = Purchase {
                    expires_at: until(days),
                    ..pack(self.people[who], &format!("pi_{of}"), paid, credit)
                };
                if allowance {
                    allow_in(tx, site, command).await.map(|_| 0)
                } else {
                    purchase_in(tx, site, command).await.map(|_| 0)
                }
            }
            Step::Grant {
                who,
                key: k,
                credit,
                days,
            } => {
                let command = Grant {
                    user: self.people[who],
                    credit: usd(credit),
                    expires_at: until(days),
                    key: key(&format!("k{k}")),
                };
                grant_in(tx, site, command).await.map(|_| 0)
            }
            Step::Hold { who, run, amount } => {
                let held = hold_in(tx, self.people[who], self.runs[run], usd(amount)).await?;
                Ok(held.amount.0)
            }
            Step::Capture { who, run, price } => {
                let end = end_of(self.people[who], self.runs[run], price);
                Ok(match capture_in(tx, end).await? {
                    Captured::Charged { charged } => charged.0,
                    Captured::NoHold => -1,
                    Captured::Nobody => -2,
                })
            }
            Step::Release { run } => Ok(match release_in(tx, self.runs[run]).await? {
                Released::Returned { amount } => amount.0,
                Released::Settled => -1,
                Released::NoHold => -2,
            }),
            Step::RefundPurchase {
                payment: of,
                money,
                key: k,
                gone,
            } => {
                let command = RefundPurchase {
                    payment: payment(&format!("pi_{of}")),
                    money: usd(money),
                    shortfall: if gone {
                        Shortfall::HouseBears
                    } else {
                        Shortfall::Refuse
                    },
                    key: key(&format!("k{k}")),
                };
                Ok(refund_purchase_in(tx, site, command).await?.credit.0)
            }
            Step::RefundCharge {
                run,
                amount,
                key: k,
            } => {
                let command = RefundCharge {
                    generation: self.runs[run],
                    amount: amount.map(usd),
                    key: key(&format!("k{k}")),
                };
                Ok(refund_charge_in(tx, site, command).await?.0)
            }
            Step::Dispute {
                reference,
                payment: of,
                money,
            } => {
                let command = Dispute {
                    reference: payment(&format!("dp_{reference}")),
                    payment: payment(&format!("pi_{of}")),
                    money: usd(money),
                };
                dispute_in(tx, site, command).await.map(|()| 0)
            }
            Step::Resolve { reference, won } => {
                let outcome = if won {
                    DisputeOutcome::Won
                } else {
                    DisputeOutcome::Lost
                };
                let reference = payment(&format!("dp_{reference}"));
                resolve_dispute_in(tx, site, &reference, outcome)
                    .await
                    .map(|()| 0)
            }
            Step::Close { who } => close_wallet_in(tx, site, self.people[who])
                .await
                .map(|()| 0),
            Step::Unflag { .. } | Step::Wait(_) | Step::Expire | Step::Crash(_) => Ok(0),
        }
    }
}
