-- The trigram index stands project by project, so that a search reads the stretches somebody may
-- see and not everybody's.

-- Twenty bits of the project's id, above the forty of the row. Two projects that share a place cost
-- time and never a wrong find.
alter table search_texts add column place integer generated always as (
  instr('123456789ABCDEF', substr(hex(project_id), 28, 1)) * 65536 + instr('123456789ABCDEF', substr(hex(project_id), 29, 1)) * 4096
  + instr('123456789ABCDEF', substr(hex(project_id), 30, 1)) * 256 + instr('123456789ABCDEF', substr(hex(project_id), 31, 1)) * 16
  + instr('123456789ABCDEF', substr(hex(project_id), 32, 1))) virtual;

drop trigger search_texts_in;
drop trigger search_texts_out;
drop trigger search_texts_on;
drop table search_grams;

-- Without content: every find is read from search_texts by the row in its lower bits.
create virtual table search_grams using fts5 (title, body, content = '', tokenize = 'trigram');
insert into search_grams (rowid, title, body) select (place << 40) | id, title, body from search_texts order by place, id;

create trigger search_texts_in after insert on search_texts begin
  insert into search_grams (rowid, title, body) values ((new.place << 40) | new.id, new.title, new.body);
end;
create trigger search_texts_out after delete on search_texts begin
  insert into search_grams (search_grams, rowid, title, body) values ('delete', (old.place << 40) | old.id, old.title, old.body);
end;
create trigger search_texts_on after update on search_texts begin
  insert into search_grams (search_grams, rowid, title, body) values ('delete', (old.place << 40) | old.id, old.title, old.body);
  insert into search_grams (rowid, title, body) values ((new.place << 40) | new.id, new.title, new.body);
end;

-- What works for a project now, on Today: its finished jobs are many, its open ones few.
create index jobs_open on jobs (project_id, created_ms) where state in ('ready', 'running');
