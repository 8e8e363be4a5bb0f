-- Refunds of every origin, and disputes. What is refunded is the sum of the refunds that did not fail; when that is all,
-- the payment is `refunded`. Triggers keep both, so that the order in which Stripe tells things does not matter.

-- Whoever asks again with the same key asks for the same refund.
alter table refunds add column request_key text;
alter table refunds add constraint refunds_request_once unique (payment_id, request_key);

create function app.sum_refunds() returns trigger language plpgsql as $$
begin
  -- One refund after the other, each with the sum that the one before it left.
  perform from payments where id = new.payment_id for update;
  update payments set refunded_cents =
    (select coalesce(sum(cents), 0) from refunds where payment_id = new.payment_id and state <> 'failed')
  where id = new.payment_id;
  return null;
end $$;
create trigger sum_refunds after insert or update on refunds for each row execute function app.sum_refunds();

create function app.name_refunded() returns trigger language plpgsql as $$
begin
  if new.state in ('captured', 'refunded') then
    new.state := case when new.capture_cents > 0 and new.refunded_cents >= new.capture_cents
      and not exists (select from refunds r where r.payment_id = new.id and r.state = 'creating')
      then 'refunded' else 'captured' end;
  end if;
  return new;
end $$;
-- Before `state_since`, which notes when the state changed: triggers fire in the order of their names.
create trigger name_refunded before update on payments for each row execute function app.name_refunded();

create table disputes (
  -- Stripe's.
  id text primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  payment_id uuid not null references payments,
  cents integer not null,
  -- In Stripe's words.
  status text not null,
  reason text not null,
  evidence_due_at timestamptz,
  created_at timestamptz not null,
  -- When Stripe said this.
  as_of timestamptz not null
);
create index disputes_payment on disputes (payment_id);

alter table disputes enable row level security;
alter table disputes force row level security;
create policy own on disputes using (app.owns(user_id, tenant_id));
grant select, insert, update on disputes to callmeback_billing;

create index payments_newest on payments (created_at desc, id desc);
