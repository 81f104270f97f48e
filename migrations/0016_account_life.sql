-- When the person proved that mail to their address reaches them; null before that.
alter table users add column email_verified_at timestamptz;
-- When the account is erased for good; null while nobody asked for that. Until then it can be kept.
alter table users add column delete_at timestamptz;
