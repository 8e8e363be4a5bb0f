create table notes (
  id integer primary key,
  owner text not null,
  body text,
  constraint notes_body_short check (length(body) < 100)
);
alter table notes enable row level security;
alter table notes force row level security;
create policy own_notes on notes using (owner = current_setting('app.person', true));
grant select, insert, update, delete on notes to callmeback_reader;
