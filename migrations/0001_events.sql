-- Events: what is true is written here in the transaction that makes it true (transactional
-- outbox), and each consumer notes what it has seen in its own (inbox).

create table outbox (
    id              uuid        primary key,
    -- Order of writing. Rows can become visible out of this order, so readers never keep a
    -- position in it: they look for rows not yet published. Within one aggregate it is the order
    -- of the facts, because writers lock the aggregate first.
    seq             bigint      generated always as identity,
    kind            text        not null,
    aggregate_id    uuid        not null,
    data            jsonb       not null,
    -- W3C trace context of the request that caused the event.
    traceparent     text,
    occurred_at     timestamptz not null,
    published_at    timestamptz,
    attempts        integer     not null default 0,
    next_attempt_at timestamptz not null,
    last_error      text
);

-- The relay's only question; stays tiny because published rows leave it.
create index outbox_unpublished on outbox (aggregate_id, seq) where published_at is null;
-- Pruning.
create index outbox_published on outbox (published_at) where published_at is not null;

create table inbox (
    consumer    text        not null,
    event_id    uuid        not null,
    consumed_at timestamptz not null,
    primary key (consumer, event_id)
);
create index inbox_event on inbox (event_id);
