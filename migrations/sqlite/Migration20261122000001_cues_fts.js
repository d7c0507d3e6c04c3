import { Migration } from '@mikro-orm/migrations';

/**
 * The full-text index over cues, by hand: MikroORM knows no FTS5. It holds no text of its own but reads the cues
 * (external content), and triggers keep it in step. `scope` is a word that stands for the revision, so that a search
 * within one transcript reads that transcript's postings alone.
 */
export class Migration20261122000001_cues_fts extends Migration {
  async up() {
    this.addSql(`create view cues_fts_source as
      select id, 'r' || revision_id as scope, text from transcript_cues`);
    this.addSql(`create virtual table cues_fts using fts5(
      scope, text, content = 'cues_fts_source', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2')`);
    this.addSql(`create trigger cues_fts_insert after insert on transcript_cues begin
      insert into cues_fts (rowid, scope, text) values (new.id, 'r' || new.revision_id, new.text);
    end`);
    this.addSql(`create trigger cues_fts_delete after delete on transcript_cues begin
      insert into cues_fts (cues_fts, rowid, scope, text) values ('delete', old.id, 'r' || old.revision_id, old.text);
    end`);
    this.addSql(`create trigger cues_fts_update after update on transcript_cues begin
      insert into cues_fts (cues_fts, rowid, scope, text) values ('delete', old.id, 'r' || old.revision_id, old.text);
      insert into cues_fts (rowid, scope, text) values (new.id, 'r' || new.revision_id, new.text);
    end`);
  }
}
