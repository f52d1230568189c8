-- What the house itself needs, before any room: who runs, what happened, what is to be done.
-- Everywhere: ids are UUID v7 in 16 bytes, *_ms are UTC milliseconds, tables are STRICT.

-- One row for each start of the program. A lease names the boot that holds it, so that after a
-- kill every lease of an older boot is dead at once, whatever the wall clock says.
create table boots (
  id           blob primary key check (length(id) = 16),
  version      text not null,
  pid          integer not null,
  started_ms   integer not null,
  stopped_ms   integer
) strict;

-- What the house remembers about itself: one value per name (restored, last backup, …).
create table marks (
  name   text primary key,
  value  text not null,
  at_ms  integer not null
) strict, without rowid;

-- Everything that happened, in order. The audit page, the live refresh and the outbox read it.
-- Each row carries the digest of the row before it, so an edited row shows.
create table events (
  id          integer primary key,
  project_id  blob,
  kind        text not null,
  noun        text not null,
  object_id   blob,
  actor_kind  text not null check (actor_kind in ('member', 'token', 'system', 'operator')),
  actor_id    blob,
  address     text,
  at_ms       integer not null,
  detail      text not null default '{}' check (json_valid(detail)),
  prev_hash   blob not null,
  hash        blob not null
) strict;
-- The history of one object, newest first.
create index events_by_object on events (object_id, id);
-- The log of one project, newest first.
create index events_by_project on events (project_id, id);
create trigger events_are_never_edited before update on events begin
  select raise(abort, 'events are append-only');
end;
create trigger events_are_never_deleted before delete on events begin
  select raise(abort, 'events are append-only');
end;

-- Work for the background: visible, cancellable, priced, resumable.
create table jobs (
  id            blob primary key check (length(id) = 16),
  project_id    blob,
  kind          text not null,
  args          text not null check (json_valid(args)),
  state         text not null check (state in ('ready', 'running', 'done', 'failed', 'cancelled', 'dead')),
  run_at_ms     integer not null,
  attempt       integer not null default 0,
  max_attempts  integer not null,
  deaths        integer not null default 0,
  unique_key    text,
  group_key     text,
  lease_boot    blob,
  progress_done integer not null default 0,
  progress_of   integer not null default 0,
  cancel_ms     integer,
  error_class   text,
  error_text    text,
  cost_micros   integer not null default 0,
  created_by    blob,
  created_ms    integer not null,
  started_ms    integer,
  finished_ms   integer
) strict;
-- The runner asks for the oldest ready job of any kind.
create index jobs_due on jobs (run_at_ms) where state = 'ready';
-- At start, the jobs of dead boots.
create index jobs_running on jobs (lease_boot) where state = 'running';
-- The page of work of one project, newest first.
create index jobs_by_project on jobs (project_id, created_ms);
-- The same work is not queued twice.
create unique index jobs_once on jobs (kind, unique_key) where state in ('ready', 'running') and unique_key is not null;
-- Jobs of one group run one after the other.
create unique index jobs_in_turn on jobs (group_key) where state = 'running' and group_key is not null;

-- Effects that follow a committed change inside the house, each at least once and keyed.
create table outbox (
  id           integer primary key,
  topic        text not null,
  dedupe_key   text not null unique,
  payload      text not null check (json_valid(payload)),
  available_ms integer not null,
  attempts     integer not null default 0,
  done_ms      integer,
  error        text
) strict;
-- What is still to be told.
create index outbox_due on outbox (available_ms) where done_ms is null;

-- Answers to creating calls, kept so that a repeated call gets the first answer again.
-- Written in the transaction that creates the object.
create table idempotency_keys (
  owner_id     blob not null,
  key          text not null,
  path         text not null,
  body_sha256  blob not null,
  status       integer not null,
  body         text not null,
  created_ms   integer not null,
  primary key (owner_id, key)
) strict, without rowid;
-- Keys older than a day are swept.
create index idempotency_keys_by_age on idempotency_keys (created_ms);

-- How many live rows a project has of a noun in a state. Kept by triggers, so that a list or the
-- rail never counts; `troupe check` rebuilds and compares them.
create table counters (
  project_id blob not null,
  noun       text not null,
  state      text not null,
  n          integer not null,
  primary key (project_id, noun, state)
) strict, without rowid;
