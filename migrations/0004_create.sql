-- Ideas, prompts, runs, pieces, variants.

create table ideas (
  id           blob primary key check (length(id) = 16),
  project_id   blob not null references projects (id) on delete cascade,
  title        text not null,
  hook         text not null default '',
  angle        text not null default '',
  why_now      text not null default '',
  locale       text not null,
  -- the lenses it was found through: {"angle": …, "market": …, "format": …, "emotion": …}
  lenses       text not null default '{}' check (json_valid(lenses)),
  state        text not null check (state in ('inbox', 'shortlisted', 'in_production', 'done', 'dropped')),
  run_id       blob,
  play_id      blob,
  -- an older idea that says nearly the same
  twin_id      blob references ideas (id) on delete set null,
  created_by   blob references members (id),
  version      integer not null default 1,
  created_ms   integer not null,
  updated_ms   integer not null,
  deleted_ms   integer
) strict;
-- The board and the list: one state of one project, newest first (ids grow with time).
create index ideas_by_state on ideas (project_id, state, id) where deleted_ms is null;
-- The list of all living ideas of a project, and the newest ones that twins are looked for in.
create index ideas_by_project on ideas (project_id, id) where deleted_ms is null;
-- The bin.
create index ideas_binned on ideas (project_id, deleted_ms) where deleted_ms is not null;
-- What a run made.
create index ideas_by_run on ideas (run_id) where run_id is not null;

create table prompts (
  id           blob primary key check (length(id) = 16),
  project_id   blob not null references projects (id) on delete cascade,
  name         text not null,
  purpose      text not null check (purpose in ('ideas', 'variants')),
  versions     integer not null default 0,
  created_by   blob references members (id),
  created_ms   integer not null,
  updated_ms   integer not null,
  deleted_ms   integer
) strict;
-- The list of a project; a name is used once among the living.
create unique index prompt_name_taken on prompts (project_id, name) where deleted_ms is null;
-- The bin.
create index prompts_binned on prompts (project_id, deleted_ms) where deleted_ms is not null;

create table prompt_versions (
  id           blob primary key check (length(id) = 16),
  prompt_id    blob not null references prompts (id) on delete cascade,
  number       integer not null,
  template     text not null,
  -- model settings: {"model": …, "temperature": …, "max_tokens": …}
  settings     text not null default '{}' check (json_valid(settings)),
  note         text not null default '',
  created_by   blob references members (id),
  created_ms   integer not null,
  unique (prompt_id, number)
) strict;
create trigger prompt_versions_never_change before update on prompt_versions begin
  select raise(abort, 'a prompt version never changes');
end;

-- Labels move; versions do not.
create table prompt_labels (
  prompt_id   blob not null references prompts (id) on delete cascade,
  label       text not null check (label in ('live', 'trial')),
  version_id  blob not null references prompt_versions (id) on delete cascade,
  moved_by    blob references members (id),
  moved_ms    integer not null,
  primary key (prompt_id, label)
) strict, without rowid;

-- A service that drafts. `sketch` is embedded and always there.
create table backends (
  id           blob primary key check (length(id) = 16),
  kind         text not null,
  name         text not null,
  settings     text not null check (json_valid(settings)),
  -- sealed with the row as associated data
  secret       blob,
  tested_ms    integer,
  test_error   text,
  created_ms   integer not null,
  updated_ms   integer not null,
  deleted_ms   integer
) strict;

-- A name is used once among the living.
create unique index backend_name_taken on backends (name) where deleted_ms is null;
-- The same row in every studio, so that runs and scripts can name it.
insert into backends (id, kind, name, settings, created_ms, updated_ms)
values (x'00000000000070008000736b65746368', 'sketch', 'sketch', '{}', 0, 0);

