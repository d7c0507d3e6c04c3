import { Migration } from '@mikro-orm/migrations';

export class Migration20261122000002_sessions_and_audit extends Migration {
  async up() {
    this.addSql(
      `create table \`audit_log\` (\`id\` integer not null primary key autoincrement, \`actor_id\` integer null, \`action\` text not null, \`subject_id\` integer not null, \`facts\` json not null, \`created_at\` bigint not null, constraint \`audit_log_actor_id_foreign\` foreign key (\`actor_id\`) references \`users\` (\`id\`), constraint \`audit_log_subject_id_foreign\` foreign key (\`subject_id\`) references \`users\` (\`id\`));`,
    );

    this.addSql(`alter table \`users\` add column \`deleted_at\` bigint null;`);

    this.addSql(`alter table \`sessions\` add column \`user_agent\` text null;`);
  }
}
