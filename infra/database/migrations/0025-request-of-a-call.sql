-- The request that a call was asked for with: it stands in every log line of the call, the voice pipeline's too.
alter table calls add column request_id text;
