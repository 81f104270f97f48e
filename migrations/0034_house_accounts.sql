-- What an entry costs, once more: an answer has seven, and three of them are of the house. Each wallet had accounts of
-- its own for it, because a balance that all wallets move makes them wait for each other. Nobody waits for what the
-- house has: so its balances are no longer kept but summed when they are asked for, and then one account of a kind is
-- enough for the whole site. Its id is known without a look.

alter table ledger_accounts alter column balance drop not null;
alter table ledger_accounts alter column wallet_id drop not null;
comment on column ledger_accounts.balance is 'Of a person''s accounts. Null for those of the house.';
comment on column ledger_accounts.wallet_id is
    'Null for the house; its accounts that name a wallet are those of before migration 34, and keep their entries.';

-- Where what is held of a wallet is, so that whoever locks the wallet need not look for it. Written with the account,
-- and never changed, as accounts are not. No foreign key: the account has one to the wallet.
alter table wallets add column held_account uuid;
update wallets set held_account = account.id
    from ledger_accounts account where account.wallet_id = wallets.id and account.kind = 'held';

alter table ledger_accounts disable trigger ledger_accounts_guard;
update ledger_accounts set balance = null, has_credit = false where kind not in ('lot', 'held');
alter table ledger_accounts enable trigger ledger_accounts_guard;

create or replace function ledger_guard_account() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.balance <> 0 or new.has_credit then
            raise exception 'an account begins empty' using errcode = 'restrict_violation';
        end if;
        if new.kind in ('lot', 'held') then
            if new.wallet_id is null then
                raise exception 'a person''s account is in a wallet' using errcode = 'restrict_violation';
            end if;
            new.balance := 0;
            if new.kind = 'held' then
                update wallets set held_account = new.id where id = new.wallet_id;
            end if;
        elsif new.kind in ('revenue', 'promotional', 'refunds', 'stripe_clearing', 'provider_cost',
                           'provider_payable', 'expired', 'disputes') then
            new.balance := null;
        else
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

create unique index ledger_accounts_one_house on ledger_accounts (kind) where wallet_id is null;
insert into ledger_accounts (id, wallet_id, kind) values
    ('00000000-0000-0000-0000-000000000001', null, 'revenue'),
    ('00000000-0000-0000-0000-000000000002', null, 'promotional'),
    ('00000000-0000-0000-0000-000000000003', null, 'refunds'),
    ('00000000-0000-0000-0000-000000000004', null, 'stripe_clearing'),
    ('00000000-0000-0000-0000-000000000005', null, 'provider_cost'),
    ('00000000-0000-0000-0000-000000000006', null, 'provider_payable'),
    ('00000000-0000-0000-0000-000000000007', null, 'expired'),
    ('00000000-0000-0000-0000-000000000008', null, 'disputes');

-- An entry of the house comes without a balance, and has nothing to move.
alter table ledger_entries alter column balance_after drop not null;
comment on column ledger_entries.balance_after is
    'Of a person''s account: given here, in the place of any number. Null for the house, since migration 34.';
drop trigger ledger_entries_move on ledger_entries;
create trigger ledger_entries_move before insert on ledger_entries
    for each row when (new.balance_after is not null) execute function ledger_move();

-- Postgres reads the CHECKs of a table anew with each statement that writes to it. These two are looked at by triggers
-- that run anyway, and fail by the same names.
create or replace function ledger_move() returns trigger language plpgsql as $$
begin
    update ledger_accounts
        set balance = balance + new.amount, has_credit = coalesce(balance + new.amount > 0, false)
        where id = new.account_id
        returning balance into strict new.balance_after;
    if new.balance_after < 0 then
        raise exception 'an account of a person would be below nothing'
            using errcode = 'check_violation', constraint = 'ledger_accounts_never_negative';
    end if;
    return new;
end $$;
alter table ledger_accounts drop constraint ledger_accounts_never_negative;

create or replace function ledger_continue() returns trigger language plpgsql as $$
declare
    last record;
begin
    if new.kind not in ('purchase', 'allowance', 'grant', 'hold', 'capture', 'release', 'purchase_refund',
                        'refund_returned', 'charge_refund', 'dispute', 'dispute_won', 'dispute_lost', 'expiry',
                        'cost') then
        raise exception 'there is no kind of transaction %', new.kind
            using errcode = 'check_violation', constraint = 'ledger_transactions_kind_known';
    end if;
    select number, credit_after into last from ledger_transactions
        where wallet_id = new.wallet_id order by number desc limit 1;
    new.number := coalesce(last.number, 0) + 1;
    new.credit_after := coalesce(last.credit_after, 0) + new.amount;
    return new;
end $$;
alter table ledger_transactions drop constraint ledger_transactions_kind_known;

-- At the commit, when all entries are there. What is an account's that has no balance is the house's, and else it is of
-- the transaction's wallet and was moved.
create or replace function ledger_check() returns trigger language plpgsql as $$
declare
    checked uuid;
    balanced boolean;
begin
    if tg_table_name = 'ledger_entries' then
        checked := new.transaction_id;
    else
        checked := new.id;
    end if;
    select sum(entry.amount) = 0
           and coalesce(sum(entry.amount) filter (where account.balance is not null), 0) = transaction.amount
           and bool_and(account.id is not null
                        and coalesce(account.wallet_id, transaction.wallet_id) = transaction.wallet_id
                        and (account.balance is null) = (entry.balance_after is null))
        into balanced
        from ledger_transactions transaction
        join ledger_entries entry on entry.transaction_id = transaction.id
        left join ledger_accounts account on account.id = entry.account_id
        where transaction.id = checked
        group by transaction.id;
    if balanced is not true then
        raise exception 'ledger transaction % is not balanced', checked
            using errcode = 'check_violation', constraint = 'ledger_transactions_balanced';
    end if;
    return null;
end $$;

-- How a run stands is asked in statements of their own again, not by functions of migration 33 within the one that
-- locks the wallet: a site that is seldom asked has nothing of them at hand, and then a round trip costs less than a
-- function. They stay for the version before this one, as does a wallet's own part of the house's accounts.

-- Open holds are few: whoever looks for those of all wallets finds them by the other index as well.
drop index holds_open;
