//! What a person allows to be spent.

use ::payments::{Caps, MicroUsd};
use leptos::prelude::*;

use super::money::typed;
use crate::{
    flash::{Flash, flash_for},
    language::t,
    ui::{ErrorNotice, FieldError, about, apart},
};

const ACTION: &str = "/api/fn/payments/set_caps";

/// The form.
#[component]
pub fn CapsForm(
    /// As they are.
    caps: Caps,
) -> impl IntoView {
    let flash = flash_for(ACTION);
    let apart = apart(flash.as_ref().map(|flash| &flash.error));
    let fields = [
        ("message", t!(billing.cap_message), caps.message),
        ("day", t!(billing.cap_day), caps.day),
        ("month", t!(billing.cap_month), caps.month),
    ]
    .map(|(name, label, cap)| field(name, label, cap, flash.as_ref()));
    view! {
        <form class="form caps" action=ACTION method="post">
            {apart.map(|error| view! { <ErrorNotice error id="caps-error"/> })}
            {fields.into_any()}
            <p class="hint" id="caps-hint">{t!(billing.caps_hint)}</p>
            <button class="btn btn-primary">{t!(common.save)}</button>
        </form>
    }
}

fn field(
    name: &'static str,
    label: &'static str,
    cap: Option<MicroUsd>,
    flash: Option<&Flash>,
) -> impl IntoView + use<> {
    let value = match flash {
        Some(flash) => flash.field(name),
        None => cap.map(typed).unwrap_or_default(),
    };
    let sentence = about(flash.map(|flash| &flash.error), name);
    let (id, error) = (format!("cap-{name}"), format!("cap-{name}-error"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id name=name inputmode="decimal" autocomplete="off" value=value
                placeholder=t!(billing.no_limit) aria-describedby=format!("caps-hint {error}")
                aria-invalid=sentence.is_some().then_some("true")/>
            <FieldError id=error sentence/>
        </div>
    }
}
