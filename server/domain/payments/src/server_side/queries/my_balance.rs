use kernel::{Actor, Db, UserId};

use crate::{
    BalanceView, Error, LotId, LotView, MicroUsd,
    server_side::{
        model::{Lot, available, in_spending_order},
        store,
    },
};

/// What the person who asks has.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "payments.my_balance", skip_all)]
pub async fn my_balance(db: &Db, actor: Actor) -> Result<BalanceView, Error> {
    read(db, actor.person()?).await
}

/// What a person has, for operators and the site.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
#[tracing::instrument(name = "payments.balance_of", skip_all, fields(user = %user))]
pub async fn balance_of(db: &Db, actor: Actor, user: UserId) -> Result<BalanceView, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    read(db, user).await
}

async fn read(db: &Db, user: UserId) -> Result<BalanceView, Error> {
    // One question, so that what is held is not missing from both sides.
    let rows = sqlx::query!(
        r#"select wallet.flagged_at is not null as "flagged!", held.balance as "held!", account.balance as "left?",
                  lot.id as "lot?", lot.kind as "kind?", lot.expires_at as "expires_at?",
                  lot.created_at as "created_at?"
           from wallets wallet
           join ledger_accounts held on held.wallet_id = wallet.id and held.kind = 'held'
           left join ledger_accounts account
               on account.wallet_id = wallet.id and account.kind = 'lot' and account.has_credit
           left join credit_lots lot on lot.id = account.id
           where wallet.user_id = $1"#,
        user.0
    );
    let mut balance = BalanceView::default();
    let mut lots = Vec::new();
    for row in rows.fetch_all(db.pool()).await? {
        balance.flagged = row.flagged;
        balance.held = MicroUsd(row.held);
        if let (Some(id), Some(kind), Some(left), Some(created_at)) =
            (row.lot, row.kind, row.left, row.created_at)
        {
            lots.push(Lot {
                id: LotId(id),
                kind: store::lot_kind_from_column(&kind)?,
                left: MicroUsd(left),
                expires_at: row.expires_at,
                created_at,
            });
        }
    }
    let lots = in_spending_order(&lots, db.now());
    balance.available = available(&lots)?;
    balance.lots = lots.iter().map(view).collect();
    Ok(balance)
}

fn view(lot: &Lot) -> LotView {
    LotView {
        id: lot.id,
        kind: lot.kind,
        left: lot.left,
        expires_at: lot.expires_at,
        created_at: lot.created_at,
    }
}
