-- A search asks for groups that lie side by side, and the last one: half as many lists to walk, and what is found is
-- looked at as a whole anyway.
create or replace function app.asked_grams(text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct substr($1, place, size)), '{}')
  from (select least(3, length($1)) as size) asked, generate_series(1, length($1) - size + 1) place
  where (place - 1) % size = 0 or place = length($1) - size + 1
$$;
