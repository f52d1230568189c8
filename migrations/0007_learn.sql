-- Numbers, experiments, plays, the next batch.

-- What a platform said about a publication at one moment: as given, cumulative or not. Clustered by
-- publication and metric, because that is how it is read.
create table snapshots (
  publication_no  integer not null references publications (no) on delete cascade,
  metric          text not null,
  observed_ms     integer not null,
  value           real,
  basis           text not null check (basis in ('cumulative', 'increment')),
  availability    text not null check (availability in ('given', 'not_offered', 'not_yet', 'withheld')),
  source          text not null check (source in ('platform', 'import', 'hand', 'api', 'simulator')),
  check ((availability = 'given') = (value is not null)),
  primary key (publication_no, metric, observed_ms)
) strict, without rowid;

-- The newest value of each metric of each publication, kept in the transaction of the snapshot: the
-- running maximum of what was given, with a correction flagged when a platform took some back.
create table totals (
  publication_no  integer not null references publications (no) on delete cascade,
  metric          text not null,
  project_id      blob not null references projects (id) on delete cascade,
  channel_id      blob not null,
  value           real not null,
  observed_ms     integer not null,
  corrected       integer not null default 0 check (corrected in (0, 1)),
  simulated       integer not null check (simulated in (0, 1)),
  primary key (publication_no, metric)
) strict, without rowid;
-- The best and the newest of a project for one metric.
create index totals_by_project on totals (project_id, metric, value);

-- What each day brought, per channel and metric. Simulated and real never meet in one row.
create table daily_totals (
  project_id  blob not null references projects (id) on delete cascade,
  channel_id  blob not null,
  metric      text not null,
  day         text not null,
  simulated   integer not null check (simulated in (0, 1)),
  value       real not null,
  primary key (project_id, metric, day, channel_id, simulated)
) strict, without rowid;

create table experiments (
  id            blob primary key check (length(id) = 16),
  project_id    blob not null references projects (id) on delete cascade,
  piece_id      blob references pieces (id) on delete set null,
  name          text not null,
  question      text not null default '',
  -- how viewers met the arms; the evidence grade follows from it and is never typed
  assignment    text not null check (assignment in ('randomised_here', 'randomised_platform', 'rotated', 'replicated', 'single')),
  metric        text not null default 'click_rate',
  state         text not null check (state in ('draft', 'running', 'called', 'stopped', 'imported')),
  planned       integer,
  simulated     integer not null default 0 check (simulated in (0, 1)),
  started_ms    integer,
  ended_ms      integer,
  source_key    text,
  -- the computed assessment and what lists show of it; rebuilt whenever counts change
  assessment    text check (assessment is null or json_valid(assessment)),
  leader        integer,
  chance        real,
  loss          real,
  badge         text check (badge in ('proven', 'safe', 'no_difference', 'keep_going', 'broken')),
  assessed_ms   integer,
  arms          integer not null default 0,
  exposures     integer not null default 0,
  version       integer not null default 1,
  created_by    blob references members (id),
  created_ms    integer not null,
  updated_ms    integer not null,
  deleted_ms    integer
) strict;
-- The list of a project by state, newest first.
create index experiments_by_state on experiments (project_id, state, id) where deleted_ms is null;
-- The list of all.
create index experiments_by_project on experiments (project_id, id) where deleted_ms is null;
-- The same imported test is one experiment.
create unique index experiments_by_source on experiments (project_id, source_key) where source_key is not null;
-- What can be called, for Today.
create index experiments_ready on experiments (project_id, badge) where state = 'running' and deleted_ms is null;

create table arms (
  id             blob primary key check (length(id) = 16),
  experiment_id  blob not null references experiments (id) on delete cascade,
  position       integer not null,
  label          text not null,
  variant_id     blob references variants (id) on delete set null,
  weight         real not null check (weight > 0),
  exposures      integer not null default 0,
  outcomes       integer not null default 0,
  unique (experiment_id, position)
) strict;
-- The experiments a variant took part in.
create index arms_by_variant on arms (variant_id) where variant_id is not null;

-- Counts per arm and day: raw rows from which the arm's totals can be rebuilt.
create table arm_counts (
  arm_id     blob not null references arms (id) on delete cascade,
  day        text not null,
  exposures  integer not null check (exposures >= 0),
  outcomes   integer not null check (outcomes >= 0),
  source     text not null check (source in ('import', 'api', 'hand', 'simulator')),
  primary key (arm_id, day, source)
) strict, without rowid;

