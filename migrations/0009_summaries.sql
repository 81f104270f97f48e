-- What stands for the beginning of a branch in requests to a model, once the branch has outgrown
-- what the model reads. Keyed by the last message that it covers: it holds for every branch that
-- passes through that message, and for no other.
create table summaries (
    message_id      uuid        primary key references messages (id) on delete cascade,
    text            text        not null constraint summaries_text_not_empty check (text <> ''),
    model_id        uuid        not null references models (id),
    input_tokens    bigint      not null,
    output_tokens   bigint      not null,
    -- Whether the tokens were counted here because the provider did not say.
    usage_estimated boolean     not null,
    -- Micro-USD; null when the model has no stated price.
    cost            bigint,
    created_at      timestamptz not null
);
