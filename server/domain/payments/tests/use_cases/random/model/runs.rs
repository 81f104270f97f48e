//! Runs hold credit and are charged.

use super::{Charge, Hold, Model, Outcome, refuse};

impl Model {
    pub(super) fn hold(&mut self, who: usize, run: usize, amount: i64, now: i64) -> Outcome {
        if let Some(hold) = self.holds.get(&run) {
            let same = hold.who == who && hold.open;
            return if same {
                Ok(hold.amount)
            } else {
                refuse("Conflict")
            };
        }
        if self.flagged[who] {
            return refuse("Flagged");
        }
        let available = self.balance(who, now).0;
        if available < amount {
            return Err(format!("NotEnoughCredit {available}"));
        }
        for _ in 0..amount {
            assert!(self.spend(who, run, now));
        }
        self.holds.insert(
            run,
            Hold {
                who,
                amount,
                open: true,
            },
        );
        Ok(amount)
    }

    pub(super) fn capture(&mut self, who: usize, run: usize, price: i64, now: i64) -> Outcome {
        let held = self
            .holds
            .get(&run)
            .map(|hold| (hold.who, hold.amount, hold.open));
        if held.is_some_and(|(of, ..)| of != who) {
            return refuse("Conflict");
        }
        if let Some(charge) = self.charges.get(&run) {
            if charge.who != who {
                return refuse("Conflict");
            }
            let charged = charge.charged;
            if held.is_some_and(|(.., open)| open) {
                self.release(run);
            }
            return Ok(charged);
        }
        self.book("provider_cost", -(price / 2));
        self.book("provider_payable", price / 2);
        let Some((_, amount, true)) = held else {
            self.charges.insert(
                run,
                Charge {
                    who,
                    charged: 0,
                    refunded: 0,
                },
            );
            return Ok(-1);
        };
        let mut charged = amount;
        while charged > price {
            let lot = self.last_spent(run).expect("held");
            self.unspend(run, lot);
            charged -= 1;
        }
        while charged < price && !self.flagged[who] && self.spend(who, run, now) {
            charged += 1;
        }
        self.holds.insert(
            run,
            Hold {
                who,
                amount,
                open: false,
            },
        );
        self.charges.insert(
            run,
            Charge {
                who,
                charged,
                refunded: 0,
            },
        );
        self.book("revenue", charged);
        Ok(charged)
    }
}
