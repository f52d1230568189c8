-- Choosing: whose desk a draft lies on, guests, comments, duels and taste, what is near to what, and how wide the work is.

-- Whose draft it is to decide, and by when.
alter table variants add column assignee_id blob references members (id) on delete set null;
alter table variants add column review_by_ms integer;
-- The desk of one member, and what is late on it.
create index variants_by_assignee on variants (assignee_id, project_id, id) where state = 'in_review' and assignee_id is not null and deleted_ms is null;

-- Somebody without an account who was handed some drafts, by a link that ends. The token itself is never kept.
create table guests (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  name        text not null,
  token_hash  blob not null unique check (length(token_hash) = 32),
  -- 0: may comment only
  decides     integer not null default 0 check (decides in (0, 1)),
  created_by  blob not null references members (id),
  created_ms  integer not null,
  expires_ms  integer not null,
  revoked_ms  integer,
  seen_ms     integer
) strict;
create index guests_by_project on guests (project_id, id);
create table guest_variants (
  guest_id    blob not null references guests (id) on delete cascade,
  variant_id  blob not null references variants (id) on delete cascade,
  primary key (guest_id, variant_id)
) strict, without rowid;
create index guest_variants_by_variant on guest_variants (variant_id);

-- A decision is now a member's or a guest's, and the first of two approvals does not yet move the variant.
create table reviews_now (
  id           blob primary key check (length(id) = 16),
  project_id   blob not null references projects (id) on delete cascade,
  variant_id   blob not null references variants (id) on delete cascade,
  decision     text not null check (decision in ('approved', 'rejected', 'changes_requested')),
  -- 0: the first of two approvals
  final        integer not null default 1 check (final in (0, 1)),
  reason       text not null default '',
  -- quick reasons by key
  chips        text not null default '[]' check (json_valid(chips)),
  -- the state the variant had before, for undo
  before_state text not null,
  -- the words that were decided on
  digest       blob,
  member_id    blob references members (id),
  guest_id     blob references guests (id) on delete cascade,
  at_ms        integer not null,
  undone_ms    integer,
  undone_by    blob references members (id),
  -- the first of those that were decided in one call
  batch        blob,
  check ((member_id is null) <> (guest_id is null))
) strict;
insert into reviews_now (id, project_id, variant_id, decision, reason, chips, before_state, digest, member_id, at_ms, undone_ms, undone_by, batch)
  select id, project_id, variant_id, decision, reason, chips, before_state, digest, member_id, at_ms, undone_ms, undone_by, batch from reviews;
drop table reviews;
alter table reviews_now rename to reviews;
create index reviews_by_variant on reviews (variant_id, id);
create index reviews_by_project on reviews (project_id, id);
create index reviews_by_batch on reviews (batch) where batch is not null;

create table comments (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  variant_id  blob not null references variants (id) on delete cascade,
  -- the comment that began the talk
  reply_to    blob references comments (id) on delete cascade,
  body        text not null,
  -- where it is pinned: a range of characters in a part of the words (with the words themselves, as the range moves when
  -- they are edited), a beat of the script, or a second of the media; or nowhere
  part        text check (part in ('title', 'hook', 'script', 'caption')),
  from_char   integer,
  to_char     integer,
  quote       text,
  beat        integer,
  second      real,
  member_id   blob references members (id),
  guest_id    blob references guests (id) on delete cascade,
  created_ms  integer not null,
  settled_ms  integer,
  settled_by  blob references members (id),
  deleted_ms  integer,
  check ((member_id is null) <> (guest_id is null)),
  check ((from_char is null) = (to_char is null) and (from_char is null or (part is not null and from_char < to_char)))
) strict;
create index comments_by_variant on comments (variant_id, id) where deleted_ms is null;
create table mentions (
  member_id   blob not null references members (id) on delete cascade,
  comment_id  blob not null references comments (id) on delete cascade,
  seen_ms     integer,
  primary key (member_id, comment_id)
) strict, without rowid;
create index mentions_unseen on mentions (member_id) where seen_ms is null;

-- Which of two is better, asked blind. Never of one and the same.
create table duels (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  left_id     blob not null references variants (id) on delete cascade,
  right_id    blob not null references variants (id) on delete cascade,
  outcome     text not null check (outcome in ('left', 'right', 'tie')),
  -- information: where an answer teaches most; random: against the bias of that rule; repeat: to see whether answers stand
  chosen_by   text not null check (chosen_by in ('information', 'random', 'repeat')),
  member_id   blob not null references members (id),
  at_ms       integer not null,
  undone_ms   integer,
  check (left_id <> right_id)
) strict;
create index duels_by_project on duels (project_id, id) where undone_ms is null;
create index duels_by_left on duels (left_id);
create index duels_by_right on duels (right_id);

-- What the duels of a project imply: Bradley–Terry with a N(0, 1) prior, in natural logits.
create table tastes (
  variant_id   blob primary key references variants (id) on delete cascade,
  project_id   blob not null references projects (id) on delete cascade,
  theta        real not null,
  sd           real not null check (sd > 0),
  -- rank from 1, with its 90 % interval
  rank         integer not null,
  rank_low     integer not null,
  rank_high    integer not null,
  duels        integer not null,
  measured_ms  integer not null
) strict, without rowid;
create index tastes_by_project on tastes (project_id, rank);

