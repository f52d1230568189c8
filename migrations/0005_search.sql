-- Search over ideas, pieces, variants and prompts, in any script: trigrams need no word borders.

create table search_texts (
  id          integer primary key,
  noun        text not null,
  object_id   blob not null,
  project_id  blob not null references projects (id) on delete cascade,
  title       text not null,
  body        text not null
) strict;
-- The row of an object, when it changes; one object has one row.
create unique index search_texts_by_object on search_texts (noun, object_id);
-- Words shorter than three characters cannot use trigrams and read one project, newest first.
create index search_texts_by_project on search_texts (project_id, id);

create virtual table search_grams using fts5 (title, body, content = 'search_texts', content_rowid = 'id', tokenize = 'trigram');

create trigger search_texts_in after insert on search_texts begin
  insert into search_grams (rowid, title, body) values (new.id, new.title, new.body);
end;
create trigger search_texts_out after delete on search_texts begin
  insert into search_grams (search_grams, rowid, title, body) values ('delete', old.id, old.title, old.body);
end;
create trigger search_texts_on after update on search_texts begin
  insert into search_grams (search_grams, rowid, title, body) values ('delete', old.id, old.title, old.body);
  insert into search_grams (rowid, title, body) values (new.id, new.title, new.body);
end;

create trigger ideas_searched_in after insert on ideas when new.deleted_ms is null begin
  insert into search_texts (noun, object_id, project_id, title, body)
  values ('idea', new.id, new.project_id, new.title, new.hook || ' ' || new.angle);
end;
create trigger ideas_searched_on after update of title, hook, angle, deleted_ms on ideas begin
  delete from search_texts where noun = 'idea' and object_id = new.id;
  insert into search_texts (noun, object_id, project_id, title, body)
  select 'idea', new.id, new.project_id, new.title, new.hook || ' ' || new.angle where new.deleted_ms is null;
end;
create trigger ideas_searched_out after delete on ideas begin
  delete from search_texts where noun = 'idea' and object_id = old.id;
end;

create trigger pieces_searched_in after insert on pieces when new.deleted_ms is null begin
  insert into search_texts (noun, object_id, project_id, title, body)
  values ('piece', new.id, new.project_id, new.title, '');
end;
create trigger pieces_searched_on after update of title, deleted_ms on pieces begin
  delete from search_texts where noun = 'piece' and object_id = new.id;
  insert into search_texts (noun, object_id, project_id, title, body)
  select 'piece', new.id, new.project_id, new.title, '' where new.deleted_ms is null;
end;
create trigger pieces_searched_out after delete on pieces begin
  delete from search_texts where noun = 'piece' and object_id = old.id;
end;

create trigger variants_searched_in after insert on variants when new.deleted_ms is null begin
  insert into search_texts (noun, object_id, project_id, title, body)
  values ('variant', new.id, new.project_id, new.title, new.hook || ' ' || new.script || ' ' || new.caption);
end;
create trigger variants_searched_on after update of title, hook, script, caption, deleted_ms on variants begin
  delete from search_texts where noun = 'variant' and object_id = new.id;
  insert into search_texts (noun, object_id, project_id, title, body)
  select 'variant', new.id, new.project_id, new.title, new.hook || ' ' || new.script || ' ' || new.caption
  where new.deleted_ms is null;
end;
create trigger variants_searched_out after delete on variants begin
  delete from search_texts where noun = 'variant' and object_id = old.id;
end;

create trigger prompts_searched_in after insert on prompts when new.deleted_ms is null begin
  insert into search_texts (noun, object_id, project_id, title, body)
  values ('prompt', new.id, new.project_id, new.name, '');
end;
create trigger prompts_searched_on after update of name, deleted_ms on prompts begin
  delete from search_texts where noun = 'prompt' and object_id = new.id;
  insert into search_texts (noun, object_id, project_id, title, body)
  select 'prompt', new.id, new.project_id, new.name, '' where new.deleted_ms is null;
end;
create trigger prompts_searched_out after delete on prompts begin
  delete from search_texts where noun = 'prompt' and object_id = old.id;
end;
-- The words of the newest version are what a prompt is found by.
create trigger prompt_versions_searched_in after insert on prompt_versions begin
  update search_texts set body = new.template where noun = 'prompt' and object_id = new.prompt_id;
end;
