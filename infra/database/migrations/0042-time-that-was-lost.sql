-- Time in which a provider of ours kept a call from going on is not charged.

alter table calls
  -- As the voice pipeline reported it.
  add column lost_seconds integer not null default 0,
  -- Taken off the price for it; once the call has ended, what really was.
  add column credit_cents integer not null default 0,
  add constraint calls_lost_time_is_counted check (lost_seconds >= 0 and credit_cents >= 0);
