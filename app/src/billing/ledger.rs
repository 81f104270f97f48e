//! What happened to a person's credit, in plain words.

use ::payments::{LedgerLine, LineCursor, LineKind};
use kernel::Page;
use leptos::prelude::*;

use super::money::{change, money};
use crate::language::{moment, t};

/// A page of lines, the latest first.
#[component]
pub fn Ledger(
    /// The lines.
    lines: Page<LedgerLine, LineCursor>,
    /// Whether later ones come before these.
    later: bool,
) -> impl IntoView {
    if lines.items.is_empty() && !later {
        return view! { <p class="about">{t!(billing.no_lines)}</p> }.into_any();
    }
    let older = lines
        .next
        .map(|LineCursor(number)| format!("/billing?before={number}#ledger"));
    let rows = lines.items.into_iter().map(row).collect::<Vec<_>>();
    view! {
        <table class="figures lines">
            <thead><tr>
                <th scope="col">{t!(billing.what)}</th>
                <th scope="col">{t!(billing.change)}</th>
                <th scope="col">{t!(billing.balance_after)}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <nav class="pager" aria-label=t!(billing.lines)>
            {later.then(|| view! { <a class="link" href="/billing#ledger">{t!(billing.latest)}</a> })}
            {older.map(|href| view! { <a class="link" rel="next" href=href>{t!(billing.older)}</a> })}
            <a class="link" href="/billing/ledger.csv" download>{t!(billing.all_as_csv)}</a>
        </nav>
    }
    .into_any()
}

fn row(line: LedgerLine) -> impl IntoView {
    let gained = line.amount.is_positive().then_some("gained");
    view! {
        <tr>
            <th scope="row">{words(line.kind)}<span class="about">{moment(line.at)}</span></th>
            <td class=gained>{change(line.amount)}</td>
            <td>{money(line.balance_after)}</td>
        </tr>
    }
}

/// What a line is about.
fn words(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Purchase => t!(billing.line.purchase),
        LineKind::Allowance => t!(billing.line.allowance),
        LineKind::Grant => t!(billing.line.grant),
        LineKind::Hold => t!(billing.line.hold),
        LineKind::Capture => t!(billing.line.capture),
        LineKind::Release => t!(billing.line.release),
        LineKind::RefundReturned => t!(billing.line.refund_returned),
        LineKind::PurchaseRefund => t!(billing.line.purchase_refund),
        LineKind::ChargeRefund => t!(billing.line.charge_refund),
        LineKind::Dispute => t!(billing.line.dispute),
        LineKind::DisputeWon => t!(billing.line.dispute_won),
        LineKind::DisputeLost => t!(billing.line.dispute_lost),
        LineKind::Expiry => t!(billing.line.expiry),
        LineKind::Cost => t!(billing.line.cost),
    }
}
