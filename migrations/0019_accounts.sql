-- What the platform of a channel said of itself when it was asked: whose account it is, and what it takes. Public.
alter table channels add column facts text not null default '{}' check (json_valid(facts));
-- Counts the sessions of a channel: whoever renews one writes it only over the one that was read.
alter table channels add column epoch integer not null default 0;
-- What the platform's own code means, beside the code itself.
alter table attempts add column reason text;
