import { Migration } from '@mikro-orm/migrations';

/** What the public may read of each table: a change to anything else is none that it sees. */
const PUBLIC_COLUMNS = { users: ' of username', courses: '', lessons: '', transcripts: '' };

/** Transactions that commit at once mostly count in rows of their own, and do not wait for one another. */
const SHARDS = 16;

/**
 * The count of transactions that changed what the public reads, by hand. Counted at the commit (deferred triggers), once
 * for a transaction, so that the count's row is the last one that it locks: nobody can wait for each other over it. A
 * sequence would count before the change can be seen.
 */
export class Migration20261128150148_catalogue_version extends Migration {
  async up() {
    this.addSql('create table catalogue_changes (shard int primary key, changes bigint not null)');
    this.addSql(`insert into catalogue_changes select shard, 0 from generate_series(0, ${SHARDS - 1}) as shard`);
    this.addSql('create view catalogue_version as select sum(changes)::bigint as version from catalogue_changes');
    this.addSql(`create function count_catalogue_change() returns trigger language plpgsql as $$
      declare
        this_transaction text := pg_current_xact_id()::text;
      begin
        if current_setting('lectern.counted', true) is distinct from this_transaction then
          update catalogue_changes set changes = changes + 1 where shard = pg_backend_pid() % ${SHARDS};
          perform set_config('lectern.counted', this_transaction, true);
        end if;
        return null;
      end
    $$`);
    for (const [table, columns] of Object.entries(PUBLIC_COLUMNS)) {
      this.addSql(`create constraint trigger ${table}_counts after insert or update${columns} or delete on ${table}
        deferrable initially deferred for each row execute function count_catalogue_change()`);
    }
  }
}
