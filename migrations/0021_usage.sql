-- What models cost and what was used of them.

-- The price book: a row holds from its time until the model's next one. Never changed: an answer names the
-- row by which it was priced. All prices in micro-USD per million tokens.
create table prices (
    id                    uuid        primary key,
    -- Another domain's.
    model_id              uuid        not null,
    effective_from        timestamptz not null,
    -- Ours.
    input                 bigint      not null,
    cached_input          bigint      not null,
    output                bigint      not null,
    -- The provider's.
    provider_input        bigint      not null,
    provider_cached_input bigint      not null,
    provider_output       bigint      not null,
    created_at            timestamptz not null,
    constraint prices_one_at_a_time unique (model_id, effective_from),
    constraint prices_not_negative check (least(input, cached_input, output, provider_input,
                                                provider_cached_input, provider_output) >= 0)
);

-- What each run used and cost.
create table usage_records (
    generation_id       uuid        primary key,
    wallet_id           uuid        not null constraint usage_records_wallet references wallets (id),
    model_id            uuid        not null,
    -- Null for a model without a price.
    price_id            uuid        constraint usage_records_price references prices (id),
    occurred_at         timestamptz not null,
    -- Tokens; those read from the provider's cache are part of the input.
    input_tokens        bigint      not null,
    cached_input_tokens bigint      not null,
    output_tokens       bigint      not null,
    -- Micro-USD: by our prices, what of it was charged, what of that was given back, by the provider's prices.
    price               bigint      not null,
    charged             bigint      not null,
    refunded            bigint      not null default 0,
    provider_cost       bigint      not null,
    constraint usage_records_tokens check (input_tokens >= cached_input_tokens and cached_input_tokens >= 0
                                           and output_tokens >= 0),
    constraint usage_records_money check (price >= charged and charged >= refunded and refunded >= 0
                                          and provider_cost >= 0)
);
-- By day, and the sum against a person's caps.
create index usage_records_time on usage_records (wallet_id, occurred_at, generation_id)
    include (charged, refunded);
