-- Work that is done apart from requests, queued in the transaction of its cause.
create table jobs (
    id            uuid        primary key,
    kind          text        not null,
    -- Ids and numbers only, as in events.
    data          jsonb       not null,
    -- Whom it is about: it goes with the account.
    user_id       uuid        constraint jobs_user references users (id) on delete cascade,
    -- W3C trace context of what queued it.
    traceparent   text,
    created_at    timestamptz not null,
    -- When it is to be begun; while it runs, when its lease ends and somebody else may begin it.
    due_at        timestamptz not null,
    -- Null while nobody runs it.
    running_since timestamptz,
    -- How often it was begun. Also the token of whoever runs it: who was overtaken has an older one.
    attempts      integer     not null default 0,
    last_error    text,
    finished_at   timestamptz,
    -- How it ended; null before that.
    outcome       text        constraint jobs_outcome_known check (outcome in ('done', 'given_up')),
    constraint jobs_finished_with_outcome check ((finished_at is null) = (outcome is null))
);
-- The runners' only question; stays small because finished rows leave it.
create index jobs_due on jobs (due_at) where finished_at is null;
-- What comes again and again by a schedule is there once.
create unique index jobs_scheduled on jobs (kind) where data = '"scheduled"' and finished_at is null;
-- An account takes its jobs with it.
create index jobs_user_id on jobs (user_id) where user_id is not null;
-- Pruning, and the console's list.
create index jobs_finished on jobs (finished_at) where finished_at is not null;
