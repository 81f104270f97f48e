-- By which row of the price book an answer was priced, and what of its input came from the provider's cache.
alter table generations
    add column price_id uuid,
    add column cached_input_tokens bigint;

-- Prices that stood with the models begin the price book; what the provider asks was not told apart.
insert into prices (id, model_id, effective_from, input, cached_input, output,
                    provider_input, provider_cached_input, provider_output, created_at)
select gen_random_uuid(), id, now(), input_price, input_price, output_price, input_price, input_price, output_price, now()
from models where input_price is not null and output_price is not null;
