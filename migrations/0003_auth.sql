-- How a person proves who they are. Apart from `users`, so that nothing else reads it.
create table credentials (
    user_id       uuid        primary key references users (id) on delete cascade,
    -- Argon2id in PHC string format.
    password_hash text        not null,
    changed_at    timestamptz not null
);

-- Signed-in browsers, in the shape the session store asks for.
create table sessions (
    id          text        primary key,
    data        bytea       not null,
    expiry_date timestamptz not null
);
-- Clean-up of what has expired.
create index sessions_expiry on sessions (expiry_date);
