-- Cards that are on their way out, and money that goes back.

-- Set before Stripe is asked to forget the card; the row goes when it has.
alter table payment_methods add column removed_at timestamptz;

create table refunds (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  payment_id uuid not null references payments,
  cents integer not null check (cents > 0),
  reason text not null,
  -- creating: Stripe is being asked.
  state text not null default 'creating' check (state in ('creating', 'succeeded', 'failed')),
  stripe_refund_id text unique,
  created_at timestamptz not null default now()
);
create index refunds_payment on refunds (payment_id);
create index refunds_open on refunds (created_at) where state = 'creating';

alter table refunds enable row level security;
alter table refunds force row level security;
create policy own on refunds using (app.owns(user_id, tenant_id));
grant select, insert, update on refunds to callmeback_billing;
