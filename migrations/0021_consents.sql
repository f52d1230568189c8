-- A person's consent under way at a platform: for which channel, by whom, in which browser session. Only the digest of
-- the state is kept, and the verifier sealed; a row ends with the first answer, with the next beginning, or with its time.
create table consents (
  id           blob primary key check (length(id) = 16),
  state_digest blob not null unique check (length(state_digest) = 32),
  -- The newest one only: an older tab has to start again.
  channel_id   blob not null unique references channels (id) on delete cascade,
  member_id    blob not null references members (id) on delete cascade,
  session_id   blob not null references sessions (id) on delete cascade,
  verifier     blob not null,
  expires_ms   integer not null
) strict;
-- Cascades when a member goes, and when somebody signs out.
create index consents_by_member on consents (member_id);
create index consents_by_session on consents (session_id);
