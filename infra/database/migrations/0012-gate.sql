-- Who must not be called, what the gate decided before each dial, and what it refused.

alter table suppressions add column lifted_at timestamptz;
-- What was said or typed, as evidence.
alter table suppressions add column evidence text;
grant update on suppressions to callmeback_calls;

-- Whoever asks: a number's wish holds for everybody.
create function app.is_suppressed(phone text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  actor text := current_setting('app.actor', true);
  found_one boolean;
begin
  perform set_config('app.actor', 'system', true);
  found_one := exists (select from suppressions where phone_number = phone and lifted_at is null);
  perform set_config('app.actor', actor, true);
  return found_one;
end $$;
revoke all on function app.is_suppressed from public;
grant execute on function app.is_suppressed to callmeback_calls;

-- The facts and the decision under which the call was dialled.
alter table calls add column gate jsonb;

create table gate_refusals (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users on delete cascade,
  phone_number text not null,
  reasons text[] not null,
  facts jsonb not null,
  next_allowed_at timestamptz,
  at timestamptz not null default now()
);
create index gate_refusals_user on gate_refusals (user_id, at desc);
alter table gate_refusals enable row level security;
alter table gate_refusals force row level security;
create policy own on gate_refusals using (app.owns(user_id, tenant_id));
grant select, insert on gate_refusals to callmeback_calls;
