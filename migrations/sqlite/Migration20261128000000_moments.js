import { Migration } from '@mikro-orm/migrations';

/**
 * Moments found by words, by hand. A cue's id now says its revision and its place (revision * 32768 + place), so that
 * the index, which gives ids alone, need not look up 20,000 cues to know which of them a viewer may read.
 *
 * `cues_fts` holds the units of each text as `cue_units` (a function of ours on every handle) gives them: folded words,
 * and single letters of scripts without spaces. It reads them back through a view (external content) when a cue goes;
 * sizes of columns are not kept, for we rank by what stands around a match. Only spaces part units. Merging is done in
 * small steps by the server (`mergeCueIndex`): FTS5's own merges take 150 ms within somebody's insert.
 *
 * `cue_scopes` says for each current revision who may read it; triggers keep it. Deleted lessons and courses, and
 * revisions that were replaced or never switched to, are not in it.
 */
export class Migration20261128000000_moments extends Migration {
  async up() {
    for (const event of ['insert', 'update', 'delete']) this.addSql(`drop trigger cues_fts_${event}`);
    this.addSql(`drop table cues_fts`);
    this.addSql(`drop view cues_fts_source`);
    this.addSql(`alter table transcript_cues rename to old_transcript_cues`);
    this.addSql(
      `create table \`transcript_cues\` (\`id\` integer not null primary key autoincrement, \`revision_id\` integer not null, \`start_ms\` integer not null, \`end_ms\` integer not null, \`text\` text not null, constraint \`transcript_cues_revision_id_foreign\` foreign key (\`revision_id\`) references \`transcript_revisions\` (\`id\`));`,
    );
    this.addSql(`insert into transcript_cues (id, revision_id, start_ms, end_ms, text)
      select revision_id * 32768 + row_number() over (partition by revision_id order by id) - 1,
        revision_id, start_ms, end_ms, text from old_transcript_cues order by revision_id, id`);
    this.addSql(`drop table old_transcript_cues`);
    this.addSql(
      `create index \`transcript_cues_revision_id_start_ms_index\` on \`transcript_cues\` (\`revision_id\`, \`start_ms\`);`,
    );

    this.addSql(`create view cues_fts_source as select id, cue_units(text) as units from transcript_cues`);
    this.addSql(`create virtual table cues_fts using fts5(
      units, content = 'cues_fts_source', content_rowid = 'id', columnsize = 0, prefix = '2 3',
      tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'")`);
    this.addSql(`insert into cues_fts (rowid, units) select id, units from cues_fts_source order by id`);
    this.addSql(`insert into cues_fts (cues_fts, rank) values ('automerge', 0)`);
    this.addSql(`insert into cues_fts (cues_fts, rank) values ('crisismerge', 500)`);
    this.addSql(`create trigger cues_fts_insert after insert on transcript_cues begin
      select raise(abort, 'the id of a cue is not that of its place') where new.id >> 15 <> new.revision_id;
      insert into cues_fts (rowid, units) values (new.id, cue_units(new.text));
    end`);
    this.addSql(`create trigger cues_fts_delete after delete on transcript_cues begin
      insert into cues_fts (cues_fts, rowid, units) values ('delete', old.id, cue_units(old.text));
    end`);
    this.addSql(`create trigger cues_fts_update after update on transcript_cues begin
      select raise(abort, 'the id of a cue is not that of its place') where new.id >> 15 <> new.revision_id;
      insert into cues_fts (cues_fts, rowid, units) values ('delete', old.id, cue_units(old.text));
      insert into cues_fts (rowid, units) values (new.id, cue_units(new.text));
    end`);

    this.addSql(`create view cue_scopes_source as
      select transcripts.revision_id, lessons.id as lesson_id, courses.id as course_id, courses.instructor_id,
        courses.status = 'PUBLISHED' as published
      from transcripts
      join lessons on lessons.id = transcripts.lesson_id and lessons.deleted_at is null
      join courses on courses.id = lessons.course_id and courses.deleted_at is null`);
    this.addSql(`create table cue_scopes (
      revision_id integer primary key, lesson_id integer not null, course_id integer not null,
      instructor_id integer not null, published integer not null)`);
    this.addSql(`create index cue_scopes_course on cue_scopes (course_id, revision_id)`);
    this.addSql(`insert into cue_scopes select * from cue_scopes_source`);
    this.addSql(`create trigger cue_scopes_transcript_insert after insert on transcripts begin
      insert into cue_scopes select * from cue_scopes_source where revision_id = new.revision_id;
    end`);
    this.addSql(`create trigger cue_scopes_transcript_update after update of revision_id, lesson_id on transcripts begin
      delete from cue_scopes where revision_id in (old.revision_id, new.revision_id);
      insert into cue_scopes select * from cue_scopes_source where revision_id = new.revision_id;
    end`);
    this.addSql(`create trigger cue_scopes_transcript_delete after delete on transcripts begin
      delete from cue_scopes where revision_id = old.revision_id;
    end`);
    this.addSql(`create trigger cue_scopes_lesson_update after update of course_id, deleted_at on lessons begin
      delete from cue_scopes where course_id in (old.course_id, new.course_id) and lesson_id = new.id;
      insert into cue_scopes select * from cue_scopes_source where lesson_id = new.id;
    end`);
    this.addSql(`create trigger cue_scopes_lesson_delete after delete on lessons begin
      delete from cue_scopes where course_id = old.course_id and lesson_id = old.id;
    end`);
    this.addSql(`create trigger cue_scopes_course_update after update of status, instructor_id, deleted_at on courses begin
      delete from cue_scopes where course_id = new.id;
      insert into cue_scopes select * from cue_scopes_source where course_id = new.id;
    end`);
    this.addSql(`create trigger cue_scopes_course_delete after delete on courses begin
      delete from cue_scopes where course_id = old.id;
    end`);
  }
}
