-- Mail that waits to be sent, written in the transaction of what it tells. What the job in the queue
-- names; the row goes when the mail is on its way.
create table mails (
    -- Also the mail's Message-ID: sent twice, it is the same mail.
    id        uuid        primary key,
    -- To whom; null where that is found out when it is sent, by the address.
    user_id   uuid        constraint mails_user references users (id) on delete cascade,
    -- Where to; null for the account's own address, as it is then.
    address   text,
    -- The language of the request, for whoever has chosen none.
    language  text        not null,
    notice    jsonb       not null,
    queued_at timestamptz not null,
    constraint mails_to_somebody check (user_id is not null or address is not null)
);
create index mails_user_id on mails (user_id);

-- What is in the links of mails that have been sent. A link is made when its mail is sent, and only
-- its digest is kept: a copy of the database opens nothing.
create table mail_links (
    -- SHA-256 of the 32 random bytes in the link.
    digest     bytea       primary key,
    purpose    text        not null constraint mail_links_purpose_known
               check (purpose in ('reset_password', 'verify_address', 'change_address', 'sign_up')),
    user_id    uuid        not null constraint mail_links_user references users (id) on delete cascade,
    -- The address that the link was sent to: opening it proves that this one is the person's.
    address    text        not null,
    expires_at timestamptz not null
);
create index mail_links_user_id on mail_links (user_id, purpose);
create index mail_links_expiry on mail_links (expires_at);

-- How often something was asked for lately, where asking costs others something.
create table request_counts (
    -- SHA-256 of what is counted and by whom (an address, a network): nothing to read.
    key   bytea       primary key,
    count integer     not null,
    -- Counting begins anew then.
    until timestamptz not null
);
create index request_counts_until on request_counts (until);

-- Browsers in which a person has signed in before.
create table known_devices (
    user_id uuid        not null constraint known_devices_user references users (id) on delete cascade,
    -- SHA-256 of the cookie.
    device  bytea       not null,
    seen_at timestamptz not null,
    primary key (user_id, device)
);
