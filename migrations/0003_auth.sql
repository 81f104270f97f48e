-- How a person proves who they are. Apart from `users`, so that nothing else reads it.
create table credentials (
    user_id       uuid        primary key references users (id) on delete cascade,
    -- Argon2id in PHC string format.
    password_hash text        not null,
    changed_at    timestamptz not null
);

-- Signed-in browsers. A visitor who is not signed in has no row.
create table sessions (
    -- SHA-256 of the cookie's value: a copy of the database opens nobody's session.
    id           bytea       primary key,
    data         jsonb       not null,
    -- The absolute expiry counts from here.
    signed_in_at timestamptz not null,
    -- Moves on with use, at most up to the absolute expiry.
    expires_at   timestamptz not null
);
-- Clean-up of what has expired.
create index sessions_expiry on sessions (expires_at);