-- One call of a backend. Immutable once submitted; the outcome is added.
create table runs (
  id                 blob primary key check (length(id) = 16),
  project_id         blob not null references projects (id) on delete cascade,
  purpose            text not null check (purpose in ('ideas', 'variants')),
  prompt_version_id  blob references prompt_versions (id),
  backend_id         blob not null references backends (id),
  idea_id            blob references ideas (id) on delete set null,
  piece_id           blob,
  parent_id          blob,
  inputs             text not null check (json_valid(inputs)),
  rendered           text not null,
  parameters         text not null check (json_valid(parameters)),
  count              integer not null check (count between 1 and 60),
  state              text not null check (state in ('planned', 'queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'needs_look')),
  error_class        text,
  error_text         text,
  -- the first 2 kB of what came back, for whoever debugs
  raw                text,
  repaired           text,
  made               integer not null default 0,
  tokens_in          integer,
  tokens_out         integer,
  cost_micros        integer not null default 0,
  currency           text not null default 'USD',
  job_id             blob,
  created_by         blob references members (id),
  created_ms         integer not null,
  started_ms         integer,
  finished_ms        integer
) strict;
create trigger runs_never_change before update of project_id, purpose, prompt_version_id, backend_id, parent_id, inputs, rendered,
  parameters, count, currency, created_by, created_ms on runs begin
  select raise(abort, 'what a run was asked never changes');
end;
-- At start, the runs that an older start of the program left.
create index runs_open on runs (state) where state in ('queued', 'running');
-- The runs of a project, newest first.
create index runs_by_project on runs (project_id, id);
-- What a prompt version led to.
create index runs_by_version on runs (prompt_version_id, id);

create table pieces (
  id               blob primary key check (length(id) = 16),
  project_id       blob not null references projects (id) on delete cascade,
  idea_id          blob references ideas (id) on delete set null,
  title            text not null,
  variants         integer not null default 0,
  waiting          integer not null default 0,
  approved         integer not null default 0,
  published        integer not null default 0,
  -- the row of an imported file it came from, so that the same file twice changes nothing
  source_key       text,
  version          integer not null default 1,
  created_by       blob references members (id),
  created_ms       integer not null,
  updated_ms       integer not null,
  deleted_ms       integer
) strict;
-- The list of a project, newest first.
create index pieces_by_project on pieces (project_id, id) where deleted_ms is null;
-- The same imported row is one piece.
create unique index pieces_by_source on pieces (project_id, source_key) where source_key is not null;
-- The bin.
create index pieces_binned on pieces (project_id, deleted_ms) where deleted_ms is not null;
-- The piece made from an idea.
create index pieces_by_idea on pieces (idea_id) where idea_id is not null;

create table variants (
  id           blob primary key check (length(id) = 16),
  project_id   blob not null references projects (id) on delete cascade,
  piece_id     blob not null references pieces (id) on delete cascade,
  parent_id    blob references variants (id) on delete set null,
  locale       text not null,
  title        text not null,
  hook         text not null default '',
  script       text not null default '',
  caption      text not null default '',
  tags         text not null default '[]' check (json_valid(tags)),
  state        text not null check (state in ('draft', 'in_review', 'changes_requested', 'approved', 'rejected', 'archived')),
  -- who wrote the first words
  author       text not null check (author in ('person', 'model', 'template', 'import')),
  run_id       blob references runs (id),
  -- what differs from the parent: ["hook", "title", …]
  changed      text not null default '[]' check (json_valid(changed)),
  edits        integer not null default 0,
  -- share of today's words that a person wrote, 0 to 1
  human_share  real not null check (human_share between 0 and 1),
  -- SHA-256 of what was approved; gone when the approval is
  digest       blob,
  source_key   text,
  created_by   blob references members (id),
  version      integer not null default 1,
  created_ms   integer not null,
  updated_ms   integer not null,
  deleted_ms   integer
) strict;
-- The tree of a piece.
create index variants_by_piece on variants (piece_id, id) where deleted_ms is null;
-- The desk: what waits in a project, oldest first; and what was approved.
create index variants_by_state on variants (project_id, state, id) where deleted_ms is null;
-- What a run made.
create index variants_by_run on variants (run_id) where run_id is not null;
-- Children of a variant, asked when a parent goes.
create index variants_by_parent on variants (parent_id) where parent_id is not null;
-- The same imported row is one variant.
create unique index variants_by_source on variants (project_id, source_key) where source_key is not null;
-- The bin.
create index variants_binned on variants (project_id, deleted_ms) where deleted_ms is not null;

-- Every edit: the words as they were before it, who, when, and the word diff.
create table revisions (
  variant_id  blob not null references variants (id) on delete cascade,
  number      integer not null,
  before      text not null check (json_valid(before)),
  diff        text not null check (json_valid(diff)),
  edited_by   blob references members (id),
  at_ms       integer not null,
  primary key (variant_id, number)
) strict, without rowid;

-- Pictures, sound and film, stored by digest.
create table assets (
  id           blob primary key check (length(id) = 16),
  project_id   blob not null references projects (id) on delete cascade,
  kind         text not null check (kind in ('image', 'video', 'audio', 'text', 'font')),
  mime         text not null,
  size         integer not null,
  digest       blob not null,
  width        integer,
  height       integer,
  alt          text not null default '',
  file_name    text not null,
  origin       text not null check (origin in ('upload', 'template', 'model')),
  run_id       blob references runs (id),
  created_by   blob references members (id),
  created_ms   integer not null,
  deleted_ms   integer
) strict;
-- Which assets keep a stored file alive.
create index assets_by_digest on assets (digest);
-- Cascades when a project goes.
create index assets_by_project on assets (project_id);

create table variant_assets (
  variant_id  blob not null references variants (id) on delete cascade,
  asset_id    blob not null references assets (id) on delete cascade,
  position    integer not null,
  primary key (variant_id, position)
) strict, without rowid;
-- Where an asset is used.
create index variant_assets_by_asset on variant_assets (asset_id);

-- Counters -------------------------------------------------------------------------------------
create trigger ideas_counted_in after insert on ideas when new.deleted_ms is null begin
  insert into counters values (new.project_id, 'idea', new.state, 1)
  on conflict do update set n = n + 1;
end;
create trigger ideas_counted_out after delete on ideas when old.deleted_ms is null begin
  update counters set n = n - 1 where project_id = old.project_id and noun = 'idea' and state = old.state;
end;
create trigger ideas_counted_on after update of state, deleted_ms on ideas
when old.state is not new.state or (old.deleted_ms is null) <> (new.deleted_ms is null) begin
  update counters set n = n - 1
  where old.deleted_ms is null and project_id = old.project_id and noun = 'idea' and state = old.state;
  insert into counters select new.project_id, 'idea', new.state, 1 where new.deleted_ms is null
  on conflict do update set n = n + 1;
end;

create trigger pieces_counted_in after insert on pieces when new.deleted_ms is null begin
  insert into counters values (new.project_id, 'piece', 'all', 1) on conflict do update set n = n + 1;
end;
create trigger pieces_counted_out after delete on pieces when old.deleted_ms is null begin
  update counters set n = n - 1 where project_id = old.project_id and noun = 'piece' and state = 'all';
end;
create trigger pieces_counted_on after update of deleted_ms on pieces
when (old.deleted_ms is null) <> (new.deleted_ms is null) begin
  insert into counters values (new.project_id, 'piece', 'all', iif(new.deleted_ms is null, 1, -1))
  on conflict do update set n = n + excluded.n;
end;

create trigger variants_counted_in after insert on variants when new.deleted_ms is null begin
  insert into counters values (new.project_id, 'variant', new.state, 1) on conflict do update set n = n + 1;
  update pieces set variants = variants + 1,
    waiting = waiting + (new.state = 'in_review'), approved = approved + (new.state = 'approved')
  where id = new.piece_id;
end;
create trigger variants_counted_out after delete on variants when old.deleted_ms is null begin
  update counters set n = n - 1 where project_id = old.project_id and noun = 'variant' and state = old.state;
  update pieces set variants = variants - 1,
    waiting = waiting - (old.state = 'in_review'), approved = approved - (old.state = 'approved')
  where id = old.piece_id;
end;
create trigger variants_counted_on after update of state, deleted_ms on variants
when old.state is not new.state or (old.deleted_ms is null) <> (new.deleted_ms is null) begin
  update counters set n = n - 1
  where old.deleted_ms is null and project_id = old.project_id and noun = 'variant' and state = old.state;
  insert into counters select new.project_id, 'variant', new.state, 1 where new.deleted_ms is null
  on conflict do update set n = n + 1;
  update pieces set
    variants = variants - (old.deleted_ms is null) + (new.deleted_ms is null),
    waiting  = waiting  - (old.deleted_ms is null and old.state = 'in_review') + (new.deleted_ms is null and new.state = 'in_review'),
    approved = approved - (old.deleted_ms is null and old.state = 'approved')  + (new.deleted_ms is null and new.state = 'approved')
  where id = new.piece_id;
end;
