import { Migration } from '@mikro-orm/migrations';

export class Migration20261128081443_videos extends Migration {
  async up() {
    this.addSql(
      `create table \`uploads\` (\`id\` integer not null primary key autoincrement, \`lesson_id\` integer not null, \`user_id\` integer not null, \`owner_id\` integer not null, \`job_id\` integer not null, \`kind\` text check (\`kind\` in ('VIDEO', 'CAPTIONS')) not null, \`filename\` text not null, \`mime_type\` text not null, \`language\` text null, \`size_bytes\` bigint not null, \`sha256\` text null, \`storage_key\` text not null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`received_at\` bigint null, \`removed_at\` bigint null, constraint \`uploads_lesson_id_foreign\` foreign key (\`lesson_id\`) references \`lessons\` (\`id\`), constraint \`uploads_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`), constraint \`uploads_owner_id_foreign\` foreign key (\`owner_id\`) references \`users\` (\`id\`));`,
    );
    this.addSql(`create unique index \`uploads_job_id_unique\` on \`uploads\` (\`job_id\`);`);
    this.addSql(`create unique index \`uploads_storage_key_unique\` on \`uploads\` (\`storage_key\`);`);
    this.addSql(`create index \`uploads_owner_id_index\` on \`uploads\` (\`owner_id\`) where \`removed_at\` is null;`);

    this.addSql(
      `create table \`video_sources\` (\`id\` integer not null primary key autoincrement, \`lesson_id\` integer not null, \`kind\` text check (\`kind\` in ('LINK', 'UPLOAD')) not null, \`url\` text null, \`upload_id\` integer null, \`mime_type\` text null, \`size_bytes\` bigint null, \`duration_ms\` integer null, \`width\` integer null, \`height\` integer null, \`has_sound\` integer null, \`sha256\` text null, \`language\` text null, \`created_at\` bigint not null, constraint \`video_sources_lesson_id_foreign\` foreign key (\`lesson_id\`) references \`lessons\` (\`id\`), constraint \`video_sources_upload_id_foreign\` foreign key (\`upload_id\`) references \`uploads\` (\`id\`) on delete no action);`,
    );
    this.addSql(`create index \`video_sources_lesson_id_index\` on \`video_sources\` (\`lesson_id\`);`);
    this.addSql(`create unique index \`video_sources_upload_id_unique\` on \`video_sources\` (\`upload_id\`);`);

    this.addSql(
      `create table \`processing_jobs\` (\`id\` integer not null primary key autoincrement, \`kind\` text check (\`kind\` in ('PROBE_LINK', 'PREPARE_UPLOAD', 'TRANSCRIBE')) not null, \`status\` text check (\`status\` in ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')) not null, \`lesson_id\` integer not null, \`user_id\` integer not null, \`video_source_id\` integer null, \`language\` text null, \`stage\` text not null, \`progress_percent\` integer not null, \`attempts\` integer not null, \`error_code\` text null, \`error_message\` text null, \`created_at\` bigint not null, \`started_at\` bigint null, \`finished_at\` bigint null, \`run_after\` bigint null, \`lease_number\` bigint null, \`lease_expires_at\` bigint null, \`cancel_requested_at\` bigint null, \`provider\` text null, \`model\` text null, \`credits_per_minute\` double not null, \`hold_credits\` integer not null, \`hold_number\` integer not null, \`credits_charged\` integer not null, constraint \`processing_jobs_lesson_id_foreign\` foreign key (\`lesson_id\`) references \`lessons\` (\`id\`), constraint \`processing_jobs_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`), constraint \`processing_jobs_video_source_id_foreign\` foreign key (\`video_source_id\`) references \`video_sources\` (\`id\`) on delete no action);`,
    );
    this.addSql(`create index \`processing_jobs_lesson_id_id_index\` on \`processing_jobs\` (\`lesson_id\`, \`id\`);`);
    this.addSql(
      `create index \`processing_jobs_queued_index\` on \`processing_jobs\` (\`run_after\`, \`id\`) where \`status\` = 'QUEUED';`,
    );
    this.addSql(
      `create index \`processing_jobs_running_index\` on \`processing_jobs\` (\`lease_expires_at\`) where \`status\` = 'RUNNING';`,
    );

    this.addSql(
      `create table \`speech_parts\` (\`id\` integer not null primary key autoincrement, \`job_id\` integer not null, \`number\` integer not null, \`cues\` json not null, \`language\` text null, \`audio_seconds\` double not null, \`counted\` integer not null, constraint \`speech_parts_job_id_foreign\` foreign key (\`job_id\`) references \`processing_jobs\` (\`id\`));`,
    );
    this.addSql(
      `create unique index \`speech_parts_job_id_number_unique\` on \`speech_parts\` (\`job_id\`, \`number\`);`,
    );

    this.addSql(`alter table \`ai_usage_logs\` add column \`job_id\` integer null;`);
    this.addSql(`alter table \`ai_usage_logs\` add column \`audio_seconds\` double null;`);
    this.addSql(`create unique index \`ai_usage_logs_job_id_unique\` on \`ai_usage_logs\` (\`job_id\`);`);

    this.addSql(`alter table \`credit_entries\` add column \`job_id\` integer null;`);
    this.addSql(`alter table \`credit_entries\` add column \`job_hold\` integer null;`);
    this.addSql(
      `create unique index \`credit_entries_job_id_job_hold_reason_unique\` on \`credit_entries\` (\`job_id\`, \`job_hold\`, \`reason\`);`,
    );

    this.addSql(`alter table \`lessons\` add column \`uploaded_video_id\` integer null;`);
  }
}
