-- Looked up by what they point at: when a batch is bred, and when the row they point at is deleted for good.

-- How often, and when last, a play became an idea.
create index ideas_by_play on ideas (play_id, created_ms) where play_id is not null;
-- Ideas that name one as their twin, asked when it goes.
create index ideas_by_twin on ideas (twin_id) where twin_id is not null;
-- How often a winner became an idea.
create index cards_by_variant on cards (variant_id) where variant_id is not null;
-- Cards of a play and of an idea, asked when either goes.
create index cards_by_play on cards (play_id) where play_id is not null;
create index cards_by_idea on cards (idea_id) where idea_id is not null;
-- Runs that drafted from an idea, asked when it goes.
create index runs_by_idea on runs (idea_id) where idea_id is not null;
-- Calls for an arm, asked when it goes.
create index verdicts_by_arm on verdicts (arm_id) where arm_id is not null;
