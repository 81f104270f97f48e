-- Selling: what is for sale, and what the payment provider was asked for and has told. The money itself is in the
-- ledger (0020); what is here can be fetched anew from the provider.

-- What is for sale. Checkouts and subscriptions refer to what was sold, also when it is sold no longer.
create table offers (
    code     text    primary key constraint offers_code_form check (code ~ '^[a-z0-9-]{1,40}$'),
    kind     text    not null constraint offers_kind_known check (kind in ('pack', 'plan')),
    name     text    not null,
    -- In micro-USD, without tax; whole cents, for the provider counts in them.
    price    bigint  not null constraint offers_price_in_cents check (price > 0 and price % 10000 = 0),
    -- In micro-USD: of a pack once, of a plan each month.
    credit   bigint  not null constraint offers_credit_positive check (credit > 0),
    -- For how many days a pack's credit can be spent; null for ever. A plan's ends with its period.
    days     integer constraint offers_days_positive check (days > 0),
    position integer not null,
    -- Whether it can be bought today.
    offered  boolean not null default true,
    constraint offers_days_of_packs check (kind = 'pack' or days is null)
);

-- Who somebody is at the provider.
create table stripe_customers (
    user_id    uuid        primary key constraint stripe_customers_user references users (id) on delete cascade,
    customer   text        not null constraint stripe_customers_customer_unique unique,
    created_at timestamptz not null
);

-- What somebody began to pay for. The id is the idempotency key at the provider: kept for ever, for the provider
-- forgets its keys after a day.
create table checkouts (
    id         uuid        primary key,
    user_id    uuid        not null constraint checkouts_user references users (id) on delete cascade,
    offer      text        not null constraint checkouts_offer references offers (code),
    -- At the provider; null until it has answered.
    session    text        constraint checkouts_session_unique unique,
    -- 'paid' once the credit is in the ledger.
    state      text        not null constraint checkouts_state_known check (state in ('open', 'processing', 'paid', 'expired')),
    created_at timestamptz not null,
    ended_at   timestamptz
);
create index checkouts_user on checkouts (user_id, created_at desc);

-- Subscriptions as they were last seen at the provider.
create table subscriptions (
    id          uuid        primary key,
    user_id     uuid        not null constraint subscriptions_user references users (id) on delete cascade,
    provider_id text        not null constraint subscriptions_provider_id_unique unique,
    -- Its one item and its price, at the provider.
    item        text        not null,
    price       text        not null,
    -- By the price; null for a price that was not made here.
    offer       text        constraint subscriptions_offer references offers (code),
    state       text        not null constraint subscriptions_state_known check (state in ('incomplete', 'active', 'past_due', 'ended')),
    period_end  timestamptz not null,
    -- Whether it ends then.
    cancels     boolean     not null,
    -- While a renewal is not paid: until when the plan is kept.
    grace_until timestamptz,
    -- Counts what was seen: who has fetched before somebody else has stored fetches again.
    version     bigint      not null,
    created_at  timestamptz not null,
    changed_at  timestamptz not null,
    constraint subscriptions_grace check ((grace_until is not null) = (state = 'past_due'))
);
create index subscriptions_user on subscriptions (user_id);

-- Webhooks. Only what is needed to fetch the object: what an event says of it is not read.
create table webhook_inbox (
    event        text        primary key,
    kind         text        not null,
    object       text        not null,
    received_at  timestamptz not null,
    -- Also of kinds that change nothing here.
    processed_at timestamptz,
    attempts     integer     not null default 0,
    -- Of the last attempt that failed.
    error        text
);

-- Refunds asked for by an operator: booked first, then done at the provider by a job. The id is part of the
-- idempotency key and kept for ever.
create table refund_orders (
    id           uuid        primary key,
    -- As the ledger names it: a payment or an invoice.
    payment      text        not null,
    -- In micro-USD, whole cents.
    money        bigint      not null constraint refund_orders_money_in_cents check (money > 0 and money % 10000 = 0),
    requested_at timestamptz not null,
    -- At the provider; null until it is done there.
    refund       text        constraint refund_orders_refund_unique unique
);
