-- A weekly time at which a channel publishes, or any other rule of days: RFC 5545 in `rule`, wall-clock time in `zone`.
create table slots (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  channel_id  blob not null references channels (id) on delete cascade,
  rule        text not null,
  -- 'HH:MM'
  local_time  text not null check (length(local_time) = 5),
  zone        text not null,
  -- what it is for, in the team's own word; '' takes anything
  queue       text not null default '',
  -- 'YYYY-MM-DD', in the zone
  starts_on   text not null,
  created_by  blob references members (id),
  created_ms  integer not null
) strict;
-- The slots of a project, and of one of its channels; cascades.
create index slots_of_project on slots (project_id, channel_id);
create index slots_of_channel on slots (channel_id);
create index slots_by_member on slots (created_by);
-- What is planned on a channel around an instant.
create index publications_on_channel on publications (channel_id, due_ms) where state not in ('cancelled', 'failed', 'missed');
