-- How a persona meets silence, and a mailbox or menu.

alter table personas
  -- Until it asks, and again until it says goodbye.
  add column silence_seconds integer not null default 8,
  -- Or speaks on, as to a person.
  add column leaves_machines boolean not null default true,
  add constraint personas_silence_is_bearable check (silence_seconds between 4 and 30);
