-- The language of a person's pages: a tag (RFC 5646), or null for what the browser asks for. Which ones there
-- are is the program's business: a language more needs no migration.

alter table users
    add column language text constraint users_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$');
