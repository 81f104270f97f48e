-- Which child of a message was last shown: the way down from any message, and what a conversation
-- shows again when the reader comes back to a branch. No foreign key: messages go only with their
-- whole conversation, and a key would cost a look through this table for each of them.
alter table messages add column shown_child_id uuid;

-- So far the shown branch was the one with the newest messages.
update messages parent set shown_child_id =
    (select child.id from messages child where child.parent_id = parent.id
     order by child.created_at desc, child.id desc limit 1);

-- The siblings of a conversation's first message.
create index messages_roots on messages (conversation_id) where parent_id is null;

-- Two devices may write in one conversation at once: each makes its own branch.
drop index generations_one_running;
create index generations_running on generations (conversation_id) where status = 'running';

-- How many bytes at the beginning of an answer were taken over from the one that it continues.
alter table generations add column continued_bytes bigint not null default 0
    constraint generations_continued_bytes_not_negative check (continued_bytes >= 0);

-- Deleting a message looks for conversations whose head it is.
create index conversations_head_id on conversations (head_id);
