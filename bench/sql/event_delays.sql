-- From the fact to the transaction of its effect, in milliseconds: the median and the 99th percentile of the
-- conversations begun since the window began, and how many there were.
select percentile_disc(0.5) within group (order by delay), percentile_disc(0.99) within group (order by delay), count(*)
from (
    select extract(epoch from inbox.consumed_at - outbox.occurred_at) * 1000 as delay
    from outbox join inbox on inbox.event_id = outbox.id and inbox.consumer = 'chat.title'
    where outbox.occurred_at >= :'since'
) as delays;
