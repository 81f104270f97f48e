-- Many facts at once, of a thousand aggregates; nobody consumes them.
insert into outbox (id, kind, aggregate_id, data, occurred_at, next_attempt_at)
select gen_random_uuid(), 'parlance.chat.conversation_renamed.v1', aggregate,
       jsonb_build_object('conversation_id', aggregate, 'user_id', aggregate), now(), now()
from (select md5('aggregate ' || n % 1000)::uuid as aggregate from generate_series(1, :'events'::int) as n) as facts;
