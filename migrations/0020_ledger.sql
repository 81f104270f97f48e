-- The ledger: double entry in micro-USD, append-only. Its rules are enforced here, so that no mistake in a
-- program can break them:
--   * every transaction sums to zero, moves accounts of one wallet only, and says what it changes for the person;
--   * the balance of an account is the sum of its entries, and nothing but an entry moves it;
--   * what belongs to a person is never negative;
--   * transactions and entries are never changed and never go.
-- Signs: what the site owes or has earned is positive (a person's credit, revenue), what it owns or has
-- spent is negative (money at Stripe, promotions, provider cost).

-- What a person has to spend. The row is locked before anything of it changes, so all that happens to a
-- wallet happens one after the other. It outlives the account: without it, the ledger names nobody.
create table wallets (
    id          uuid        primary key,
    user_id     uuid        constraint wallets_user references users (id) on delete set null
                            constraint wallets_user_unique unique,
    -- Since when a payment is disputed: nothing can be spent then.
    flagged_at  timestamptz,
    -- What the person allows to be spent on one message, in a day and in a month (UTC), in micro-USD; null
    -- for no limit.
    message_cap bigint      constraint wallets_message_cap_positive check (message_cap > 0),
    day_cap     bigint      constraint wallets_day_cap_positive check (day_cap > 0),
    month_cap   bigint      constraint wallets_month_cap_positive check (month_cap > 0),
    created_at  timestamptz not null
);

-- Each wallet has its own account of every kind, those of the house too: the house's total is the sum over
-- all wallets. With one row for all revenue, the whole site would wait for that row's lock.
create table ledger_accounts (
    id        uuid   primary key,
    wallet_id uuid   not null constraint ledger_accounts_wallet references wallets (id),
    kind      text   not null constraint ledger_accounts_kind_known check (kind in (
        -- The person's: one a credit lot, and what is held for answers being written.
        'lot', 'held',
        -- The house's. Clearing: money on its way through Stripe. Payable: owed to providers for their cost.
        'revenue', 'promotional', 'refunds', 'stripe_clearing', 'provider_cost', 'provider_payable',
        'expired', 'disputes')),
    balance   bigint not null default 0,
    constraint ledger_accounts_never_negative check (kind not in ('lot', 'held') or balance >= 0)
);
create unique index ledger_accounts_one_of_a_kind on ledger_accounts (wallet_id, kind) where kind <> 'lot';
-- What a person has: few rows, however many lots were used up.
create index ledger_accounts_credit on ledger_accounts (wallet_id) where kind in ('lot', 'held') and balance > 0;

-- Credit that came at once and is kept apart until it is spent: its account has the same id.
create table credit_lots (
    id         uuid        primary key constraint credit_lots_account references ledger_accounts (id),
    wallet_id  uuid        not null constraint credit_lots_wallet references wallets (id),
    kind       text        not null constraint credit_lots_kind_known check (kind in ('bought', 'granted', 'allowance')),
    -- At first, in micro-USD.
    amount     bigint      not null constraint credit_lots_amount_positive check (amount > 0),
    -- Money paid for it, in micro-USD.
    paid       bigint      not null constraint credit_lots_paid_not_negative check (paid >= 0),
    -- The payment at the payment provider: one payment gives credit once.
    payment    text        constraint credit_lots_payment_unique unique,
    expires_at timestamptz,
    created_at timestamptz not null,
    constraint credit_lots_payment_known check ((kind = 'granted') = (payment is null))
);
create index credit_lots_wallet on credit_lots (wallet_id);

create table ledger_transactions (
    id            uuid        primary key,
    wallet_id     uuid        not null constraint ledger_transactions_wallet references wallets (id),
    -- 1, 2, 3, … within the wallet, without gaps; given here.
    number        bigint      not null,
    kind          text        not null constraint ledger_transactions_kind_known check (kind in (
        'purchase', 'allowance', 'grant', 'hold', 'capture', 'release', 'purchase_refund',
        'refund_returned', 'charge_refund', 'dispute', 'dispute_won', 'dispute_lost', 'expiry', 'cost')),
    -- Makes it happen once. Kept for ever.
    key           text        not null,
    occurred_at   timestamptz not null,
    -- What it changes for the person: the sum over their accounts, in micro-USD.
    amount        bigint      not null,
    -- What the person has then, held credit included; given here.
    credit_after  bigint      not null,
    -- What it is about: a run of a model, a payment. Other domains' and other systems' ids.
    generation_id uuid,
    payment       text,
    constraint ledger_transactions_numbered unique (wallet_id, number),
    constraint ledger_transactions_once unique (wallet_id, key)
);
-- What a run has taken and from which lots.
create index ledger_transactions_generation on ledger_transactions (generation_id) where generation_id is not null;
-- How much of a payment's money is still here.
create index ledger_transactions_payment on ledger_transactions (payment) where payment is not null;
-- The lines that a person sees: whatever changes what they have.
create index ledger_transactions_lines on ledger_transactions (wallet_id, number desc) where amount <> 0;

-- No foreign key to the transaction: the check of such a key asks for the right to update that table, which
-- nobody has. `ledger_check` looks instead, and what it finds never goes.
create table ledger_entries (
    transaction_id uuid   not null,
    account_id     uuid   not null constraint ledger_entries_account references ledger_accounts (id),
    amount         bigint not null constraint ledger_entries_amount_not_zero check (amount <> 0),
    -- Of the account; given here.
    balance_after  bigint not null,
    primary key (transaction_id, account_id)
);

-- Continues the wallet's lines. Whoever posts without the wallet's lock fails on the number.
create function ledger_continue() returns trigger language plpgsql as $$
declare
    last record;
begin
    select number, credit_after into last from ledger_transactions
        where wallet_id = new.wallet_id order by number desc limit 1;
    new.number := coalesce(last.number, 0) + 1;
    new.credit_after := coalesce(last.credit_after, 0) + new.amount;
    return new;
end $$;
create trigger ledger_transactions_continue before insert on ledger_transactions
    for each row execute function ledger_continue();

-- An entry moves the balance of its account.
create function ledger_move() returns trigger language plpgsql as $$
begin
    update ledger_accounts set balance = balance + new.amount where id = new.account_id
        returning balance into strict new.balance_after;
    return new;
end $$;
create trigger ledger_entries_move before insert on ledger_entries
    for each row execute function ledger_move();

-- And nothing else does.
create function ledger_guard_account() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.balance <> 0 then
            raise exception 'an account begins empty' using errcode = 'restrict_violation';
        end if;
    elsif (new.id, new.wallet_id, new.kind) is distinct from (old.id, old.wallet_id, old.kind)
        -- Within the trigger of an entry the depth is 2.
        or pg_trigger_depth() < 2 then
        raise exception 'only entries move accounts' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger ledger_accounts_guard before insert or update on ledger_accounts
    for each row execute function ledger_guard_account();

-- At the commit, when all entries are there.
create function ledger_check() returns trigger language plpgsql as $$
declare
    checked uuid;
    stated record;
    found record;
begin
    if tg_table_name = 'ledger_entries' then
        checked := new.transaction_id;
    else
        checked := new.id;
    end if;
    select wallet_id, amount into stated from ledger_transactions where id = checked;
    select coalesce(sum(e.amount), 0) as total,
           coalesce(sum(e.amount) filter (where a.kind in ('lot', 'held')), 0) as own,
           coalesce(bool_and(a.wallet_id = stated.wallet_id), false) as of_one_wallet
        into found
        from ledger_entries e join ledger_accounts a on a.id = e.account_id
        where e.transaction_id = checked;
    if stated.wallet_id is null or not found.of_one_wallet or found.total <> 0 or found.own <> stated.amount then
        raise exception 'ledger transaction % is not balanced', checked
            using errcode = 'check_violation', constraint = 'ledger_transactions_balanced';
    end if;
    return null;
end $$;
create constraint trigger ledger_transactions_check after insert on ledger_transactions
    deferrable initially deferred for each row execute function ledger_check();
create constraint trigger ledger_entries_check after insert on ledger_entries
    deferrable initially deferred for each row execute function ledger_check();

-- Nothing that was written changes or goes: by right for whoever runs the site, owner or not, and by trigger
-- for those whom no right stops.
create function ledger_refuse() returns trigger language plpgsql as $$
begin
    raise exception '% on %: the ledger is append-only', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger ledger_transactions_append_only before update or delete or truncate on ledger_transactions
    for each statement execute function ledger_refuse();
create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
    for each statement execute function ledger_refuse();
create trigger ledger_accounts_stay before delete or truncate on ledger_accounts
    for each statement execute function ledger_refuse();
revoke update, delete, truncate on ledger_transactions, ledger_entries from current_user, public;
revoke delete, truncate on ledger_accounts from current_user, public;

-- Credit set aside for a run of a model until its cost is known. Which lots it came from say the entries.
create table holds (
    generation_id uuid        primary key,
    wallet_id     uuid        not null constraint holds_wallet references wallets (id),
    -- Micro-USD.
    amount        bigint      not null constraint holds_amount_positive check (amount > 0),
    -- Whether more than that may be charged: not when the person has set a cap.
    may_exceed    boolean     not null,
    placed_at     timestamptz not null,
    settled_at    timestamptz
);
create index holds_open on holds (placed_at) where settled_at is null;
create index holds_open_of_wallet on holds (wallet_id) where settled_at is null;

-- Payments that their payer's bank takes back.
create table disputes (
    -- At the payment provider.
    reference   text        primary key,
    lot_id      uuid        not null constraint disputes_lot references credit_lots (id),
    wallet_id   uuid        not null constraint disputes_wallet references wallets (id),
    -- Money taken back, and credit that was still there to take, in micro-USD.
    amount      bigint      not null constraint disputes_amount_positive check (amount > 0),
    taken       bigint      not null constraint disputes_taken_not_negative check (taken >= 0),
    opened_at   timestamptz not null,
    outcome     text        constraint disputes_outcome_known check (outcome in ('won', 'lost')),
    resolved_at timestamptz,
    constraint disputes_resolved_whole check ((outcome is null) = (resolved_at is null))
);
create index disputes_wallet on disputes (wallet_id);
