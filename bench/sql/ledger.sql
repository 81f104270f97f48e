-- A ledger as the commands write it: every person has one lot that was bought, and from it answers that
-- were held, captured and paid for; the last person has so many lines as few ever will. Without the triggers,
-- which take a row at a time; `server ledger verify` says afterwards whether it is right.
-- Needs a superuser. Variables: people (how many), answers (of each), mine (answers of the last person).
-- Of each answer come 2 transactions with 7 entries.
begin;
set local session_replication_role = replica;

create temp table person on commit drop as
select n, gen_random_uuid() as user_id, gen_random_uuid() as wallet_id, gen_random_uuid() as lot_id,
       gen_random_uuid() as held_id, case when n = :people then :mine else :answers end as answers
from generate_series(1, :people) as n;

insert into users (id, email, display_name, role, created_at)
select user_id, 'ledger-' || n || '@bench.example', 'Ledger ' || n, 'user', now() from person;
insert into wallets (id, user_id, created_at, held_account) select wallet_id, user_id, now(), held_id from person;
insert into ledger_accounts (id, wallet_id, kind, balance, has_credit)
select lot_id, wallet_id, 'lot', 1000000000 - answers * 100, true from person
union all select held_id, wallet_id, 'held', 0, false from person;
insert into credit_lots (id, wallet_id, kind, amount, paid, payment, created_at)
select lot_id, wallet_id, 'bought', 1000000000, 1000000000, 'bench-' || n, now() from person;

create temp table house on commit drop as
select (array_agg(id) filter (where kind = 'revenue'))[1] as revenue,
       (array_agg(id) filter (where kind = 'stripe_clearing'))[1] as clearing,
       (array_agg(id) filter (where kind = 'provider_cost'))[1] as cost,
       (array_agg(id) filter (where kind = 'provider_payable'))[1] as payable
from ledger_accounts where wallet_id is null;

create temp table line on commit drop as
select person.*, house.revenue, house.clearing, house.cost, house.payable, k,
       gen_random_uuid() as run, gen_random_uuid() as holding, gen_random_uuid() as capturing,
       timestamptz '2026-01-01' + k * interval '1 minute' as at
from person, house, generate_series(1, person.answers) as k;

with bought as (
    insert into ledger_transactions (id, wallet_id, number, kind, key, occurred_at, amount, credit_after, payment)
    select gen_random_uuid(), wallet_id, 1, 'purchase', 'purchase:bench-' || n, timestamptz '2026-01-01', 1000000000,
           1000000000, 'bench-' || n
    from person returning id, wallet_id)
insert into ledger_entries (transaction_id, account_id, amount, balance_after)
select bought.id, entry.account_id, entry.amount, entry.balance
from bought join person using (wallet_id), house,
     lateral (values (person.lot_id, 1000000000, 1000000000), (house.clearing, -1000000000, null))
         as entry (account_id, amount, balance);

insert into ledger_transactions (id, wallet_id, number, kind, key, occurred_at, amount, credit_after, generation_id)
select holding, wallet_id, 2 * k, 'hold', 'hold:' || run, at, 0, 1000000000 - (k - 1) * 100, run from line
union all
select capturing, wallet_id, 2 * k + 1, 'capture', 'capture:' || run, at, -100, 1000000000 - k * 100, run from line;

insert into ledger_entries (transaction_id, account_id, amount, balance_after)
select line.holding, lot_id, -150, 1000000000 - (k - 1) * 100 - 150 from line
union all select holding, held_id, 150, 150 from line
union all select capturing, held_id, -150, 0 from line
union all select capturing, lot_id, 50, 1000000000 - k * 100 from line
union all select capturing, revenue, 100, null from line
union all select capturing, cost, -60, null from line
union all select capturing, payable, 60, null from line;

insert into holds (generation_id, wallet_id, amount, may_exceed, placed_at, settled_at)
select run, wallet_id, 150, true, at, at from line;
insert into usage_records (generation_id, wallet_id, model_id, occurred_at, input_tokens, cached_input_tokens,
                           output_tokens, price, charged, provider_cost)
select run, wallet_id, '00000000-0000-0000-0000-000000000007', at, 1000, 0, 100, 100, 100, 60 from line;
commit;
vacuum analyze wallets, ledger_accounts, credit_lots, ledger_transactions, ledger_entries, holds, usage_records;
-- What was written is on the disk before anything is measured: else the kernel still writes it, and makes others wait.
checkpoint;