-- A person's call. A later row reopens it; nothing is edited away.
create table verdicts (
  id             blob primary key check (length(id) = 16),
  experiment_id  blob not null references experiments (id) on delete cascade,
  kind           text not null check (kind in ('winner', 'no_difference', 'stopped', 'reopened')),
  arm_id         blob references arms (id),
  badge          text,
  reason         text not null default '',
  -- what was known when it was called
  assessment     text,
  member_id      blob not null references members (id),
  at_ms          integer not null
) strict;
-- The verdicts of an experiment, in order.
create index verdicts_by_experiment on verdicts (experiment_id, id);

create table plays (
  id             blob primary key check (length(id) = 16),
  project_id     blob not null references projects (id) on delete cascade,
  experiment_id  blob references experiments (id) on delete set null,
  -- one sentence
  sentence       text not null,
  grade          text not null check (grade in ('a', 'b', 'c', 'd', 'said')),
  locale         text,
  lens           text not null default '{}' check (json_valid(lens)),
  used           integer not null default 0,
  expires_ms     integer,
  version        integer not null default 1,
  created_by     blob references members (id),
  created_ms     integer not null,
  updated_ms     integer not null,
  deleted_ms     integer
) strict;
-- The playbook, newest first.
create index plays_by_project on plays (project_id, id) where deleted_ms is null;
-- The play an experiment wrote.
create index plays_by_experiment on plays (experiment_id) where experiment_id is not null;
-- The bin.
create index plays_binned on plays (project_id, deleted_ms) where deleted_ms is not null;

-- A proposal of what to make next: cards from plays and winners, and a share that explores.
create table slates (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  size        integer not null check (size between 1 and 60),
  -- share of cards that explore, 0 to 1
  explore     real not null check (explore between 0 and 1),
  seed        integer not null,
  created_by  blob references members (id),
  created_ms  integer not null
) strict;
-- The newest slate of a project.
create index slates_by_project on slates (project_id, id);

create table cards (
  slate_id     blob not null references slates (id) on delete cascade,
  position     integer not null,
  kind         text not null check (kind in ('play', 'winner', 'explore')),
  play_id      blob references plays (id) on delete set null,
  variant_id   blob references variants (id) on delete set null,
  lens         text not null default '{}' check (json_valid(lens)),
  reason       text not null,
  -- the chance with which this card was drawn, so that the recommender itself can be judged
  probability  real not null check (probability between 0 and 1),
  idea_id      blob references ideas (id) on delete set null,
  primary key (slate_id, position)
) strict, without rowid;

-- Files that were read in, and what became of their rows.
create table imports (
  id           blob primary key check (length(id) = 16),
  project_id   blob not null references projects (id) on delete cascade,
  kind         text not null,
  file_name    text not null,
  file_digest  blob not null,
  -- uploaded: waits for a look at its columns; queued: waits for or is in its job
  state        text not null check (state in ('uploaded', 'queued', 'done', 'failed')),
  -- column of ours → header in the file
  mapping      text not null default '{}' check (json_valid(mapping)),
  job_id       blob,
  -- why it failed, a key of the words
  error        text,
  rows         integer not null default 0,
  added        integer not null default 0,
  unchanged    integer not null default 0,
  refused      integer not null default 0,
  -- what became of the rows; the refused ones with their reasons
  report       text not null default '{}' check (json_valid(report)),
  created_by   blob references members (id),
  created_ms   integer not null,
  finished_ms  integer
) strict;
-- The imports of a project, newest first.
create index imports_by_project on imports (project_id, id);

create trigger experiments_counted_in after insert on experiments when new.deleted_ms is null begin
  insert into counters values (new.project_id, 'experiment', new.state, 1) on conflict do update set n = n + 1;
end;
create trigger experiments_counted_out after delete on experiments when old.deleted_ms is null begin
  update counters set n = n - 1 where project_id = old.project_id and noun = 'experiment' and state = old.state;
end;
create trigger experiments_counted_on after update of state, deleted_ms on experiments
when old.state is not new.state or (old.deleted_ms is null) <> (new.deleted_ms is null) begin
  update counters set n = n - 1
  where old.deleted_ms is null and project_id = old.project_id and noun = 'experiment' and state = old.state;
  insert into counters select new.project_id, 'experiment', new.state, 1 where new.deleted_ms is null
  on conflict do update set n = n + 1;
end;
