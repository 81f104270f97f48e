-- Models offered to people.
create table models (
    id             uuid    primary key,
    name           text    not null,
    -- The id sent to the provider. Unique: one row a model.
    provider_id    text    not null constraint models_provider_id_unique unique,
    -- Tokens: prompt and answer together.
    context_window integer not null constraint models_context_window_positive check (context_window > 0),
    -- Micro-USD per million tokens; null when nobody has stated a price.
    input_price    bigint  constraint models_input_price_not_negative check (input_price >= 0),
    output_price   bigint  constraint models_output_price_not_negative check (output_price >= 0),
    enabled        boolean not null,
    is_default     boolean not null,
    -- The built-in demo model, labelled as such wherever it is shown.
    is_demo        boolean not null default false,
    created_at     timestamptz not null
);
create unique index models_one_default on models (is_default) where is_default;

create table conversations (
    id         uuid        primary key,
    user_id    uuid        not null references users (id) on delete cascade,
    -- Null until a title is made or chosen.
    title      text,
    -- Set once the person has chosen the title: the automatic one then stays away.
    titled_by_person boolean not null default false,
    model_id   uuid        not null references models (id),
    -- The last message of the branch that is shown.
    head_id    uuid,
    created_at timestamptz not null,
    -- When something was last said: the order of the list.
    active_at  timestamptz not null,
    deleted_at timestamptz
);
-- The list of a person's conversations, newest first, continued by (active_at, id).
create index conversations_list on conversations (user_id, active_at desc, id desc)
    where deleted_at is null;

-- Messages form a tree: a parent can have several children (an edit or another try keeps what
-- was there before).
create table messages (
    id              uuid        primary key,
    conversation_id uuid        not null references conversations (id) on delete cascade,
    parent_id       uuid        references messages (id) on delete cascade,
    role            text        not null constraint messages_role_known check (role in ('user', 'assistant')),
    status          text        not null constraint messages_status_known
                    check (status in ('complete', 'streaming', 'stopped', 'failed', 'interrupted')),
    body            text        not null,
    -- What the body renders to, and by which version of the renderer; null while it grows.
    html            text,
    html_version    smallint,
    created_at      timestamptz not null
);
create index messages_children on messages (parent_id);
create index messages_conversation on messages (conversation_id);

alter table conversations add constraint conversations_head
    foreign key (head_id) references messages (id) on delete set null deferrable initially deferred;

-- One run of a model for one answer.
create table generations (
    id              uuid        primary key,
    message_id      uuid        not null constraint generations_message_unique unique
                    references messages (id) on delete cascade,
    conversation_id uuid        not null references conversations (id) on delete cascade,
    user_id         uuid        not null references users (id) on delete cascade,
    model_id        uuid        not null references models (id),
    status          text        not null constraint generations_status_known
                    check (status in ('running', 'completed', 'stopped', 'failed', 'interrupted')),
    -- Why it failed, as a code; the words are the page's.
    failure         text,
    started_at      timestamptz not null,
    finished_at     timestamptz,
    -- Whoever runs it renews the lease; when it has run out, anybody may end the generation.
    lease_until     timestamptz not null,
    stop_requested  boolean     not null default false,
    input_tokens    bigint,
    output_tokens   bigint,
    -- Whether the tokens were counted here because the provider did not say.
    usage_estimated boolean     not null default false,
    -- Micro-USD; null when the model has no stated price.
    cost            bigint
);
-- At most one answer is being written in a conversation.
create unique index generations_one_running on generations (conversation_id) where status = 'running';
-- The sweep of leases that ran out.
create index generations_lease on generations (lease_until) where status = 'running';
