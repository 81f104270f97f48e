//! What is sold.

use payments::{MicroUsd, Offer, OfferKind};

use super::{
    Environment,
    env::{Env, InvalidVariable},
};

const WANTS_PACKS: &str =
    "a price and its credit in dollars, price in whole cents, such as 5/5,50/55";
const WANTS_PLANS: &str =
    "a name with a price and its credit a month in dollars, such as Plus=10/12,Pro=30/40";
const WANTS_DAYS: &str = "days, from 1 to 3650";
/// Where nothing is configured and no money moves.
const EXAMPLE_PACKS: &str = "5/5,20/20,50/55";
const EXAMPLE_PLANS: &str = "Plus=10/12,Pro=30/40";

/// `CREDIT_PACKS`, `CREDIT_PACK_DAYS`, `PLANS`: in the order in which they are shown; `None` to leave what is for
/// sale as it is.
pub(super) fn from_env(
    env: &Env<'_>,
    environment: Environment,
) -> Result<Option<Vec<Offer>>, InvalidVariable> {
    let days = env.value("CREDIT_PACK_DAYS", WANTS_DAYS, |text| {
        text.parse().ok().filter(|days| (1..=3650).contains(days))
    })?;
    let packs = env.value("CREDIT_PACKS", WANTS_PACKS, |text| packs(text, days))?;
    let plans = env.value("PLANS", WANTS_PLANS, plans)?;
    let (packs, plans) = match (packs, plans) {
        (None, None) if environment.is_production() => return Ok(None),
        (None, None) => (self::packs(EXAMPLE_PACKS, days), self::plans(EXAMPLE_PLANS)),
        set => set,
    };
    Ok(Some(
        [packs, plans].into_iter().flatten().flatten().collect(),
    ))
}

fn packs(text: &str, days: Option<i32>) -> Option<Vec<Offer>> {
    each(text, |part| {
        let (price, credit) = amounts(part)?;
        let cents = price.0 / 10_000;
        let code = match cents % 100 {
            0 => format!("pack-{}", cents / 100),
            rest => format!("pack-{}-{rest:02}", cents / 100),
        };
        Some(Offer {
            code,
            kind: OfferKind::Pack,
            name: format!("{credit} of credit"),
            price,
            credit,
            days,
        })
    })
}

fn plans(text: &str) -> Option<Vec<Offer>> {
    each(text, |part| {
        let (name, amounts_of_it) = part.split_once('=')?;
        let (price, credit) = amounts(amounts_of_it)?;
        let name = name.trim();
        let code = name.to_ascii_lowercase().replace(' ', "-");
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = (1..=40).contains(&code.len()) && code.chars().all(plain);
        (fits && !code.starts_with("pack-")).then(|| Offer {
            code,
            kind: OfferKind::Plan,
            name: name.to_owned(),
            price,
            credit,
            days: None,
        })
    })
}

/// Comma by comma; none of them twice.
fn each(text: &str, read: impl Fn(&str) -> Option<Offer>) -> Option<Vec<Offer>> {
    let mut offers: Vec<Offer> = Vec::new();
    for part in text.split(',') {
        let offer = read(part.trim())?;
        if offers.iter().any(|other| other.code == offer.code) {
            return None;
        }
        offers.push(offer);
    }
    Some(offers)
}

/// `price/credit`, the price in whole cents.
fn amounts(text: &str) -> Option<(MicroUsd, MicroUsd)> {
    let (price, credit) = text.split_once('/')?;
    let read = |text: &str| {
        text.trim()
            .parse()
            .ok()
            .filter(|amount: &MicroUsd| amount.is_positive())
    };
    let (price, credit): (MicroUsd, MicroUsd) = (read(price)?, read(credit)?);
    (price.0 % 10_000 == 0).then_some((price, credit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        set: &[(&str, &str)],
        environment: Environment,
    ) -> Result<Option<Vec<Offer>>, InvalidVariable> {
        let find = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        from_env(&Env::from_fn(find), environment)
    }

    #[test]
    fn packs_and_plans_are_read_exactly() {
        let set = [
            ("CREDIT_PACKS", "5/5, 9.99/12.50"),
            ("CREDIT_PACK_DAYS", "365"),
            ("PLANS", "Plus = 10/12,Team Pro=30/40"),
        ];
        let offers = read(&set, Environment::Production)
            .expect("offers")
            .expect("set");
        let told: Vec<_> = offers
            .iter()
            .map(|o| (&*o.code, &*o.name, o.price.0, o.credit.0, o.days))
            .collect();
        assert_eq!(
            told,
            [
                ("pack-5", "$5.00 of credit", 5_000_000, 5_000_000, Some(365)),
                (
                    "pack-9-99",
                    "$12.50 of credit",
                    9_990_000,
                    12_500_000,
                    Some(365)
                ),
                ("plus", "Plus", 10_000_000, 12_000_000, None),
                ("team-pro", "Team Pro", 30_000_000, 40_000_000, None),
            ]
        );
    }

    #[test]
    fn examples_are_sold_where_no_money_moves_and_nowhere_else() {
        let tried = read(&[], Environment::Development).expect("offers");
        assert_eq!(tried.expect("examples").len(), 5);
        assert_eq!(read(&[], Environment::Production).expect("offers"), None);
        let only_plans = read(&[("PLANS", "Plus=10/12")], Environment::Development);
        assert_eq!(only_plans.expect("offers").expect("set").len(), 1);
    }

    #[test]
    fn what_cannot_be_sold_is_refused() {
        for (name, value) in [
            ("CREDIT_PACKS", ""),
            ("CREDIT_PACKS", "5"),
            ("CREDIT_PACKS", "5/0"),
            ("CREDIT_PACKS", "0/5"),
            ("CREDIT_PACKS", "-5/5"),
            ("CREDIT_PACKS", "5.001/5"),
            ("CREDIT_PACKS", "5/5,5/6"),
            ("CREDIT_PACK_DAYS", "0"),
            ("CREDIT_PACK_DAYS", "soon"),
            ("PLANS", "10/12"),
            ("PLANS", "=10/12"),
            ("PLANS", "Plus=10/12,plus=11/12"),
            ("PLANS", "Pack-5=10/12"),
            ("PLANS", "Plüs=10/12"),
        ] {
            let refused = read(&[(name, value)], Environment::Development);
            // An empty setting is one that is not set.
            assert!(refused.is_err() || value.is_empty(), "{name}={value}");
        }
    }
}
