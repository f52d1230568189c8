-- Originality by meaning beside words: vectors of texts by a model that a project names.

-- A model of a backend as one project asks it. Vectors of two spaces are never compared.
create table spaces (
  id          integer primary key,
  project_id  blob not null references projects (id) on delete cascade,
  backend_id  blob not null references backends (id),
  model       text not null,
  -- figures of a vector; null until the first answer
  dimensions  integer check (dimensions > 0),
  -- variants before this one are not on the list yet; null when all are
  unlisted    blob,
  -- texts of one call: fewer after an answer that could not be used
  at_once     integer not null default 64 check (at_once between 1 and 64),
  -- trouble in a row, the class of the last, and when it is asked again
  failures    integer not null default 0,
  class       text,
  retry_ms    integer not null default 0,
  unique (project_id, backend_id, model)
) strict;
-- The space a project compares in; null: by words alone.
alter table projects add column space_id integer references spaces (id) on delete set null;

-- The vector of a text of a variant. What it said before keeps its vector, so that an undo asks nobody.
create table vectors (
  variant_id  blob not null references variants (id) on delete cascade,
  space_id    integer not null references spaces (id) on delete cascade,
  -- SHA-256 of the words
  digest      blob not null check (length(digest) = 32),
  -- a signed byte a figure, the greatest 127; empty: the service never took this text
  vector      blob not null,
  primary key (variant_id, space_id, digest)
) strict;
-- The same words elsewhere, which are not paid for twice; the cascade when a space goes.
create index vectors_by_digest on vectors (space_id, digest);

-- Texts that wait for a vector. The triggers keep it, so that no writer can forget.
create table unembedded (
  variant_id  blob primary key references variants (id) on delete cascade,
  project_id  blob not null,
  -- how often it was refused alone, and when it is asked again
  tries       integer not null default 0,
  retry_ms    integer not null default 0
) strict, without rowid;
-- Those of a project, newest first.
create index unembedded_by_project on unembedded (project_id, variant_id);
create trigger variants_unembedded_in after insert on variants
when (select space_id from projects where id = new.project_id) is not null begin
  insert or ignore into unembedded (variant_id, project_id) values (new.id, new.project_id);
end;
create trigger variants_unembedded_on after update of title, hook, script on variants
when (new.title <> old.title or new.hook <> old.hook or new.script <> old.script)
  and (select space_id from projects where id = new.project_id) is not null begin
  insert or replace into unembedded (variant_id, project_id) values (new.id, new.project_id);
end;
-- Back from the bin: it may have lain there while the others were listed.
create trigger variants_unembedded_back after update of deleted_ms on variants
when new.deleted_ms is null and old.deleted_ms is not null and (select space_id from projects where id = new.project_id) is not null begin
  insert or ignore into unembedded (variant_id, project_id) values (new.id, new.project_id);
end;

-- What a figure was measured by: a space, or null for words alone. Only figures of one measure are compared.
alter table originalities add column space_id integer;
alter table windows add column space_id integer;
-- The history of a project by one measure, in order.
drop index originalities_by_project;
create index originalities_by_project on originalities (project_id, space_id, originality);

-- Calls that were on their way when the program died: looked for at each start.
create index entries_reserved on entries (run_id) where state = 'reserved';
