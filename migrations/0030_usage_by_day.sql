-- What models were used for, by UTC day: a read model, kept from events and made anew from them by
-- `server events rebuild usage`. No person is in it.
create table usage_by_day (
    day           date   not null,
    model_id      uuid   not null,
    purpose       text   not null constraint usage_by_day_purpose_known check (purpose in ('answer', 'summary', 'title')),
    -- Runs of the model, whatever came of them.
    runs          bigint not null,
    input_tokens  bigint not null,
    output_tokens bigint not null,
    -- Micro-USD; runs of a model without prices add nothing.
    cost          bigint not null,
    primary key (day, model_id, purpose)
);
