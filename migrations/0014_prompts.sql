-- What prompt versions led to; fixtures, shared parts, and versions tried side by side.

-- Fixtures ---------------------------------------------------------------------------------------
-- Inputs under a name, kept so that versions of a prompt are rendered and tried over the same.
create table fixtures (
  id          blob primary key check (length(id) = 16),
  prompt_id   blob not null references prompts (id) on delete cascade,
  name        text not null,
  -- BCP 47; empty: the project's own
  locale      text not null default '',
  -- the idea that is drafted from, in words: {"title": …, "hook": …, "angle": …, "why_now": …}
  idea        text not null default '{}' check (json_valid(idea)),
  -- what the template asks of its caller
  inputs      text not null default '{}' check (json_valid(inputs)),
  version     integer not null default 1,
  created_by  blob references members (id),
  created_ms  integer not null,
  updated_ms  integer not null
) strict;
-- The fixtures of a prompt by name, which is used once.
create unique index fixture_name_taken on fixtures (prompt_id, name);

-- Parts ------------------------------------------------------------------------------------------
-- Texts that templates of a project include by name. Like prompts, their versions never change.
create table parts (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  name        text not null,
  versions    integer not null default 0,
  created_by  blob references members (id),
  created_ms  integer not null,
  updated_ms  integer not null,
  deleted_ms  integer
) strict;
-- The parts of a project by name, which is used once among the living.
create unique index part_name_taken on parts (project_id, name) where deleted_ms is null;

create table part_versions (
  part_id     blob not null references parts (id) on delete cascade,
  number      integer not null,
  text        text not null,
  note        text not null default '',
  created_by  blob references members (id),
  created_ms  integer not null,
  primary key (part_id, number)
) strict, without rowid;
create trigger part_versions_never_change before update on part_versions begin
  select raise(abort, 'a version of a part never changes');
end;

-- Trials -----------------------------------------------------------------------------------------
-- Two versions asked the same, side by side. A version that is gone leaves its trials.
create table trials (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  a_id        blob references prompt_versions (id) on delete set null,
  b_id        blob references prompt_versions (id) on delete set null,
  backend_id  blob not null references backends (id),
  -- where its drafts hang, apart from what is made for the desk; null for ideas
  piece_id    blob references pieces (id) on delete set null,
  -- drafts asked for with each fixture
  count       integer not null check (count between 1 and 60),
  -- names stay hidden and sides are mixed until a person has chosen
  blind       integer not null check (blind in (0, 1)),
  -- decides which side stands left, fixture by fixture
  seed        integer not null,
  created_by  blob references members (id),
  created_ms  integer not null
) strict;
-- The trials of a project, newest first.
create index trials_by_project on trials (project_id, id);
-- When a version goes.
create index trials_by_a on trials (a_id) where a_id is not null;
create index trials_by_b on trials (b_id) where b_id is not null;

-- The run of each side of each fixture.
create table trial_runs (
  run_id    blob primary key references runs (id) on delete cascade,
  trial_id  blob not null references trials (id) on delete cascade,
  position  integer not null,
  side      text not null check (side in ('a', 'b')),
  -- the fixture's name when it was asked
  fixture   text not null,
  unique (trial_id, position, side)
) strict, without rowid;

-- What a person liked better, once for each fixture; it may be chosen anew.
create table trial_choices (
  trial_id   blob not null references trials (id) on delete cascade,
  position   integer not null,
  member_id  blob not null references members (id),
  choice     text not null check (choice in ('a', 'b', 'neither')),
  at_ms      integer not null,
  primary key (trial_id, position, member_id)
) strict, without rowid;

-- What a trial drafts is there to be compared, not to be worked off: it waits on no desk and in no inbox. The state
-- follows in the trigger that counts the row in, because triggers of one event have no order among themselves.
drop trigger variants_counted_in;
create trigger variants_counted_in after insert on variants when new.deleted_ms is null begin
  insert into counters values (new.project_id, 'variant', new.state, 1) on conflict do update set n = n + 1;
  update pieces set variants = variants + 1,
    waiting = waiting + (new.state = 'in_review'), approved = approved + (new.state = 'approved')
  where id = new.piece_id;
  update variants set state = 'draft'
  where id = new.id and new.state = 'in_review' and exists (select 1 from trial_runs where run_id = new.run_id);
end;
drop trigger ideas_counted_in;
create trigger ideas_counted_in after insert on ideas when new.deleted_ms is null begin
  insert into counters values (new.project_id, 'idea', new.state, 1)
  on conflict do update set n = n + 1;
  update ideas set state = 'dropped'
  where id = new.id and new.state = 'inbox' and exists (select 1 from trial_runs where run_id = new.run_id);
end;

-- The scoreboard ---------------------------------------------------------------------------------
-- Words that people changed between a variant as it was first written and as it stands: in each stretch the larger of
-- those taken out and those put in. Null: edited before this was counted.
alter table variants add column words_edited integer default 0;
update variants set words_edited = null where edits > 0;

-- What each version led to, kept by triggers: a board read from the rows would walk through every draft that a version
-- ever made. Drafts of trials are not in it. What went to the bin stays counted, and so does what left the bin for
-- good: else a version would look the better the more thoroughly its failures were thrown away.
create table version_scores (
  version_id  blob primary key references prompt_versions (id) on delete cascade,
  -- drafts that were written
  made        integer not null default 0,
  -- variants approved or rejected; ideas that left the inbox
  decided     integer not null default 0,
  -- variants approved; ideas shortlisted, made or done
  approved    integer not null default 0,
  -- approved variants whose changed words are known, and those words
  counted     integer not null default 0,
  words       integer not null default 0
) strict, without rowid;

