-- Accounts that are asked for and not opened before mail has reached their address: where the site requires
-- that, a stranger cannot tell from signing up whether an address has an account.
create table sign_ups (
    id            uuid        primary key,
    email         text        not null,
    -- Argon2id in PHC string format. The link alone opens nothing: this password is asked for again.
    password_hash text        not null,
    asked_at      timestamptz not null
);
create index sign_ups_asked_at on sign_ups (asked_at);

create table sign_up_links (
    -- SHA-256 of the 32 random bytes in the link.
    digest     bytea       primary key,
    sign_up_id uuid        not null constraint sign_up_links_sign_up references sign_ups (id) on delete cascade,
    expires_at timestamptz not null
);
create index sign_up_links_sign_up_id on sign_up_links (sign_up_id);
