-- What one member answered last, without walking the answers of everybody.
create index duels_by_member on duels (project_id, member_id, id) where undone_ms is null;
