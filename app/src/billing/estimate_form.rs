//! The calculator: a form whose answer is the page itself, with what was typed in its address.

use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::{
    estimate::{DAYS, Habits, monthly, of_a_month},
    models::PricedModel,
    money::money,
};
use crate::{
    language::{number, t},
    ui::FieldError,
};

/// A field: its name, what it begins with, and the most that it takes.
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    first: i64,
    most: i64,
}

const MESSAGES: Field = Field {
    name: "messages",
    first: 20,
    most: 1_000,
};
const ASKED: Field = Field {
    name: "asked",
    first: 60,
    most: 30_000,
};
const ANSWERED: Field = Field {
    name: "answered",
    first: 300,
    most: 30_000,
};
const TURNS: Field = Field {
    name: "turns",
    first: 5,
    most: 100,
};

impl Field {
    /// What was typed, or what it begins with.
    fn text(self, asked: &ParamsMap) -> String {
        asked
            .get(self.name)
            .unwrap_or_else(|| self.first.to_string())
    }

    /// A number from 1 to the most.
    fn value(self, asked: &ParamsMap) -> Option<i64> {
        let typed = self.text(asked).trim().parse().ok();
        typed.filter(|n| (1..=self.most).contains(n))
    }
}

fn habits(asked: &ParamsMap) -> Option<Habits> {
    Some(Habits {
        messages: MESSAGES.value(asked)?,
        asked: ASKED.value(asked)?,
        answered: ANSWERED.value(asked)?,
        turns: TURNS.value(asked)?,
    })
}

/// The form, and what it comes to.
#[component]
pub fn Estimate(
    /// On offer.
    models: Vec<PricedModel>,
    /// What was typed.
    asked: ParamsMap,
) -> impl IntoView {
    let named = asked.get("model").and_then(|id| id.parse().ok());
    let priced = models.iter().filter(|model| model.rates.is_some());
    let is_named = |model: &&PricedModel| Some(model.id) == named;
    let chosen = priced.clone().find(is_named).or(priced.clone().next());
    let chosen_id = chosen.map(|model| model.id);
    let result = chosen.and_then(|model| result(model, &asked));
    let options = priced
        .map(|model| {
            let selected = Some(model.id) == chosen_id;
            view! { <option value=model.id.to_string() selected=selected>{model.name.clone()}</option> }
        })
        .collect::<Vec<_>>();
    view! {
        <section aria-labelledby="estimate">
            <h2 id="estimate">{t!(pricing.estimate)}</h2>
            <p class="about">{t!(pricing.estimate_about)}</p>
            <form class="form estimate" action="/pricing#estimate" method="get">
                <div class="field">
                    <label for="model">{t!(billing.model)}</label>
                    <select class="select" id="model" name="model">{options}</select>
                </div>
                <NumberField field=MESSAGES label=t!(pricing.messages) asked=asked.clone()/>
                <NumberField field=TURNS label=t!(pricing.turns) asked=asked.clone()/>
                <NumberField field=ASKED label=t!(pricing.asked) asked=asked.clone()/>
                <NumberField field=ANSWERED label=t!(pricing.answered) asked/>
                <button class="btn btn-primary">{t!(pricing.calculate)}</button>
            </form>
            {result}
        </section>
    }
}

/// What it comes to; nothing when a field is refused.
fn result(model: &PricedModel, asked: &ParamsMap) -> Option<impl IntoView + use<>> {
    let (habits, rates) = (habits(asked)?, model.rates?);
    // What the fields take is far from overflowing.
    let (used, cost) = (of_a_month(habits).ok()?, monthly(rates, habits).ok()?);
    let whole = |tokens: i64| number(usize::try_from(tokens).unwrap_or_default());
    let name = model.name.clone();
    Some(view! {
        <div class="estimated" role="status">
            <p class="sum">{t!(pricing.a_month, amount = money(cost))}</p>
            <p class="about">
                {t!(pricing.how, model = name, input = whole(used.input), output = whole(used.output), days = DAYS)}
            </p>
        </div>
    })
}

#[component]
fn NumberField(field: Field, label: &'static str, asked: ParamsMap) -> impl IntoView {
    let refused = field.value(&asked).is_none();
    let error = format!("{}-error", field.name);
    let most = number(usize::try_from(field.most).unwrap_or_default());
    let sentence = refused.then(|| t!(pricing.whole_number, most));
    view! {
        <div class="field">
            <label for=field.name>{label}</label>
            <input class="input" id=field.name name=field.name inputmode="numeric" required
                value=field.text(&asked) aria-describedby=error.clone() aria-invalid=refused.then_some("true")/>
            <FieldError id=error sentence/>
        </div>
    }
}
