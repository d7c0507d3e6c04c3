import { Migration } from '@mikro-orm/migrations';

export class Migration20261122000000_first_release extends Migration {
  async up() {
    this.addSql(
      `create table \`transcript_revisions\` (\`id\` integer not null primary key autoincrement, \`created_at\` bigint not null, \`retired_at\` bigint null);`,
    );

    this.addSql(
      `create table \`transcript_cues\` (\`id\` integer not null primary key autoincrement, \`revision_id\` integer not null, \`start_ms\` integer not null, \`end_ms\` integer not null, \`text\` text not null, constraint \`transcript_cues_revision_id_foreign\` foreign key (\`revision_id\`) references \`transcript_revisions\` (\`id\`));`,
    );
    this.addSql(
      `create index \`transcript_cues_revision_id_start_ms_index\` on \`transcript_cues\` (\`revision_id\`, \`start_ms\`);`,
    );

    this.addSql(
      `create table \`users\` (\`id\` integer not null primary key autoincrement, \`username\` text not null, \`username_key\` text not null, \`email\` text not null, \`password_hash\` text not null, \`role\` text check (\`role\` in ('STUDENT', 'INSTRUCTOR', 'ADMIN')) not null, \`is_active\` integer not null, \`credits\` integer not null, \`created_at\` bigint not null);`,
    );
    this.addSql(`create unique index \`users_username_key_unique\` on \`users\` (\`username_key\`);`);
    this.addSql(`create unique index \`users_email_unique\` on \`users\` (\`email\`);`);

    this.addSql(
      `create table \`ai_usage_logs\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`chat_id\` integer null, \`provider\` text not null, \`model\` text not null, \`tokens_input\` integer not null, \`tokens_output\` integer not null, \`source\` text check (\`source\` in ('PROVIDER', 'ESTIMATED')) not null, \`created_at\` bigint not null, constraint \`ai_usage_logs_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`));`,
    );
    this.addSql(`create unique index \`ai_usage_logs_chat_id_unique\` on \`ai_usage_logs\` (\`chat_id\`);`);
    this.addSql(`create index \`ai_usage_logs_user_id_id_index\` on \`ai_usage_logs\` (\`user_id\`, \`id\`);`);

    this.addSql(
      `create table \`sessions\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`created_at\` bigint not null, \`last_used_at\` bigint not null, \`expires_at\` bigint not null, \`ended_at\` bigint null, constraint \`sessions_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`));`,
    );
    this.addSql(`create index \`sessions_user_id_index\` on \`sessions\` (\`user_id\`);`);

    this.addSql(
      `create table \`refresh_tokens\` (\`id\` integer not null primary key autoincrement, \`session_id\` integer not null, \`token_hash\` text not null, \`created_at\` bigint not null, \`used_at\` bigint null, constraint \`refresh_tokens_session_id_foreign\` foreign key (\`session_id\`) references \`sessions\` (\`id\`));`,
    );
    this.addSql(`create index \`refresh_tokens_session_id_index\` on \`refresh_tokens\` (\`session_id\`);`);
    this.addSql(`create unique index \`refresh_tokens_token_hash_unique\` on \`refresh_tokens\` (\`token_hash\`);`);

    this.addSql(
      `create table \`credit_entries\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`amount\` integer not null, \`balance_after\` integer not null, \`reason\` text check (\`reason\` in ('SIGNUP', 'GRANT', 'HOLD', 'RELEASE')) not null, \`chat_id\` integer null, \`note\` text null, \`created_at\` bigint not null, constraint \`credit_entries_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`));`,
    );
    this.addSql(`create index \`credit_entries_user_id_id_index\` on \`credit_entries\` (\`user_id\`, \`id\`);`);
    this.addSql(
      `create unique index \`credit_entries_chat_id_reason_unique\` on \`credit_entries\` (\`chat_id\`, \`reason\`);`,
    );

    this.addSql(
      `create table \`courses\` (\`id\` integer not null primary key autoincrement, \`title\` text not null, \`description\` text not null, \`thumbnail_url\` text null, \`instructor_id\` integer not null, \`status\` text check (\`status\` in ('DRAFT', 'PUBLISHED')) not null, \`search_text\` text not null, \`created_at\` bigint not null, \`updated_at\` bigint not null, \`deleted_at\` bigint null, constraint \`courses_instructor_id_foreign\` foreign key (\`instructor_id\`) references \`users\` (\`id\`));`,
    );
    this.addSql(`create index \`courses_instructor_id_index\` on \`courses\` (\`instructor_id\`);`);
    this.addSql(
      `create index \`courses_created_at_id_index\` on \`courses\` (\`created_at\`, \`id\`) where \`deleted_at\` is null;`,
    );

    this.addSql(
      `create table \`lessons\` (\`id\` integer not null primary key autoincrement, \`course_id\` integer not null, \`title\` text not null, \`video_url\` text null, \`order\` integer not null, \`duration_seconds\` integer null, \`created_at\` bigint not null, \`updated_at\` bigint not null, \`deleted_at\` bigint null, constraint \`lessons_course_id_foreign\` foreign key (\`course_id\`) references \`courses\` (\`id\`));`,
    );
    this.addSql(
      `create unique index \`lessons_course_id_order_unique\` on \`lessons\` (\`course_id\`, \`order\`) where \`deleted_at\` is null;`,
    );

    this.addSql(
      `create table \`transcripts\` (\`id\` integer not null primary key autoincrement, \`lesson_id\` integer not null, \`language\` text not null, \`revision_id\` integer not null, \`cue_count\` integer not null, \`duration_ms\` integer not null, \`created_at\` bigint not null, \`updated_at\` bigint not null, constraint \`transcripts_lesson_id_foreign\` foreign key (\`lesson_id\`) references \`lessons\` (\`id\`), constraint \`transcripts_revision_id_foreign\` foreign key (\`revision_id\`) references \`transcript_revisions\` (\`id\`));`,
    );
    this.addSql(`create index \`transcripts_revision_id_index\` on \`transcripts\` (\`revision_id\`);`);
    this.addSql(
      `create unique index \`transcripts_lesson_id_language_unique\` on \`transcripts\` (\`lesson_id\`, \`language\`);`,
    );

    this.addSql(
      `create table \`chat_history\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`lesson_id\` integer not null, \`message\` text not null, \`response\` text not null, \`timestamp_video\` text null, \`timestamp_seconds\` integer null, \`status\` text check (\`status\` in ('STREAMING', 'COMPLETED', 'CANCELLED', 'FAILED', 'INTERRUPTED')) not null, \`citations\` json not null, \`failure_code\` text null, \`failure_message\` text null, \`truncated\` integer not null, \`client_request_id\` text null, \`created_at\` bigint not null, \`completed_at\` bigint null, \`lease_number\` bigint null, \`lease_expires_at\` bigint null, \`cancel_requested_at\` bigint null, \`provider\` text not null, \`model\` text not null, \`language\` text null, \`prompt_tokens\` integer not null, \`price_input\` double not null, \`price_output\` double not null, \`hold_credits\` integer not null, \`credits_charged\` integer not null, constraint \`chat_history_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`), constraint \`chat_history_lesson_id_foreign\` foreign key (\`lesson_id\`) references \`lessons\` (\`id\`));`,
    );
    this.addSql(
      `create index \`chat_history_user_id_lesson_id_id_index\` on \`chat_history\` (\`user_id\`, \`lesson_id\`, \`id\`);`,
    );
    this.addSql(
      `create index \`chat_history_running_index\` on \`chat_history\` (\`user_id\`, \`lease_expires_at\`) where \`status\` = 'STREAMING';`,
    );
    this.addSql(
      `create unique index \`chat_history_user_id_client_request_id_unique\` on \`chat_history\` (\`user_id\`, \`client_request_id\`);`,
    );
  }
}
