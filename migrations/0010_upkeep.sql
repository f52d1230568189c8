-- What pages and loops ask for and had to walk through history to find.

-- How many living publications carry a variant, kept by triggers, so that the tray of the calendar
-- (approved, no place yet) is read from an index and never looked for; `troupe check` recounts it.
alter table variants add column placed integer not null default 0;
update variants set placed = (
  select count(*) from publications p where p.variant_id = variants.id and p.state not in ('cancelled', 'missed', 'failed'))
where id in (select variant_id from publications where state not in ('cancelled', 'missed', 'failed'));
create index variants_unplaced on variants (project_id, id) where state = 'approved' and deleted_ms is null and placed = 0;
create trigger publications_placed_in after insert on publications when new.state not in ('cancelled', 'missed', 'failed') begin
  update variants set placed = placed + 1 where id = new.variant_id;
end;
create trigger publications_placed_out after delete on publications when old.state not in ('cancelled', 'missed', 'failed') begin
  update variants set placed = placed - 1 where id = old.variant_id;
end;
create trigger publications_placed_on after update of state on publications
when (old.state in ('cancelled', 'missed', 'failed')) <> (new.state in ('cancelled', 'missed', 'failed')) begin
  update variants set placed = placed + iif(new.state in ('cancelled', 'missed', 'failed'), -1, 1) where id = new.variant_id;
end;

-- The watch asks, after the clock went back: what waits for another try, and what was called too late
-- by a clock that was wrong.
create index publications_retried on publications (updated_ms) where state = 'scheduled' and next_ms > due_ms;
create index publications_missed on publications (due_ms + max_late_ms) where state = 'missed';
