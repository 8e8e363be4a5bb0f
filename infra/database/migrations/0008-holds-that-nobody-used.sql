-- A hold is in the ledger before Stripe is asked for it, and one that no call takes is given back.

alter table payments alter column stripe_payment_intent_id drop not null;
alter table payments drop constraint payments_state_check;
-- creating: Stripe is being asked; pending: the person must authenticate; held: the money is reserved.
alter table payments add constraint payments_state_check check (state in
  ('creating', 'pending', 'held', 'capturing', 'captured', 'releasing', 'released', 'refunded', 'failed'));
alter table payments add constraint payments_at_stripe
  check (stripe_payment_intent_id is not null or state in ('creating', 'failed'));
alter table payments add column state_since timestamptz not null default now();
drop index payments_open;
create index payments_open on payments (state_since) where state in ('creating', 'pending', 'held', 'capturing', 'releasing');

create function app.note_state_since() returns trigger language plpgsql as $$
begin
  if new.state <> old.state then new.state_since := now(); end if;
  return new;
end $$;
create trigger state_since before update on payments for each row execute function app.note_state_since();

-- A call takes its hold: whoever gives unused holds back at this moment waits for it, or it waits and finds no hold.
create function app.take_hold() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform from payments where id = new.payment_id and state = 'held' for share;
  if not found then
    perform app.fail('PAYMENT_FAILED', 'This payment intent does not hold the money. Create a new one.');
  end if;
  return new;
end $$;
create trigger take_hold before insert on calls for each row execute function app.take_hold();

-- Marks holds as `releasing` that no call and no schedule has taken for so long; the money follows. At most 100 at once.
create function app.release_unused_holds(unused_for interval) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  candidate uuid;
  marked integer := 0;
begin
  if not app.is_system() then perform app.fail('FORBIDDEN', 'Only the system gives holds back.'); end if;
  for candidate in
    select p.id from payments p
    where p.state in ('held', 'pending') and p.state_since < now() - unused_for
      and not exists (select from calls c where c.payment_id = p.id)
      and not exists (select from scheduled_calls s where s.payment_id = p.id and s.status in ('scheduled', 'starting'))
    order by p.state_since limit 100 for update skip locked
  loop
    -- Looked at again under the lock: a call may have taken it meanwhile.
    update payments p set state = 'releasing', capture_cents = 0
    where p.id = candidate and p.state in ('held', 'pending')
      and not exists (select from calls c where c.payment_id = p.id)
      and not exists (select from scheduled_calls s where s.payment_id = p.id and s.status in ('scheduled', 'starting'));
    if found then marked := marked + 1; end if;
  end loop;
  return marked;
end $$;
revoke all on function app.release_unused_holds from public;
grant execute on function app.release_unused_holds to callmeback_billing;