-- Below this originality a draft is marked on the desk.
alter table projects add column floor real not null default 0.4 check (floor between 0 and 1);

-- Signatures of texts (1-bit MinHash over their grams), 256 to a row, so that a search over all of a project's texts reads
-- few rows. A slot holds the id of its variant; zero when it was left.
create table signatures (
  project_id  blob not null references projects (id) on delete cascade,
  chunk       integer not null,
  ids         blob not null,
  bits        blob not null,
  primary key (project_id, chunk)
) strict;
create table signature_slots (
  variant_id  blob primary key references variants (id) on delete cascade,
  project_id  blob not null,
  slot        integer not null,
  -- the version of the variant that was signed
  version     integer not null,
  unique (project_id, slot)
) strict, without rowid;
-- What was written or changed and waits to be measured. The triggers keep it, so that no writer can forget.
create table unmeasured (
  variant_id  blob primary key references variants (id) on delete cascade,
  project_id  blob not null
) strict, without rowid;
create index unmeasured_by_project on unmeasured (project_id);
create trigger variants_unmeasured_in after insert on variants when new.deleted_ms is null begin
  insert or ignore into unmeasured (variant_id, project_id) values (new.id, new.project_id);
end;
create trigger variants_unmeasured_on after update of title, hook, script on variants
when new.deleted_ms is null and (new.title <> old.title or new.hook <> old.hook or new.script <> old.script) begin
  insert or ignore into unmeasured (variant_id, project_id) values (new.id, new.project_id);
end;
create trigger pictures_unmeasured_in after insert on variant_assets begin
  insert or ignore into unmeasured (variant_id, project_id) select v.id, v.project_id from variants v where v.id = new.variant_id;
end;
insert into unmeasured (variant_id, project_id) select id, project_id from variants where deleted_ms is null;

-- How new a variant was against the project's own last fifty and the reference sets, when it was measured.
create table originalities (
  variant_id   blob primary key references variants (id) on delete cascade,
  project_id   blob not null references projects (id) on delete cascade,
  -- the version of the variant that was measured
  version      integer not null,
  originality  real not null check (originality between 0 and 1),
  -- mean similarity to the five nearest
  own          real not null check (own between 0 and 1),
  -- null without a reference set
  reference    real check (reference between 0 and 1),
  -- share of the project's variants until then that were at most as original
  percentile   real check (percentile between 0 and 1),
  -- what it adds to the effective number of different pieces among the last twenty
  gain         real,
  -- [{"variant": …, "similarity": …}] and [{"reference": …, "similarity": …}], nearest first
  nearest      text not null check (json_valid(nearest)),
  nearest_references text not null default '[]' check (json_valid(nearest_references)),
  -- [{"asset": …, "variant": …, "distance": …}], pictures that look the same
  pictures     text not null default '[]' check (json_valid(pictures)),
  measured_ms  integer not null
) strict, without rowid;
create index originalities_by_project on originalities (project_id, originality);

-- 64-bit difference hashes of pictures.
create table picture_hashes (
  asset_id  blob primary key references assets (id) on delete cascade,
  hash      integer not null
) strict, without rowid;

-- What others publish, kept as grams and a short excerpt, never whole.
create table reference_sets (
  id          blob primary key check (length(id) = 16),
  project_id  blob not null references projects (id) on delete cascade,
  name        text not null,
  source      text not null default '',
  texts       integer not null default 0,
  created_by  blob references members (id),
  created_ms  integer not null,
  deleted_ms  integer
) strict;
create index reference_sets_by_project on reference_sets (project_id, id) where deleted_ms is null;
create table reference_texts (
  id        blob primary key check (length(id) = 16),
  set_id    blob not null references reference_sets (id) on delete cascade,
  excerpt   text not null,
  -- gram u64 and count u16, little endian, sorted
  grams     blob not null,
  -- SHA-256 of the words, so that the same text twice is one
  digest    blob not null,
  unique (set_id, digest)
) strict;

-- How wide the last twenty were, each time it was looked at.
create table windows (
  project_id   blob not null references projects (id) on delete cascade,
  at_ms        integer not null,
  -- the newest variant of the window
  variant_id   blob not null,
  n            integer not null,
  vendi_1      real not null,
  vendi_2      real not null,
  homogeneity  real not null,
  originality  real,
  distinct_2   real not null,
  self_bleu    real not null,
  deflate      real not null,
  repetition   real not null,
  -- share of the window that a machine proposed
  suggested    real not null,
  -- the effective number fell below four fifths of what is usual, and machines proposed at least half
  narrow       integer not null check (narrow in (0, 1)),
  -- the two nearest pairs: [[variant, variant, similarity], …]
  pairs        text not null default '[]' check (json_valid(pairs)),
  primary key (project_id, at_ms)
) strict, without rowid;

-- What a card of a slate expects, and what became of it.
alter table cards add column expected real;
alter table cards add column expected_low real;
alter table cards add column expected_high real;
alter table cards add column originality real;
alter table cards add column nearest_id blob references variants (id) on delete set null;
alter table cards add column similarity real;
alter table cards add column decision text check (decision in ('accepted', 'changed', 'refused'));
alter table cards add column decided_by blob references members (id);
alter table cards add column decided_ms integer;
