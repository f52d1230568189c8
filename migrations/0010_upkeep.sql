-- What pages and loops ask for and had to walk through history to find.

-- How many living publications carry a variant, kept by triggers, so that the tray of the calendar
-- (approved, no place yet) is read from an index and never looked for; `troupe check` recounts it.
alter table variants add column placed integer not null default 0;
update variants set placed = (
  select count(*) from publications p where p.variant_id = variants.id and p.state not in ('cancelled', 'missed', 'failed'))
where id in (select variant_id from publications where state not in ('cancelled', 'missed', 'failed'));
create index variants_unplaced on variants (project_id, id) where state = 'approved' and deleted_ms is null and placed = 0;
create trigger publications_placed_in after insert on publications when new.state not in ('cancelled', 'missed', 'failed') begin
  update variants set placed = placed + 1 where id = new.variant_id;
end;
create trigger publications_placed_out after delete on publications when old.state not in ('cancelled', 'missed', 'failed') begin
  update variants set placed = placed - 1 where id = old.variant_id;
end;
create trigger publications_placed_on after update of state on publications
when (old.state in ('cancelled', 'missed', 'failed')) <> (new.state in ('cancelled', 'missed', 'failed')) begin
  update variants set placed = placed + iif(new.state in ('cancelled', 'missed', 'failed'), -1, 1) where id = new.variant_id;
end;

-- The watch asks, after the clock went back: what waits for another try, and what was called too late
-- by a clock that was wrong.
create index publications_retried on publications (updated_ms) where state = 'scheduled' and next_ms > due_ms;
create index publications_missed on publications (due_ms + max_late_ms) where state = 'missed';

-- The runs of a project in one state, newest first.
create index runs_by_state on runs (project_id, state, id);

-- How many drafts each prompt version led to, kept by triggers; `troupe check` recounts it.
create table version_drafts (
  version_id  blob primary key references prompt_versions (id) on delete cascade,
  n           integer not null
) strict, without rowid;
insert into version_drafts select prompt_version_id, sum(made) from runs where prompt_version_id is not null and made <> 0 group by prompt_version_id;
create trigger runs_made_on after update of made on runs when new.made <> old.made and new.prompt_version_id is not null begin
  insert into version_drafts values (new.prompt_version_id, new.made - old.made) on conflict do update set n = n + excluded.n;
end;
create trigger runs_made_out after delete on runs when old.made <> 0 and old.prompt_version_id is not null begin
  update version_drafts set n = n - old.made where version_id = old.prompt_version_id;
end;

-- A run outlives its prompt: it may lose the pointer, as it does when the bin is emptied, and nothing else.
drop trigger runs_never_change;
create trigger runs_never_change before update of project_id, purpose, backend_id, parent_id, inputs, rendered,
  parameters, count, currency, created_by, created_ms on runs begin
  select raise(abort, 'what a run was asked never changes');
end;
create trigger runs_keep_their_prompt before update of prompt_version_id on runs
when new.prompt_version_id is not null or old.prompt_version_id is null begin
  select raise(abort, 'what a run was asked never changes');
end;

-- The record by what happened and by who did it, newest first: a rare kind or member is not looked for in all of it.
create index events_by_kind on events (kind, id);
create index events_by_actor on events (actor_id, id) where actor_id is not null;

-- Uploaded files that nobody read in, for the nightly sweep.
create index imports_waiting on imports (created_ms) where state in ('uploaded', 'failed');

-- Decisions made in one call are taken back together: the first of them.
alter table reviews add column batch blob;
create index reviews_by_batch on reviews (batch) where batch is not null;

-- What the invented audience met in an arm when it was first asked, so that a later edit neither
-- changes what it said nor what is revealed.
alter table arms add column shown text check (shown is null or json_valid(shown));

-- A play of an experiment whose sentence was rewritten since: the grade was earned by other words.
alter table plays add column edited integer not null default 0 check (edited in (0, 1));
