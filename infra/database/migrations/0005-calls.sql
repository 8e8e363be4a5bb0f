-- Calls, all that happened in them, and the effects they still owe to the world.

create table calls (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  persona_id uuid references personas on delete set null,
  -- Persona and scenario as they were when the call was made: {id, version, name, voice_id, system_prompt}, {opening, instructions}.
  persona jsonb not null,
  scenario jsonb,
  call_pretext text,
  phone_number text not null,
  direction text not null default 'outbound' check (direction in ('outbound', 'inbound')),
  status text not null default 'initiated'
    check (status in ('initiated', 'ringing', 'in-progress', 'completed', 'failed', 'canceled')),
  end_reason text,
  fault text check (fault in ('none', 'callee', 'carrier', 'provider', 'us')),
  -- One hold pays for one call.
  payment_id uuid not null unique references payments,
  hold_cents integer not null check (hold_cents > 0),
  idempotency_key text,
  -- SHA-256 of the request, so that the same key with another body is a conflict.
  request_fingerprint text not null,
  max_seconds integer not null check (max_seconds > 0),
  twilio_sid text unique,
  cancel_requested_at timestamptz,
  -- The carrier's side of the story, as Twilio's terminal callback told it.
  carrier_status text,
  carrier_ended_at timestamptz,
  carrier_price_cents integer,
  -- The stream's one-use token (SHA-256) and who used it.
  stream_token_hash text,
  stream_token_expires_at timestamptz,
  stream_opened_at timestamptz,
  stream_sid text,
  stream_node text,
  -- The voice pipeline's side: its end report.
  reported_at timestamptz,
  reported_reason text,
  reported_fault text,
  usage jsonb,
  created_at timestamptz not null default now(),
  ringing_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  duration_seconds integer check (duration_seconds >= 0),
  -- null until known; never above the hold.
  cost_cents integer check (cost_cents between 0 and hold_cents),
  check ((status in ('completed', 'failed', 'canceled')) = (ended_at is not null)),
  check (ended_at is null or (cost_cents is not null and end_reason is not null and fault is not null))
);
-- One alive call a person: the index decides, not a read.
create unique index calls_one_alive on calls (user_id) where status in ('initiated', 'ringing', 'in-progress');
create unique index calls_idempotency on calls (user_id, idempotency_key) where idempotency_key is not null;
create index calls_newest on calls (user_id, created_at desc, id desc);
create index calls_newest_by_status on calls (user_id, status, created_at desc, id desc);
create index calls_by_cost on calls (user_id, cost_cents, id);
create index calls_alive on calls (created_at) where status in ('initiated', 'ringing', 'in-progress');

create table call_events (
  call_id uuid not null references calls on delete cascade,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  source text not null check (source in ('twilio', 'voice', 'mesh')),
  -- What makes the event one of its kind: it is stored once however often it arrives.
  key text not null,
  -- The journal's number for events of the voice pipeline, from 1 without gaps.
  seq integer,
  type text not null,
  payload jsonb not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  primary key (call_id, source, key)
);
create unique index call_events_journal on call_events (call_id, seq) where source = 'voice';

create table call_turns (
  call_id uuid not null references calls on delete cascade,
  seq integer not null,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  speaker text not null check (speaker in ('caller', 'persona')),
  -- AES-256-GCM by call-orchestrator; the database never sees a word.
  encrypted_text text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  interrupted boolean not null,
  latency jsonb,
  primary key (call_id, seq)
);

create table scheduled_calls (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  persona_id uuid not null references personas,
  phone_number text not null,
  scheduled_time timestamptz not null,
  time_zone text not null default 'UTC',
  status text not null default 'scheduled'
    check (status in ('scheduled', 'starting', 'started', 'failed', 'cancelled')),
  payment_id uuid references payments,
  call_id uuid references calls,
  reminded_at timestamptz,
  created_at timestamptz not null default now()
);
create index scheduled_calls_due on scheduled_calls (scheduled_time) where status = 'scheduled';
create index scheduled_calls_user on scheduled_calls (user_id, scheduled_time);

-- Numbers that must not be called, and why.
create table suppressions (
  phone_number text primary key,
  tenant_id uuid references tenants,
  user_id uuid references users on delete set null,
  source text not null check (source in ('spoken', 'sms', 'digit', 'admin')),
  created_at timestamptz not null default now()
);

-- Effects that were promised in the same transaction as the fact that causes them; done at least once, each idempotent.
create table outbox (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  kind text not null check (kind in ('settle')),
  call_id uuid not null references calls on delete cascade,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text,
  done_at timestamptz,
  created_at timestamptz not null default now(),
  unique (kind, call_id)
);
create index outbox_due on outbox (next_attempt_at) where done_at is null;

alter table calls enable row level security;
alter table calls force row level security;
create policy own on calls using (app.owns(user_id, tenant_id));

alter table call_events enable row level security;
alter table call_events force row level security;
create policy own on call_events using (app.owns(user_id, tenant_id));

alter table call_turns enable row level security;
alter table call_turns force row level security;
create policy own on call_turns using (app.owns(user_id, tenant_id));

alter table scheduled_calls enable row level security;
alter table scheduled_calls force row level security;
create policy own on scheduled_calls using (app.owns(user_id, tenant_id));

alter table suppressions enable row level security;
alter table suppressions force row level security;
create policy own on suppressions using (app.owns(user_id, tenant_id));

alter table outbox enable row level security;
alter table outbox force row level security;
create policy own on outbox using (app.owns(user_id, tenant_id));

grant select, insert, update on calls, scheduled_calls, outbox to callmeback_calls;
grant select, insert on call_events, call_turns, suppressions to callmeback_calls;
