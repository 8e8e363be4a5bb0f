-- What a persona can do in a call by its maker's own service.

alter table personas
  -- As the contract has them, each with the address where it is asked.
  add column functions jsonb not null default '[]',
  -- The system has nobody who would be asked.
  add constraint personas_functions_have_a_maker check (functions = '[]' or user_id is not null);
