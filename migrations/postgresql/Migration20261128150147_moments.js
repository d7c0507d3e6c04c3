import { Migration } from '@mikro-orm/migrations';

/**
 * Moments found by words, by hand. `cues_fts` holds the units of each cue as lexemes with their places; the server
 * writes it with the cue, since only it can make them (`units.ts`), and it goes with the cue. Not a column of the cue: a
 * search reads ids and units, never texts.
 *
 * `cue_scopes` says for each current revision who may read it. A view, and not a table that triggers keep as on SQLite:
 * here two transactions may change what one row of it is made of at the same time.
 */
export class Migration20261128150147_moments extends Migration {
  async up() {
    this.addSql(`create function check_cue_id() returns trigger language plpgsql as $$
      begin
        if new.id / 32768 <> new.revision_id then
          raise exception 'the id of a cue is not that of its place';
        end if;
        return new;
      end
    $$`);
    this.addSql(`create trigger check_cue_id before insert or update of id, revision_id on transcript_cues
      for each row execute function check_cue_id()`);

    this.addSql(`create table cues_fts (
      cue_id bigint primary key references transcript_cues (id) on delete cascade,
      units tsvector not null)`);
    this.addSql(`create index cues_fts_units on cues_fts using gin (units)`);

    this.addSql(`create view cue_scopes as
      select transcripts.revision_id, transcripts.language, lessons.id as lesson_id, courses.id as course_id,
        courses.instructor_id, courses.status = 'PUBLISHED' as published
      from transcripts
      join lessons on lessons.id = transcripts.lesson_id and lessons.deleted_at is null
      join courses on courses.id = lessons.course_id and courses.deleted_at is null`);
  }
}
