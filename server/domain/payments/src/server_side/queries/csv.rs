//! Comma-separated values (RFC 4180), page by page: however many rows there are, one page of them is in memory,
//! and no connection is kept while a slow reader reads.

use std::fmt::Write;

use futures::{Stream, StreamExt, stream};
use kernel::{Actor, Db, Internal, id::Uuid};
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{UsageRow, my_ledger::lines, my_usage::moments, wallet_of};
use crate::{
    Error, LedgerLine, LineCursor, UsageLine, WalletId, server_side::store::line_kind_to_column,
};

/// Rows in a page.
const PAGE: i64 = 1_000;

const LEDGER: &str =
    "line,time,kind,amount_micro_usd,balance_after_micro_usd,generation,payment\r\n";
const USAGE: &str = "time,generation,model,price_version,input_tokens,cached_input_tokens,output_tokens,charged_micro_usd\r\n";

/// All lines of the person who asks, latest first, after a heading.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; in the stream, when the database fails.
#[tracing::instrument(name = "payments.ledger_csv", skip_all)]
pub async fn ledger_csv(
    db: &Db,
    actor: Actor,
) -> Result<impl Stream<Item = Result<String, Error>> + Send + 'static, Error> {
    let wallet = wallet_of(db, actor.person()?).await?;
    let start = wallet.map(|wallet| (db.clone(), wallet, None));
    let pages = stream::try_unfold(start, |at| async move {
        let Some((db, wallet, after)) = at else {
            return Ok(None);
        };
        let lines = lines(&db, wallet, after, PAGE).await?;
        let mut text = String::new();
        for line in &lines {
            write_line(&mut text, line)?;
        }
        let last = lines.last().map(|line| LineCursor(line.number));
        Ok(last.map(|last| (text, Some((db, wallet, Some(last))))))
    });
    Ok(stream::iter([Ok(LEDGER.to_owned())]).chain(pages))
}

/// What each run of the person who asks used from one day of UTC to another, both included, earliest first,
/// after a heading.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::BadRange`] for days that end before they begin; in the stream,
/// when the database fails.
#[tracing::instrument(name = "payments.usage_csv", skip_all)]
pub async fn usage_csv(
    db: &Db,
    actor: Actor,
    from: Date,
    to: Date,
) -> Result<impl Stream<Item = Result<String, Error>> + Send + 'static, Error> {
    let wallet = wallet_of(db, actor.person()?).await?;
    let (begin, end) = moments(from, to)?;
    let start = wallet.map(|wallet| (db.clone(), wallet, (begin, Uuid::nil())));
    let pages = stream::try_unfold(start, move |at| async move {
        let Some((db, wallet, after)) = at else {
            return Ok(None);
        };
        let runs = runs(&db, wallet, after, end).await?;
        let mut text = String::new();
        for run in &runs {
            write_run(&mut text, run)?;
        }
        let last = runs.last().map(|run| (run.at, run.generation));
        Ok(last.map(|last| (text, Some((db, wallet, last)))))
    });
    Ok(stream::iter([Ok(USAGE.to_owned())]).chain(pages))
}

async fn runs(
    db: &Db,
    wallet: WalletId,
    after: (OffsetDateTime, Uuid),
    end: OffsetDateTime,
) -> Result<Vec<UsageLine>, sqlx::Error> {
    let rows = sqlx::query_as!(
        UsageRow,
        "select generation_id, model_id, price_id, occurred_at, input_tokens, cached_input_tokens, output_tokens,
                charged, refunded
         from usage_records
         where wallet_id = $1 and (occurred_at, generation_id) > ($2, $3) and occurred_at < $4
         order by occurred_at, generation_id limit $5",
        wallet.0,
        after.0,
        after.1,
        end,
        PAGE,
    );
    let rows = rows.fetch_all(db.pool()).await?.into_iter();
    Ok(rows.map(UsageLine::from).collect())
}

fn write_line(text: &mut String, line: &LedgerLine) -> Result<(), Internal> {
    let generation = line.generation.map(|id| id.to_string());
    let payment = line.payment.as_ref().map(|payment| field(payment.as_str()));
    write!(
        text,
        "{},{},{},{},{},{},{}\r\n",
        line.number,
        moment(line.at)?,
        line_kind_to_column(line.kind),
        line.amount.0,
        line.balance_after.0,
        generation.unwrap_or_default(),
        payment.unwrap_or_default(),
    )
    .map_err(Internal::new)
}

fn write_run(text: &mut String, run: &UsageLine) -> Result<(), Internal> {
    let prices = run.prices.map(|id| id.to_string());
    write!(
        text,
        "{},{},{},{},{},{},{},{}\r\n",
        moment(run.at)?,
        run.generation,
        run.model,
        prices.unwrap_or_default(),
        run.tokens.input,
        run.tokens.cached_input,
        run.tokens.output,
        run.charged.0,
    )
    .map_err(Internal::new)
}

fn moment(at: OffsetDateTime) -> Result<String, Internal> {
    at.format(&Rfc3339).map_err(Internal::new)
}

/// Quoted where it must be; and what a spreadsheet would take for a formula begins with an apostrophe (OWASP,
/// CSV injection).
fn field(s: &str) -> String {
    let formula = s.starts_with(['=', '+', '-', '@']);
    let s = if formula {
        format!("'{s}")
    } else {
        s.to_owned()
    };
    if s.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", s.replace('"', "\"\""))
    } else {
        s
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_cannot_break_out_or_be_a_formula() {
        assert_eq!(field("pi_1"), "pi_1");
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("a\"b"), "\"a\"\"b\"");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("@a,b"), "\"'@a,b\"");
    }
}
