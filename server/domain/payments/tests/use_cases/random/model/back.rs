//! What goes back: money, charges, disputed payments.

use super::{Disputed, Model, Outcome, refuse};

impl Model {
    pub(super) fn send_back(
        &mut self,
        payment: usize,
        money: i64,
        key: usize,
        gone: bool,
    ) -> Outcome {
        let Some(lot) = self.bought.get(&payment).copied() else {
            return refuse("NotFound");
        };
        let key = (self.lots[lot].who, key);
        if let Some((of, credit)) = self.sent_back.get(&key) {
            return if *of == payment {
                Ok(*credit)
            } else {
                refuse("Conflict")
            };
        }
        let here = self.money[&payment];
        if money > here {
            return Err(format!("TooMuch {here}"));
        }
        let (due, left) = (self.due(lot, money), self.lots[lot].left);
        if due > left && !gone {
            let worth = left * self.lots[lot].paid / self.lots[lot].amount;
            return Err(format!("TooMuch {}", worth.min(here)));
        }
        let credit = due.min(left);
        self.lots[lot].left -= credit;
        self.money.insert(payment, here - money);
        self.sent_back.insert(key, (payment, credit));
        self.book("stripe_clearing", money);
        self.book("promotional", (credit - money).max(0));
        self.book("refunds", -(money - credit).max(0));
        Ok(credit)
    }

    pub(super) fn give_back(
        &mut self,
        run: usize,
        amount: Option<i64>,
        key: usize,
        now: i64,
    ) -> Outcome {
        let Some(charge) = self.charges.get(&run) else {
            return refuse("NotFound");
        };
        let left = charge.charged - charge.refunded;
        let key = (charge.who, key);
        if let Some((of, before)) = self.given_back.get(&key) {
            let same = *of == run && amount.is_none_or(|amount| amount == *before);
            return if same {
                Ok(*before)
            } else {
                refuse("Conflict")
            };
        }
        let amount = amount.unwrap_or(left);
        if amount > left || left == 0 {
            return Err(format!("TooMuch {left}"));
        }
        let mut lots: Vec<usize> = self
            .taken
            .iter()
            .filter(|((of, _), left)| *of == run && **left > 0)
            .map(|((_, lot), _)| *lot)
            .collect();
        lots.sort_by_key(|lot| std::cmp::Reverse(self.place(*lot)));
        let mut missing = amount;
        for lot in lots {
            let part = missing.min(self.taken[&(run, lot)]);
            if part > 0 {
                self.revive(lot, now);
            }
            for _ in 0..part {
                self.unspend(run, lot);
            }
            missing -= part;
        }
        self.charges.get_mut(&run).expect("known").refunded += amount;
        self.given_back.insert(key, (run, amount));
        self.book("revenue", -amount);
        Ok(amount)
    }

    pub(super) fn dispute(&mut self, reference: usize, payment: usize, money: i64) -> Outcome {
        let Some(lot) = self.bought.get(&payment).copied() else {
            return refuse("NotFound");
        };
        if let Some(before) = self.disputes.get(&reference) {
            let same = (before.payment, before.money) == (payment, money);
            return if same { Ok(0) } else { refuse("Conflict") };
        }
        let here = self.money[&payment];
        if money > here {
            return Err(format!("TooMuch {here}"));
        }
        let taken = self.due(lot, money).min(self.lots[lot].left);
        self.lots[lot].left -= taken;
        self.money.insert(payment, here - money);
        self.disputes.insert(
            reference,
            Disputed {
                payment,
                money,
                taken,
                won: None,
            },
        );
        self.flagged[self.lots[lot].who] = true;
        self.book("stripe_clearing", money);
        self.book("disputes", taken - money);
        Ok(0)
    }

    pub(super) fn resolve(&mut self, reference: usize, won: bool, now: i64) -> Outcome {
        let Some(dispute) = self.disputes.get_mut(&reference) else {
            return refuse("NotFound");
        };
        if let Some(before) = dispute.won {
            return if before == won {
                Ok(0)
            } else {
                refuse("Conflict")
            };
        }
        dispute.won = Some(won);
        let (payment, money, taken) = (dispute.payment, dispute.money, dispute.taken);
        let lot = self.bought[&payment];
        let who = self.lots[lot].who;
        if !won {
            let more = (self.due(lot, money) - taken).min(self.lots[lot].left);
            self.lots[lot].left -= more;
            self.book("disputes", more);
            return Ok(0);
        }
        if taken > 0 {
            self.revive(lot, now);
        }
        self.lots[lot].left += taken;
        *self.money.entry(payment).or_default() += money;
        self.book("stripe_clearing", -money);
        self.book("disputes", money - taken);
        let against = self.disputes.values().any(|other| {
            other.won != Some(true) && self.lots[self.bought[&other.payment]].who == who
        });
        if !against {
            self.flagged[who] = false;
        }
        Ok(0)
    }
}
