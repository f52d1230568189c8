-- What draws and speaks in the house: the same rows in every studio, like that of the sketch. A name that somebody has given
-- to a backend of their own stays theirs.
insert into backends (id, kind, name, settings, created_ms, updated_ms)
select x'0000000000007000800065737065616b', 'espeak',
  iif(exists (select 1 from backends where name = 'espeak' and deleted_ms is null), 'espeak (here)', 'espeak'), '{}', 0, 0;
-- One film after the other: an encoder takes the whole machine.
insert into backends (id, kind, name, settings, created_ms, updated_ms)
select x'00000000000070008000707265766965', 'preview',
  iif(exists (select 1 from backends where name = 'preview' and deleted_ms is null), 'preview (here)', 'preview'), '{"at_once":"1"}', 0, 0;
