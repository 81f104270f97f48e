-- Events may go to a message broker, and a consumer that keeps failing is given up for an event.

-- The relay to a broker reads the oldest unpublished events of all aggregates together. Like
-- outbox_unpublished, it stays tiny.
create index outbox_unpublished_by_seq on outbox (seq) where published_at is null;
-- The inbox is pruned by age: a broker can hand out an event again as long as its topic has it.
create index inbox_consumed on inbox (consumed_at);

-- Events that a consumer could not handle, however often it tried. Kept until they are replayed
-- (`server events replay`): the outbox and the topic forget them after a while, so all that is
-- needed is here.
create table dead_letters (
    consumer     text        not null,
    event_id     uuid        not null,
    kind         text        not null,
    aggregate_id uuid        not null,
    data         jsonb       not null,
    traceparent  text,
    occurred_at  timestamptz not null,
    -- How often the consumer has tried, replays included.
    attempts     integer     not null,
    -- Why it failed the last time.
    error        text        not null,
    failed_at    timestamptz not null,
    primary key (consumer, event_id)
);
create index dead_letters_failed on dead_letters (failed_at, event_id, consumer);
