import { Migration } from '@mikro-orm/migrations';

/** What the public may read of each table: a change to anything else is none that it sees. */
const PUBLIC_COLUMNS = { users: ' of `username`', courses: '', lessons: '', transcripts: '' };

export class Migration20261128000000_catalogue_version extends Migration {
  async up() {
    this.addSql('create table `catalogue_version` (`version` integer not null);');
    this.addSql('insert into `catalogue_version` values (1);');
    for (const [table, columns] of Object.entries(PUBLIC_COLUMNS)) {
      for (const event of ['insert', `update${columns}`, 'delete']) {
        const [name] = event.split(' ');
        this.addSql(
          `create trigger \`${table}_${name}_counts\` after ${event} on \`${table}\` ` +
            'begin update `catalogue_version` set `version` = `version` + 1; end;',
        );
      }
    }
  }
}
