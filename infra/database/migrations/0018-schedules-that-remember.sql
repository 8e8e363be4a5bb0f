-- A schedule remembers the hold that it was made with, and that its reminder went out.
alter table scheduled_calls add column first_payment_id uuid references payments;
update scheduled_calls set first_payment_id = payment_id;
alter table scheduled_calls add column reminder_sent_at timestamptz;
