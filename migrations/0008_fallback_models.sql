-- Which model answers when this one cannot: set from the configuration at every start.
alter table models
    add column fallback_id uuid constraint models_fallback references models (id),
    add constraint models_fallback_is_another check (fallback_id <> id);

-- The model that was asked first, where another one has answered: model_id then names the one that
-- answered, whose name is shown and whose price counts.
alter table generations add column asked_model_id uuid;
-- Rows that are there have none: nothing needs to be looked at, however many there are.
alter table generations add constraint generations_asked_model
    foreign key (asked_model_id) references models (id) not valid;
