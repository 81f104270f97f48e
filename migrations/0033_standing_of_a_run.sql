-- How a run stands with the wallet that pays for it, to be asked in the statement that locks the wallet: one round
-- trip less each time that somebody waits for an answer. A statement's own tables are read as they were before it
-- waited for the lock; each question of a volatile function sees what has been committed by the time it is asked
-- ("Function Volatility Categories", PostgreSQL 15, 38.7).

-- Before it begins: its hold, if that was placed before, and each lot of the wallet that has credit; at least one row.
create function wallet_before_run(asked_wallet uuid, run uuid)
    returns table (hold_wallet uuid, held bigint, may_exceed boolean, settled boolean,
                   lot uuid, kind text, credit bigint, expires_at timestamptz, created_at timestamptz)
    language plpgsql volatile rows 2 as $$
#variable_conflict use_column
begin
    return query
        select hold.wallet_id, hold.amount, hold.may_exceed, hold.settled_at is not null,
               lot.id, lot.kind, lot.balance, lot.expires_at, lot.created_at
        from (select run as id) asked
        left join holds hold on hold.generation_id = asked.id
        left join (select lot.*, account.balance
                   from ledger_accounts account join credit_lots lot on lot.id = account.id
                   where account.wallet_id = asked_wallet and account.kind = 'lot' and account.has_credit) lot on true;
end $$;

-- After it has ended: its hold while that is open, its charge if it was made before, and what the hold took of each
-- lot; at least one row. The wallet is asked for so that it is locked first: what does not depend on the lock, the
-- planner may do before it.
create function wallet_after_run(locked_wallet uuid, run uuid)
    returns table (hold_wallet uuid, held bigint, may_exceed boolean,
                   charged_wallet uuid, charged bigint, refunded bigint,
                   lot uuid, kind text, taken bigint, expires_at timestamptz, created_at timestamptz)
    language plpgsql volatile rows 2 as $$
#variable_conflict use_column
begin
    return query
        select hold.wallet_id, hold.amount, hold.may_exceed,
               charge.wallet_id, charge.charged, charge.refunded,
               lot.id, lot.kind, lot.taken, lot.expires_at, lot.created_at
        from (select run as id) asked
        left join holds hold on hold.generation_id = asked.id and hold.settled_at is null
        left join usage_records charge on charge.generation_id = asked.id
        left join lateral (
            select lot.id, lot.kind, -sum(entry.amount)::bigint as taken, lot.expires_at, lot.created_at
            from ledger_transactions transaction
            join ledger_entries entry on entry.transaction_id = transaction.id
            join credit_lots lot on lot.id = entry.account_id
            where transaction.generation_id = hold.generation_id
            group by lot.id having sum(entry.amount) < 0) lot on true;
end $$;
