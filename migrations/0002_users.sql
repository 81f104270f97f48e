-- People with an account.
create table users (
    id           uuid        primary key,
    -- Kept as typed; compared in lower case.
    email        text        not null,
    display_name text        not null,
    role         text        not null constraint users_role_known check (role in ('user', 'admin')),
    -- 'light', 'dark', or null to follow the device.
    theme        text        constraint users_theme_known check (theme in ('light', 'dark')),
    created_at   timestamptz not null
);
create unique index users_email_unique on users (lower(email));
