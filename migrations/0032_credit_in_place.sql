-- What an entry costs: people wait for the charge of their answer, and it has five.

-- An index over `balance > 0` made every entry write each index of its account anew: Postgres changes a row in place
-- (a heap-only tuple) only where no column of any index changes, those of its condition included. A column that only
-- says whether there is credit changes as seldom as that does. With room on the page for the next version.
-- Not a generated column: its expression would be read and planned with every entry.
alter table ledger_accounts set (fillfactor = 80);
alter table ledger_accounts add column has_credit boolean not null default false;
alter table ledger_accounts disable trigger ledger_accounts_guard;
update ledger_accounts set has_credit = true where balance > 0;
alter table ledger_accounts enable trigger ledger_accounts_guard;
create index ledger_accounts_with_credit on ledger_accounts (wallet_id) where kind = 'lot' and has_credit;
drop index ledger_accounts_credit;

create or replace function ledger_move() returns trigger language plpgsql as $$
begin
    update ledger_accounts set balance = balance + new.amount, has_credit = balance + new.amount > 0
        where id = new.account_id
        returning balance into strict new.balance_after;
    return new;
end $$;

-- A kind is given once and never changes, so it is looked at once, and not with every entry.
create or replace function ledger_guard_account() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.balance <> 0 or new.has_credit then
            raise exception 'an account begins empty' using errcode = 'restrict_violation';
        end if;
        if new.kind not in ('lot', 'held', 'revenue', 'promotional', 'refunds', 'stripe_clearing', 'provider_cost',
                            'provider_payable', 'expired', 'disputes') then
            raise exception 'there is no kind of account %', new.kind
                using errcode = 'check_violation', constraint = 'ledger_accounts_kind_known';
        end if;
    elsif (new.id, new.wallet_id, new.kind) is distinct from (old.id, old.wallet_id, old.kind)
        -- Within the trigger of an entry the depth is 2.
        or pg_trigger_depth() < 2 then
        raise exception 'only entries move accounts' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
alter table ledger_accounts drop constraint ledger_accounts_kind_known;

-- `ledger_move` has found the account, and accounts stay.
alter table ledger_entries drop constraint ledger_entries_account;
