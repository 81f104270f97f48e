-- A conversation of many messages: questions and answers of another one over and over, with the HTML that
-- the server has made and stored for them. Of a question, what follows ' [[' is for the demo model.
-- Variables: owner (an address), source (a conversation), messages (how many). Prints the new conversation's id.
begin;
create temp table sources on commit drop as
select row_number() over (order by a.created_at, a.id) - 1 as k, split_part(q.body, ' [[', 1) as question, a.body as answer, a.html,
       a.html_version, g.model_id, g.input_tokens, g.output_tokens
from messages a join messages q on q.id = a.parent_id join generations g on g.message_id = a.id
where a.conversation_id = :'source' and a.role = 'assistant' and a.status = 'complete';

create temp table chain on commit drop as
select n, n % 2 = 1 as asks, (n - 1) / 2 % (select count(*) from sources) as k, gen_random_uuid() as id,
       now() - make_interval(mins => :messages - n) as at
from generate_series(1, :messages) as n;

create temp table conversation on commit drop as
select gen_random_uuid() as id, users.id as user_id, (select model_id from sources limit 1) as model_id
from users where email = :'owner';

insert into conversations (id, user_id, title, model_id, created_at, active_at)
select id, user_id, 'A long conversation', model_id, now() - make_interval(mins => :messages), now() from conversation;

insert into messages (id, conversation_id, parent_id, role, status, body, html, html_version, created_at)
select m.id, c.id, parent.id, case when m.asks then 'user' else 'assistant' end, 'complete',
       case when m.asks then s.question else s.answer end,
       case when not m.asks then s.html end, case when not m.asks then s.html_version end, m.at
from conversation c, chain m left join chain parent on parent.n = m.n - 1 join sources s on s.k = m.k;

insert into generations (id, message_id, conversation_id, user_id, model_id, status, started_at, finished_at,
                         lease_until, input_tokens, output_tokens)
select gen_random_uuid(), m.id, c.id, c.user_id, c.model_id, 'completed', m.at, m.at, m.at, s.input_tokens, s.output_tokens
from conversation c, chain m join sources s on s.k = m.k where not m.asks;

update conversations set head_id = (select id from chain order by n desc limit 1)
where id = (select id from conversation);

-- A release from before the message tree has no such column.
do $$
begin
    if exists (select from information_schema.columns where table_name = 'messages' and column_name = 'shown_child_id') then
        update messages parent set shown_child_id = child.id
        from messages child where child.parent_id = parent.id and child.id in (select id from chain);
    end if;
end $$;
select id from conversation;
commit;
vacuum analyze conversations, messages, generations;
