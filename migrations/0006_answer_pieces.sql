-- What has arrived of answers that are being written, a piece at a time: adding a piece costs its
-- own size, whatever the answer's. When the answer ends, its text goes to messages.body and its
-- pieces go away.
create table answer_pieces (
    generation_id uuid   not null references generations (id) on delete cascade,
    -- Bytes of the answer's text before this piece.
    position      bigint not null constraint answer_pieces_position_not_negative check (position >= 0),
    text          text   not null,
    primary key (generation_id, position)
);
-- Written and deleted all the time: vacuum by the rows, not by a share of a table that is mostly empty.
-- The same for statistics: plans made while it was empty would read all of it.
alter table answer_pieces set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);


-- A lease is renewed every second: not in an index, and beside the old row, it costs a small write.
drop index generations_lease;
create index generations_alive on generations (status) where status = 'running';
alter table generations set (fillfactor = 70);
