-- Generation of every kind: what a run makes, services that answer later, prices, budgets and the ledger.

-- What a run makes. Ideas and variants are text.
alter table runs add column medium text not null default 'text' check (medium in ('text', 'image', 'speech', 'video', 'transcript', 'embedding'));
-- What a picture, a voice or a film is made for; null for text.
alter table runs add column variant_id blob references variants (id) on delete set null;
-- What the service gave to ask again with, written before the first look: {"id": …}
alter table runs add column remote text check (remote is null or json_valid(remote));
alter table runs add column looks integer not null default 0;
drop trigger runs_never_change;
create trigger runs_never_change before update of project_id, purpose, medium, backend_id, parent_id, inputs, rendered,
  parameters, count, currency, created_by, created_ms on runs begin
  select raise(abort, 'what a run was asked never changes');
end;
-- At start, the runs that an older start of the program left.
drop index runs_open;
create index runs_open on runs (state) where state in ('queued', 'running', 'waiting');
-- What was made for a variant; the cascade when it goes.
create index runs_by_variant on runs (variant_id, id) where variant_id is not null;
-- What a run made.
create index assets_by_run on assets (run_id) where run_id is not null;
-- Milliseconds, of sound and film.
alter table assets add column duration_ms integer;

-- A service rests after it asked to, or after it failed several times in a row.
alter table backends add column failures integer not null default 0;
alter table backends add column rests_until_ms integer;
alter table backends add column rests_class text;
-- When the next call may leave, where calls a minute are limited.
alter table backends add column next_ms integer not null default 0;

-- What a service asks for, by model and unit, from a day on. A price is never edited: a later one takes its place.
create table prices (
  id           blob primary key check (length(id) = 16),
  backend_id   blob not null references backends (id) on delete cascade,
  -- empty: any model
  model        text not null,
  unit         text not null check (unit in ('token_in', 'token_out', 'character', 'picture', 'second', 'call')),
  -- millionths of the backend's currency: for a million tokens or characters, for one of the others
  micros       integer not null check (micros >= 0),
  from_ms      integer not null,
  created_by   blob references members (id),
  created_ms   integer not null
) strict;
-- The price in force, and the price list of a backend.
create index prices_in_force on prices (backend_id, model, unit, from_ms);
-- Prices that stood in the settings of a backend before there was a list.
insert into prices (id, backend_id, model, unit, micros, from_ms, created_ms)
select randomblob(16), b.id, '', u.unit, cast(round(json_extract(b.settings, u.path) * 1000000) as integer), b.created_ms, b.created_ms
from backends b join (select 'token_in' as unit, '$.price_in' as path union all select 'token_out', '$.price_out') u
where coalesce(json_extract(b.settings, u.path), '') <> '';
update backends set settings = json_remove(settings, '$.price_in', '$.price_out');

-- What a project may spend in a month of its own zone, in one currency.
create table budgets (
  id            blob primary key check (length(id) = 16),
  project_id    blob not null references projects (id) on delete cascade,
  currency      text not null check (length(currency) = 3),
  month_micros  integer not null check (month_micros >= 0),
  created_by    blob references members (id),
  updated_ms    integer not null,
  version       integer not null default 1,
  unique (project_id, currency)
) strict;

-- The ledger: one row for each call that may cost, reserved before it leaves and settled when it ended. Outlives the project.
create table entries (
  id              blob primary key check (length(id) = 16),
  project_id      blob not null,
  run_id          blob not null,
  backend_id      blob not null,
  model           text not null,
  medium          text not null,
  -- of the project's zone: 2026-12
  month           text not null,
  currency        text not null,
  -- reserved: on its way; spent: settled; released: nothing was charged; doubtful: may have been charged, a person looks
  state           text not null check (state in ('reserved', 'spent', 'released', 'doubtful')),
  reserved_micros integer not null check (reserved_micros >= 0),
  spent_micros    integer not null default 0 check (spent_micros >= 0),
  -- what was used: {"tokens_in": …, "pictures": …}
  used            text not null default '{}' check (json_valid(used)),
  created_ms      integer not null,
  settled_ms      integer
) strict;
-- The ledger of a project, newest first.
create index entries_by_project on entries (project_id, id);
-- The calls of a run.
create index entries_by_run on entries (run_id);

-- What a project has spent and reserved in a month, kept by the ledger itself.
create table spendings (
  project_id      blob not null,
  currency        text not null,
  month           text not null,
  -- still on its way or doubtful
  reserved_micros integer not null default 0,
  spent_micros    integer not null default 0,
  calls           integer not null default 0,
  primary key (project_id, currency, month)
) strict, without rowid;
create trigger entries_counted_in after insert on entries begin
  insert into spendings (project_id, currency, month, reserved_micros, spent_micros, calls)
  values (new.project_id, new.currency, new.month, iif(new.state in ('reserved', 'doubtful'), new.reserved_micros, 0), new.spent_micros, 1)
  on conflict do update set reserved_micros = reserved_micros + excluded.reserved_micros,
    spent_micros = spent_micros + excluded.spent_micros, calls = calls + 1;
end;
create trigger entries_counted_on after update of state, spent_micros on entries begin
  update spendings set
    reserved_micros = reserved_micros + iif(new.state in ('reserved', 'doubtful'), new.reserved_micros, 0)
      - iif(old.state in ('reserved', 'doubtful'), old.reserved_micros, 0),
    spent_micros = spent_micros + new.spent_micros - old.spent_micros
  where project_id = new.project_id and currency = new.currency and month = new.month;
end;
create trigger entries_stay before delete on entries begin
  select raise(abort, 'the ledger is never cut');
end;

-- A shot of a preview that was drawn before, by everything it is drawn from.
create table shots (
  key         blob primary key check (length(key) = 32),
  asset_id    blob not null references assets (id) on delete cascade,
  created_ms  integer not null
) strict, without rowid;
-- The cascade when an asset goes.
create index shots_by_asset on shots (asset_id);
