-- Reviews, channels, publications: from a decision to the one time it goes out.

-- A person's decision on a variant. State columns of variants follow in the same transaction.
create table reviews (
  id           blob primary key check (length(id) = 16),
  project_id   blob not null references projects (id) on delete cascade,
  variant_id   blob not null references variants (id) on delete cascade,
  decision     text not null check (decision in ('approved', 'rejected', 'changes_requested')),
  reason       text not null default '',
  -- quick reasons by key
  chips        text not null default '[]' check (json_valid(chips)),
  -- the state the variant had before, for undo
  before_state text not null,
  -- the words that were decided on
  digest       blob,
  member_id    blob not null references members (id),
  at_ms        integer not null,
  undone_ms    integer,
  undone_by    blob references members (id)
) strict;
-- The decisions on one variant, newest last.
create index reviews_by_variant on reviews (variant_id, id);
-- The log of decisions of a project, newest first, and what one member decided today.
create index reviews_by_project on reviews (project_id, id);

create table channels (
  id               blob primary key check (length(id) = 16),
  project_id       blob not null references projects (id) on delete cascade,
  kind             text not null,
  name             text not null,
  -- as the adapter describes them, without secrets
  settings         text not null check (json_valid(settings)),
  -- the secret settings as one JSON object, sealed with this row as associated data
  secret           blob,
  capability       text not null check (capability in ('key', 'staged', 'lookup', 'blind', 'hand')),
  locale           text,
  zone             text not null,
  simulated        integer not null default 0 check (simulated in (0, 1)),
  state            text not null check (state in ('on', 'paused', 'needs_reconnect')),
  max_late_ms      integer not null default 43200000,
  -- limits and circuit: no claim before this instant, failures in a row
  blocked_until_ms integer,
  fails_in_row     integer not null default 0,
  last_error       text,
  last_ok_ms       integer,
  version          integer not null default 1,
  created_by       blob references members (id),
  created_ms       integer not null,
  updated_ms       integer not null,
  deleted_ms       integer
) strict;
-- The channels of a project; a name is used once among the living.
create unique index channel_name_taken on channels (project_id, name) where deleted_ms is null;
-- The bin.
create index channels_binned on channels (project_id, deleted_ms) where deleted_ms is not null;

-- One variant on one channel at one time: the unit that happens once. The number is what the many
-- rows of numbers point at.
create table publications (
  no               integer primary key,
  id               blob not null unique check (length(id) = 16),
  project_id       blob not null references projects (id) on delete cascade,
  variant_id       blob not null references variants (id) on delete cascade,
  channel_id       blob not null references channels (id) on delete cascade,
  state            text not null check (state in ('scheduled', 'claimed', 'sending', 'verifying', 'waiting_channel',
                     'needs_review', 'published', 'failed', 'missed', 'cancelled')),
  -- the frozen copy that goes out, and its digest; null while the slot waits for approval
  payload          text check (payload is null or json_valid(payload)),
  content_digest   blob,
  due_ms           integer not null,
  due_local        text not null,
  due_zone         text not null,
  -- how the local time became an instant: plain, first or second of a fold, shifted out of a gap
  zone_rule        text not null check (zone_rule in ('plain', 'first', 'second', 'shifted')),
  max_late_ms      integer not null,
  capability       text not null check (capability in ('key', 'staged', 'lookup', 'blind', 'hand')),
  -- the same for every try until a person chooses "again"; unguessable, so that it opens the media
  delivery         text not null unique,
  -- where a staged platform keeps the half-made post
  stage_ref        text,
  remote_id        text,
  remote_url       text,
  sends            integer not null default 0,
  resends          integer not null default 0,
  looks            integer not null default 0,
  -- some send of this delivery was never answered: it may be live already
  doubtful         integer not null default 0 check (doubtful in (0, 1)),
  -- the first and the newest send of this delivery
  first_sent_ms    integer,
  sent_ms          integer,
  next_ms          integer,
  lease_boot       blob,
  lease_epoch      integer not null default 0,
  review_reason    text,
  review_choice    text check (review_choice in ('live', 'again', 'drop', 'live_no_id')),
  reviewed_by      blob references members (id),
  reviewed_ms      integer,
  error_text       text,
  simulated        integer not null default 0 check (simulated in (0, 1)),
  -- what the invented audience met when it went out, so that its numbers never change
  audience         text check (audience is null or json_valid(audience)),
  published_ms     integer,
  version          integer not null default 1,
  created_by       blob references members (id),
  created_ms       integer not null,
  updated_ms       integer not null,
  check (state <> 'published' or remote_id is not null or review_choice = 'live_no_id')
) strict;
-- One variant on one channel at one time; a cancelled plan leaves its place.
create unique index publication_taken on publications (variant_id, channel_id, due_ms) where state <> 'cancelled';
-- The sender of a channel asks for its next one.
create index publications_due on publications (channel_id, next_ms, due_ms) where state = 'scheduled';
-- The resolver asks what is to be looked at.
create index publications_to_look on publications (next_ms) where state = 'verifying';
-- The simulator asks whose numbers are to be written.
create index publications_to_observe on publications (next_ms) where state = 'published' and simulated = 1 and next_ms is not null;
-- What has waited too long.
create index publications_waiting on publications (due_ms) where state in ('scheduled', 'waiting_channel');
-- At start: what dead boots left in the middle.
create index publications_leased on publications (lease_boot) where lease_boot is not null;
-- The calendar: a project between two instants; and the list.
create index publications_by_due on publications (project_id, due_ms, id);
-- The list by state, newest first, and what needs a person.
create index publications_by_state on publications (project_id, state, due_ms, id);
-- The history of a variant; results on its page.
create index publications_by_variant on publications (variant_id, due_ms);
-- A channel's own history, for warnings and order.
create index publications_by_channel on publications (channel_id, due_ms);
-- A platform's id names one publication.
create unique index publications_by_remote on publications (channel_id, remote_id) where remote_id is not null;

-- One row for every send and every look, written before it happens. Answers are added, never edited away.
create table attempts (
  id              integer primary key,
  publication_id  blob not null references publications (id) on delete cascade,
  seq             integer not null,
  step            text not null check (step in ('create', 'publish', 'look', 'hand')),
  boot            blob not null,
  lease_epoch     integer not null,
  delivery        text not null,
  request_digest  blob,
  state           text not null check (state in ('sending', 'ok', 'refused', 'refused_for_now', 'unknown', 'present', 'absent', 'late_answer')),
  http_status     integer,
  error_code      text,
  retry_after_ms  integer,
  -- what came back, secrets masked, at most 2 kB
  answer_excerpt  text,
  intended_ms     integer not null,
  answered_ms     integer,
  unique (publication_id, seq)
) strict;
-- At most one attempt of a publication is open.
create unique index attempts_open on attempts (publication_id) where state = 'sending';

create trigger publications_counted_in after insert on publications begin
  insert into counters values (new.project_id, 'publication', new.state, 1) on conflict do update set n = n + 1;
end;
create trigger publications_counted_out after delete on publications begin
  update counters set n = n - 1 where project_id = old.project_id and noun = 'publication' and state = old.state;
end;
create trigger publications_counted_on after update of state on publications when old.state is not new.state begin
  update counters set n = n - 1 where project_id = old.project_id and noun = 'publication' and state = old.state;
  insert into counters values (new.project_id, 'publication', new.state, 1) on conflict do update set n = n + 1;
  update pieces set published = published + (new.state = 'published') - (old.state = 'published')
  where (new.state = 'published' or old.state = 'published')
    and id = (select piece_id from variants where id = new.variant_id);
end;
