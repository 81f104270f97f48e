-- Whose session it is, as the sign-in wrote it into the data; null before anybody has signed in.
-- Generated, so that processes of the version before need not know of it.
alter table sessions add column user_id uuid
    generated always as ((data -> 'axum-login.data' ->> 'user_id')::uuid) stored;
-- An account takes its sessions with it.
alter table sessions add constraint sessions_user
    foreign key (user_id) references users (id) on delete cascade;
-- All sessions of a person: they end with the password.
create index sessions_user on sessions (user_id);

-- Whatever ends a session, every process closes what is open in it. Sessions end rarely, so the
-- lock that NOTIFY takes at the commit holds nobody up.
create function signal_session_ended() returns trigger language plpgsql as $$
begin
    perform pg_notify('parlance', 'session_ended:' || encode(old.id, 'hex'));
    return null;
end $$;
create trigger sessions_ended after delete on sessions
    for each row execute function signal_session_ended();