-- Runs that were begun and what they cost, failed ones included; a row for each currency.
create table version_spend (
  version_id   blob not null references prompt_versions (id) on delete cascade,
  currency     text not null,
  runs         integer not null default 0,
  cost_micros  integer not null default 0,
  primary key (version_id, currency)
) strict, without rowid;

-- Which drafts of a version went out, and where their numbers are. Simulated and real never meet.
create table version_published (
  version_id      blob not null references prompt_versions (id) on delete cascade,
  simulated       integer not null check (simulated in (0, 1)),
  variant_id      blob not null references variants (id) on delete cascade,
  publication_no  integer not null references publications (no) on delete cascade,
  primary key (version_id, simulated, variant_id, publication_no)
) strict, without rowid;
-- Cascades when a publication or a variant goes.
create index version_published_by_no on version_published (publication_no);
create index version_published_by_variant on version_published (variant_id);

create trigger runs_scored after update of started_ms, made, cost_micros on runs
when new.prompt_version_id is not null
  and ((old.started_ms is null) <> (new.started_ms is null) or new.made <> old.made or new.cost_micros <> old.cost_micros)
  and not exists (select 1 from trial_runs where run_id = new.id)
begin
  insert into version_spend values (new.prompt_version_id, new.currency,
    (new.started_ms is not null) - (old.started_ms is not null), new.cost_micros - old.cost_micros)
  on conflict do update set runs = runs + excluded.runs, cost_micros = cost_micros + excluded.cost_micros;
  insert into version_scores (version_id, made) values (new.prompt_version_id, new.made - old.made)
  on conflict do update set made = made + excluded.made;
end;

create trigger variants_scored after update of state, words_edited on variants
when new.run_id is not null and (new.state <> old.state or new.words_edited is not old.words_edited) begin
  insert into version_scores (version_id, decided, approved, counted, words)
  select r.prompt_version_id,
    (new.state in ('approved', 'rejected')) - (old.state in ('approved', 'rejected')),
    (new.state = 'approved') - (old.state = 'approved'),
    (new.state = 'approved' and new.words_edited is not null) - (old.state = 'approved' and old.words_edited is not null),
    iif(new.state = 'approved', coalesce(new.words_edited, 0), 0) - iif(old.state = 'approved', coalesce(old.words_edited, 0), 0)
  from runs r
  where r.id = new.run_id and r.prompt_version_id is not null and not exists (select 1 from trial_runs where run_id = r.id)
  on conflict do update set decided = decided + excluded.decided, approved = approved + excluded.approved,
    counted = counted + excluded.counted, words = words + excluded.words;
end;

create trigger ideas_scored after update of state on ideas when new.run_id is not null and new.state <> old.state begin
  insert into version_scores (version_id, decided, approved)
  select r.prompt_version_id,
    (new.state <> 'inbox') - (old.state <> 'inbox'),
    (new.state in ('shortlisted', 'in_production', 'done')) - (old.state in ('shortlisted', 'in_production', 'done'))
  from runs r
  where r.id = new.run_id and r.prompt_version_id is not null and not exists (select 1 from trial_runs where run_id = r.id)
  on conflict do update set decided = decided + excluded.decided, approved = approved + excluded.approved;
end;

create trigger publications_scored_in after insert on publications when new.state = 'published' begin
  insert or ignore into version_published
  select r.prompt_version_id, new.simulated, v.id, new.no from variants v join runs r on r.id = v.run_id
  where v.id = new.variant_id and r.prompt_version_id is not null and not exists (select 1 from trial_runs where run_id = r.id);
end;
create trigger publications_scored_on after update of state on publications when (new.state = 'published') <> (old.state = 'published') begin
  delete from version_published where publication_no = new.no;
  insert or ignore into version_published
  select r.prompt_version_id, new.simulated, v.id, new.no from variants v join runs r on r.id = v.run_id
  where new.state = 'published' and v.id = new.variant_id and r.prompt_version_id is not null
    and not exists (select 1 from trial_runs where run_id = r.id);
end;

-- What there is already.
insert into version_scores (version_id, made)
select prompt_version_id, sum(made) from runs where prompt_version_id is not null group by prompt_version_id having sum(made) > 0;
insert into version_scores (version_id, decided, approved, counted, words)
select r.prompt_version_id, sum(v.state in ('approved', 'rejected')), sum(v.state = 'approved'),
  sum(v.state = 'approved' and v.words_edited is not null), sum(iif(v.state = 'approved', coalesce(v.words_edited, 0), 0))
from variants v join runs r on r.id = v.run_id where r.prompt_version_id is not null group by r.prompt_version_id
on conflict do update set decided = excluded.decided, approved = excluded.approved, counted = excluded.counted, words = excluded.words;
insert into version_scores (version_id, decided, approved)
select r.prompt_version_id, sum(i.state <> 'inbox'), sum(i.state in ('shortlisted', 'in_production', 'done'))
from ideas i join runs r on r.id = i.run_id where r.prompt_version_id is not null group by r.prompt_version_id
on conflict do update set decided = excluded.decided, approved = excluded.approved;
insert into version_spend
select prompt_version_id, currency, sum(started_ms is not null), sum(cost_micros)
from runs where prompt_version_id is not null group by prompt_version_id, currency;
insert into version_published
select r.prompt_version_id, p.simulated, v.id, p.no from publications p join variants v on v.id = p.variant_id join runs r on r.id = v.run_id
where p.state = 'published' and r.prompt_version_id is not null;
