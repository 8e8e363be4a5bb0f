-- Who answered, when the carrier was asked to tell: a machine costs nothing.
alter table calls add column answered_by text;
