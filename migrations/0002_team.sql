-- The people of the studio.

create table studio (
  id          integer primary key check (id = 1),
  name        text not null,
  locale      text not null,
  zone        text not null,
  simulator   integer not null default 1 check (simulator in (0, 1)),
  created_ms  integer not null
) strict;

create table members (
  id             blob primary key check (length(id) = 16),
  email          text not null,
  -- lower-cased, so that one address is one member
  email_key      text not null constraint member_email_taken unique,
  name           text not null,
  password_hash  text,
  role           text not null check (role in ('owner', 'producer', 'maker', 'reviewer', 'viewer')),
  state          text not null check (state in ('active', 'deactivated')),
  locale         text not null,
  zone           text not null,
  theme          text not null default 'auto' check (theme in ('auto', 'light', 'dark')),
  keys_on        integer not null default 1 check (keys_on in (0, 1)),
  version        integer not null default 1,
  created_ms     integer not null
) strict;

-- The studio never loses its last owner, whichever way it is tried.
create trigger members_keep_an_owner before update of role, state on members
when old.role = 'owner' and old.state = 'active' and (new.role <> 'owner' or new.state <> 'active')
begin
  select raise(abort, 'last_owner')
  where (select count(*) from members where role = 'owner' and state = 'active') = 1;
end;

-- Signed-in browsers. Only the digest of the cookie is kept.
create table sessions (
  id           blob primary key check (length(id) = 16),
  token_digest blob not null unique,
  member_id    blob not null references members (id) on delete cascade,
  agent        text not null,
  address      text not null,
  created_ms   integer not null,
  seen_ms      integer not null
) strict;
-- A member's own list of sessions.
create index sessions_by_member on sessions (member_id, seen_ms);

-- One-time links: set-up, invitation, password reset. Only the digest of the link is kept.
create table invitations (
  id           blob primary key check (length(id) = 16),
  kind         text not null check (kind in ('setup', 'invitation', 'reset')),
  token_digest blob not null unique,
  member_id    blob references members (id) on delete cascade,
  email        text,
  role         text check (role in ('owner', 'producer', 'maker', 'reviewer', 'viewer')),
  projects     text not null default '[]' check (json_valid(projects)),
  made_by      blob references members (id),
  created_ms   integer not null,
  expires_ms   integer not null,
  used_ms      integer
) strict;
-- Open invitations on the members page.
create index invitations_open on invitations (created_ms) where used_ms is null;

-- Programs that act for a member. Only the digest of the secret is kept.
create table tokens (
  id           blob primary key check (length(id) = 16),
  member_id    blob not null references members (id) on delete cascade,
  name         text not null,
  prefix       text not null,
  token_digest blob not null unique,
  scopes       text not null check (json_valid(scopes)),
  created_ms   integer not null,
  expires_ms   integer,
  used_ms      integer,
  revoked_ms   integer
) strict;
-- A member's own tokens.
create index tokens_by_member on tokens (member_id, created_ms);

-- Failed sign-ins, counted per account and per address within a window; survives restarts.
create table login_failures (
  key    text not null,
  at_ms  integer not null,
  id     integer primary key
) strict;
-- How many in the last minutes for one key, and the sweep of old ones.
create index login_failures_recent on login_failures (key, at_ms);
