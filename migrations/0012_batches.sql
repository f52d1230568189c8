-- Batches: many runs planned together, a cell each for every idea, language and prompt.

create table batches (
  id               blob primary key check (length(id) = 16),
  project_id       blob not null references projects (id) on delete cascade,
  name             text not null,
  state            text not null check (state in ('planned', 'running', 'paused', 'done', 'stopped')),
  cells            integer not null check (cells between 1 and 500),
  -- drafts asked for in each cell
  count            integer not null,
  estimate_micros  integer not null,
  currency         text not null,
  created_by       blob references members (id),
  created_ms       integer not null,
  started_ms       integer,
  finished_ms      integer
) strict;
-- The list of a project, newest first.
create index batches_by_project on batches (project_id, id);

alter table runs add column batch_id blob references batches (id) on delete set null;
-- The cells of a batch.
create index runs_by_batch on runs (batch_id, id) where batch_id is not null;

-- A batch is done with its last open cell, in the transaction that ended it.
create trigger batches_end after update of state on runs
when new.batch_id is not null and new.state in ('done', 'failed', 'cancelled', 'needs_look') begin
  update batches set state = 'done', finished_ms = new.finished_ms
  where id = new.batch_id and state in ('running', 'paused')
    and not exists (select 1 from runs where batch_id = new.batch_id and state in ('planned', 'queued', 'running', 'waiting'));
end;
-- A cell that is asked once more opens its batch again.
create trigger batches_again after update of batch_id on runs
when new.batch_id is not null and new.state in ('planned', 'queued') begin
  update batches set state = 'running', finished_ms = null where id = new.batch_id and state = 'done';
end;
