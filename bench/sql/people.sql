-- People with the password, and a session like the one, of whoever has signed up by the form: so many
-- sign-ups would take minutes, by design of the password's hash.
-- Variables: template (an address), people (how many).
insert into users (id, email, display_name, role, created_at)
select gen_random_uuid(), 'person-' || n || '@bench.example', 'Person ' || n, role, created_at
from users, generate_series(1, :people) as n where email = :'template';

insert into credentials (user_id, password_hash, changed_at)
select made.id, password_hash, changed_at
from users made, credentials join users template on template.id = user_id
where template.email = :'template' and made.email like 'person-%@bench.example';

-- The key of person n is n in 16 bytes, as base64 with URL-safe digits and without padding.
insert into sessions (id, data, signed_in_at, expires_at)
select sha256(convert_to(translate(encode(decode(lpad(to_hex(n), 32, '0'), 'hex'), 'base64'), '+/=', '-_'), 'UTF8')),
       jsonb_set(data, '{axum-login.data,user_id}', to_jsonb(made.id)), signed_in_at, expires_at
from (select * from sessions order by signed_in_at desc limit 1) template,
     generate_series(1, :people) as n join users made on made.email = 'person-' || n || '@bench.example';

analyze users, credentials, sessions;
