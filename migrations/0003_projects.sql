-- A niche with a perspective. Everything else belongs to exactly one project.
create table projects (
  id           blob primary key check (length(id) = 16),
  name         text not null,
  niche        text not null default '',
  perspective  text not null default '',
  audience     text not null default '',
  stance       text not null default 'crafted' check (stance in ('raw', 'crafted', 'synthetic')),
  style_guide  text not null default '',
  locale       text not null,
  zone         text not null,
  -- seeds the invented audience and the templates
  seed         integer not null,
  sample       integer not null default 0 check (sample in (0, 1)),
  two_step     integer not null default 0 check (two_step in (0, 1)),
  version      integer not null default 1,
  created_by   blob references members (id),
  created_ms   integer not null,
  updated_ms   integer not null,
  deleted_ms   integer
) strict;
-- An import or a script names its project; names are unique among living ones.
create unique index project_name_taken on projects (name) where deleted_ms is null;

-- Where the project publishes to: a locale with a region, and its zone.
create table markets (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  locale      text not null,
  zone        text not null,
  created_ms  integer not null,
  constraint market_taken unique (project_id, locale)
) strict;

-- Who is let into which project. Owners see all.
create table project_members (
  project_id  blob not null references projects (id) on delete cascade,
  member_id   blob not null references members (id) on delete cascade,
  created_ms  integer not null,
  primary key (project_id, member_id)
) strict, without rowid;
-- The projects of one member, for the rail.
create index project_members_by_member on project_members (member_id, project_id);

-- What a member may see. Every query of every room starts here: authorisation is the query.
create view sights as
  select m.id as member_id, p.id as project_id
  from members m join projects p
  where m.role = 'owner' and m.state = 'active'
  union all
  select pm.member_id, pm.project_id
  from project_members pm join members m on m.id = pm.member_id
  where m.role <> 'owner' and m.state = 'active';
