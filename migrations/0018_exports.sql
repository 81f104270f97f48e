-- A person's data as one file to take along.
create table exports (
    id           uuid        primary key,
    user_id      uuid        not null constraint exports_user references users (id) on delete cascade,
    requested_at timestamptz not null,
    -- Of the attempt that is writing it: what an earlier one still writes does not count.
    run          uuid,
    -- Messages; the total is null until it is begun.
    total        bigint,
    done         bigint      not null default 0,
    -- Of the file; null until it is complete.
    bytes        bigint,
    finished_at  timestamptz,
    -- The file goes then.
    expires_at   timestamptz,
    constraint exports_finished_whole check ((finished_at is null) = (bytes is null)
                                             and (finished_at is null) = (expires_at is null))
);
-- One at a time for each person.
create unique index exports_one_writing on exports (user_id) where finished_at is null;
create index exports_user_id on exports (user_id);
create index exports_expiry on exports (expires_at) where expires_at is not null;

-- The file, in parts of about 256 KB: in the database, where every process finds it, and from where it
-- goes with the account.
create table export_parts (
    export_id uuid    not null constraint export_parts_export references exports (id) on delete cascade,
    number    integer not null,
    bytes     bytea   not null,
    primary key (export_id, number)
);
-- It is compressed already.
alter table export_parts alter column bytes set storage external;

-- What links to exports are signed with: one row.
create table export_keys (
    only_one boolean     primary key default true constraint export_keys_only_one check (only_one),
    key      bytea       not null,
    made_at  timestamptz not null
);
