-- Cards, holds and what became of them. `payments` is the ledger: one row a hold, its state moved only by guarded updates.

create table payment_methods (
  id text primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users on delete cascade,
  brand text not null,
  last4 text not null,
  exp_month integer not null,
  exp_year integer not null,
  fingerprint text,
  is_default boolean not null default false,
  created_at timestamptz not null default now()
);
create unique index payment_methods_one_default on payment_methods (user_id) where is_default;
create index payment_methods_user on payment_methods (user_id, created_at desc);

create table payments (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  stripe_payment_intent_id text not null unique,
  payment_method_id text not null,
  currency text not null default 'usd',
  amount_cents integer not null check (amount_cents > 0),
  -- pending: the person must authenticate; held: the money is reserved.
  state text not null check (state in
    ('pending', 'held', 'capturing', 'captured', 'releasing', 'released', 'refunded', 'failed')),
  capture_cents integer check (capture_cents between 0 and amount_cents),
  refunded_cents integer not null default 0,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  check ((state in ('capturing', 'captured', 'refunded')) <= (capture_cents is not null))
);
create index payments_user on payments (user_id, created_at desc);
create index payments_open on payments (created_at) where state in ('pending', 'held', 'capturing', 'releasing');

create table stripe_events (
  id text primary key,
  type text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  processed_at timestamptz
);

alter table payment_methods enable row level security;
alter table payment_methods force row level security;
create policy own on payment_methods using (app.owns(user_id, tenant_id));

alter table payments enable row level security;
alter table payments force row level security;
create policy own on payments using (app.owns(user_id, tenant_id));

alter table stripe_events enable row level security;
alter table stripe_events force row level security;
create policy system_only on stripe_events using (app.is_system());

grant select, insert, update, delete on payment_methods to callmeback_billing;
grant select, insert, update on payments, stripe_events to callmeback_billing;
grant select on payments to callmeback_calls;
