-- Recordings of calls: asked for by a persona, begun by the callee's spoken yes, kept sealed and outside the database.

alter table personas add column recording boolean not null default false;
-- The house's own personas record nobody.
alter table personas add constraint personas_recording_is_somebodys check (not recording or user_id is not null);

-- A call whose callee is asked. Without this row nothing of a recording can be taken or opened any more: deleting it, or the
-- call, deletes the recording.
create table call_recordings (
  call_id uuid primary key references calls on delete cascade,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  -- The call's own AES-256 key, sealed by call-orchestrator with the key of transcripts.
  sealed_key text not null,
  created_at timestamptz not null default now()
);
create index call_recordings_user on call_recordings (user_id);

-- What lies in the bucket: ten seconds each, but for the last.
create table call_recording_parts (
  call_id uuid not null references call_recordings on delete cascade,
  part integer not null check (part >= 0),
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  -- Of sound, before it was sealed.
  bytes integer not null check (bytes > 0),
  primary key (call_id, part)
);

-- Recordings whose sound must leave the bucket; the key that opened it is gone already. No reference to the call, which may be
-- gone too.
create table recording_erasures (
  call_id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  attempts integer not null default 0,
  asked_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now()
);
create index recording_erasures_due on recording_erasures (next_attempt_at);

create function app.owe_erasure() returns trigger language plpgsql as $$
begin
  insert into recording_erasures (call_id, tenant_id, user_id) values (old.call_id, old.tenant_id, old.user_id)
  on conflict (call_id) do update set asked_at = now(), next_attempt_at = now();
  return null;
end $$;
create trigger owe_erasure after delete on call_recordings for each row execute function app.owe_erasure();

alter table call_recordings enable row level security;
alter table call_recordings force row level security;
create policy own on call_recordings using
  ((select app.is_system()) or (user_id = (select app.user_id()) and tenant_id = (select app.tenant_id())));

alter table call_recording_parts enable row level security;
alter table call_recording_parts force row level security;
create policy own on call_recording_parts using
  ((select app.is_system()) or (user_id = (select app.user_id()) and tenant_id = (select app.tenant_id())));

alter table recording_erasures enable row level security;
alter table recording_erasures force row level security;
create policy own on recording_erasures using
  ((select app.is_system()) or (user_id = (select app.user_id()) and tenant_id = (select app.tenant_id())));

grant select, insert, delete on call_recordings, call_recording_parts to callmeback_calls;
grant select, insert, update, delete on recording_erasures to callmeback_calls;
