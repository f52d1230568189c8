-- Corrections of numbers ----------------------------------------------------------------------

-- What was said anew of a moment that had its number already, in the order it came. The first row
-- stays as it was said; totals and days follow both.
create table corrections (
  publication_no  integer not null references publications (no) on delete cascade,
  metric          text not null,
  observed_ms     integer not null,
  seq             integer not null,
  value           real,
  availability    text not null check (availability in ('given', 'not_offered', 'not_yet', 'withheld')),
  source          text not null check (source in ('platform', 'import', 'hand', 'api', 'simulator')),
  check ((availability = 'given') = (value is not null)),
  primary key (publication_no, metric, observed_ms, seq)
) strict, without rowid;
