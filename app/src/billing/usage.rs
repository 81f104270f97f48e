//! What a person used, by day and model.

use ::payments::{DailyUsage, MicroUsd, TokenUsage, queries::my_usage};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    chart::{Bars, Chart, SERIES},
    models::Names,
    money::money,
    overview::Ways,
    range::{LATEST, NoRange, Range},
    sums::{Sum, by_model, series},
};
use crate::{
    error::{AppError, ErrorKind, Explain},
    language::{day, number, t},
    pages::{Page, Site},
    server::app_state,
    session,
    ui::ErrorNotice,
};

/// The page.
#[component]
pub fn UsagePage() -> impl IntoView {
    let asked = use_query_map().get_untracked();
    view! {
        <Page view=async move {
            let (db, actor) = (app_state()?.db, session::actor().await?);
            let today = db.now().date();
            let range = Range::asked(&asked, today);
            let shown = range.unwrap_or_else(|NoRange| Range::latest(today, LATEST[0]));
            let used = my_usage(&db, actor, shown.from, shown.to).await?;
            let names = Names::load(&db).await?;
            let refused = range.err().map(|e| {
                let error = AppError::new(ErrorKind::Invalid, e.explain());
                error.set_status();
                error
            });
            Ok(view! { <Usage range=shown used names refused/> }.into_any())
        }/>
    }
}

#[component]
fn Usage(
    range: Range,
    used: Vec<DailyUsage>,
    names: Names,
    refused: Option<AppError>,
) -> impl IntoView {
    let csv = format!("/usage.csv?from={}&to={}", range.from, range.to);
    let shown = if used.is_empty() {
        view! { <p class="about">{t!(billing.nothing_used)}</p> }.into_any()
    } else {
        view! {
            <Totals range used=used.clone() names=&names/>
            <section aria-labelledby="by-day">
                <h2 id="by-day">{t!(billing.by_day)}</h2>
                <Days used names=&names/>
                <p class="pager"><a class="link" href=csv download>{t!(billing.each_as_csv)}</a></p>
            </section>
        }
        .into_any()
    };
    view! {
        <Title text=t!(billing.usage)/>
        <Site>
            <main class="money" id="content">
                <h1>{t!(billing.usage)}</h1>
                <Ways here="/usage"/>
                <Choice range/>
                {refused.map(|error| view! { <ErrorNotice error id="range-error"/> })}
                {shown}
            </main>
        </Site>
    }
}

/// Which days: links for the usual ones, a form for others.
#[component]
fn Choice(range: Range) -> impl IntoView {
    let mut usual = LATEST;
    usual.sort_unstable();
    let links = usual
        .map(|days| {
            let current = (range.days() == days).then_some("true");
            let href = format!("/usage?days={days}");
            view! { <a class="btn btn-outline-quiet" href=href aria-current=current>{t!(billing.days, days)}</a> }
        })
        .into_any();
    view! {
        <div class="choice">
            <nav aria-label=t!(billing.which_days)>{links}</nav>
            <form action="/usage" method="get">
                <label for="from">{t!(billing.from)}</label>
                <input class="input" id="from" name="from" type="date" value=range.from.to_string()/>
                <label for="to">{t!(billing.to)}</label>
                <input class="input" id="to" name="to" type="date" value=range.to.to_string()/>
                <button class="btn btn-outline-quiet">{t!(common.show)}</button>
            </form>
        </div>
    }
}

/// The chart, and what there is of each model.
#[component]
fn Totals<'a>(range: Range, used: Vec<DailyUsage>, names: &'a Names) -> impl IntoView + use<> {
    let models = by_model(&used);
    let all = Sum::of(&used);
    // Where nothing is charged, there still is something to see.
    let costs = all.charged.is_positive();
    let bars = Bars {
        days: range.each().collect(),
        series: series(&used, &models, range, costs),
        label: if costs {
            |micros| money(MicroUsd(micros))
        } else {
            |tokens| whole(tokens)
        },
    };
    let (from, to) = (day(range.from), day(range.to));
    let (heading, name) = match costs {
        true => (t!(billing.cost_by_day), t!(billing.chart_of_cost, from, to)),
        false => (
            t!(billing.tokens_by_day),
            t!(billing.chart_of_tokens, from, to),
        ),
    };
    let rows = models
        .iter()
        .enumerate()
        .map(|(place, (model, sum))| {
            let swatch = format!("swatch series-{}", place.min(SERIES - 1) + 1);
            let name = names.of(*model).to_owned();
            view! {
                <tr>
                    <th scope="row"><span class=swatch aria-hidden="true"></span>{name}</th>
                    {figures(*sum)}
                </tr>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <section aria-labelledby="totals">
            <h2 id="totals">{heading}</h2>
            <p class="about">{t!(billing.in_utc, from, to)}</p>
            <Chart bars name/>
            <div class="scrolls" role="region" aria-labelledby="totals" tabindex="0">
                <table class="figures">
                    <thead><tr><th scope="col">{t!(billing.model)}</th>{headings()}</tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr><th scope="row">{t!(billing.total)}</th>{figures(all)}</tr></tfoot>
                </table>
            </div>
        </section>
    }
}

/// Every day and model, the latest first.
#[component]
fn Days<'a>(used: Vec<DailyUsage>, names: &'a Names) -> impl IntoView + use<> {
    let rows = used
        .iter()
        .rev()
        .map(|one| {
            let name = names.of(one.model).to_owned();
            view! {
                <tr>
                    <th scope="row">{day(one.day)}<span class="about">{name}</span></th>
                    {figures(Sum::of(std::slice::from_ref(one)))}
                </tr>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="scrolls" role="region" aria-labelledby="by-day" tabindex="0">
            <table class="figures lines">
                <thead><tr><th scope="col">{t!(billing.day)}</th>{headings()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn headings() -> impl IntoView {
    [
        t!(billing.answers),
        t!(billing.input),
        t!(billing.cached_input),
        t!(billing.output),
        t!(billing.cost),
    ]
    .map(|name| view! { <th scope="col">{name}</th> })
    .into_any()
}

fn figures(sum: Sum) -> impl IntoView {
    let Sum {
        answers,
        tokens,
        charged,
    } = sum;
    let TokenUsage {
        input,
        cached_input,
        output,
    } = tokens;
    view! {
        <td>{whole(answers)}</td>
        <td>{whole(input)}</td>
        <td>{whole(cached_input)}</td>
        <td>{whole(output)}</td>
        <td>{money(charged)}</td>
    }
}

/// A count, as the language groups its digits.
pub fn whole(count: i64) -> String {
    number(usize::try_from(count).unwrap_or_default())
}
