import { Migration } from '@mikro-orm/migrations';

export class Migration20261128150146_first_release extends Migration {
  async up() {
    this.addSql(
      `create table "transcript_revisions" ("id" bigserial primary key, "created_at" bigint not null, "retired_at" bigint null);`,
    );

    this.addSql(
      `create table "transcript_cues" ("id" bigint not null, "revision_id" bigint not null, "start_ms" bigint not null, "end_ms" bigint not null, "text" text not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "transcript_cues_revision_id_start_ms_index" on "transcript_cues" ("revision_id", "start_ms");`,
    );

    this.addSql(
      `create table "users" ("id" bigserial primary key, "username" text not null, "username_key" text not null, "email" text not null, "password_hash" text not null, "role" text not null, "is_active" boolean not null, "credits" bigint not null, "created_at" bigint not null, "deleted_at" bigint null);`,
    );
    this.addSql(`alter table "users" add constraint "users_username_key_unique" unique ("username_key");`);
    this.addSql(`alter table "users" add constraint "users_email_unique" unique ("email");`);

    this.addSql(
      `create table "ai_usage_logs" ("id" bigserial primary key, "user_id" bigint not null, "chat_id" bigint null, "job_id" bigint null, "provider" text not null, "model" text not null, "tokens_input" bigint not null, "tokens_output" bigint not null, "audio_seconds" double precision null, "source" text not null, "created_at" bigint not null);`,
    );
    this.addSql(`alter table "ai_usage_logs" add constraint "ai_usage_logs_chat_id_unique" unique ("chat_id");`);
    this.addSql(`alter table "ai_usage_logs" add constraint "ai_usage_logs_job_id_unique" unique ("job_id");`);
    this.addSql(`create index "ai_usage_logs_user_id_id_index" on "ai_usage_logs" ("user_id", "id");`);

    this.addSql(
      `create table "sessions" ("id" bigserial primary key, "user_id" bigint not null, "created_at" bigint not null, "last_used_at" bigint not null, "expires_at" bigint not null, "ended_at" bigint null, "user_agent" text null);`,
    );
    this.addSql(`create index "sessions_user_id_index" on "sessions" ("user_id");`);

    this.addSql(
      `create table "refresh_tokens" ("id" bigserial primary key, "session_id" bigint not null, "token_hash" text not null, "created_at" bigint not null, "used_at" bigint null);`,
    );
    this.addSql(`create index "refresh_tokens_session_id_index" on "refresh_tokens" ("session_id");`);
    this.addSql(
      `alter table "refresh_tokens" add constraint "refresh_tokens_token_hash_unique" unique ("token_hash");`,
    );

    this.addSql(
      `create table "credit_entries" ("id" bigserial primary key, "user_id" bigint not null, "amount" bigint not null, "balance_after" bigint not null, "reason" text not null, "chat_id" bigint null, "job_id" bigint null, "job_hold" bigint null, "note" text null, "created_at" bigint not null);`,
    );
    this.addSql(`create index "credit_entries_user_id_id_index" on "credit_entries" ("user_id", "id");`);
    this.addSql(
      `alter table "credit_entries" add constraint "credit_entries_chat_id_reason_unique" unique ("chat_id", "reason");`,
    );
    this.addSql(
      `alter table "credit_entries" add constraint "credit_entries_job_id_job_hold_reason_unique" unique ("job_id", "job_hold", "reason");`,
    );

    this.addSql(
      `create table "courses" ("id" bigserial primary key, "title" text not null, "description" text not null, "thumbnail_url" text null, "instructor_id" bigint not null, "status" text not null, "search_text" text not null, "created_at" bigint not null, "updated_at" bigint not null, "deleted_at" bigint null);`,
    );
    this.addSql(`create index "courses_instructor_id_index" on "courses" ("instructor_id");`);
    this.addSql(
      `create index "courses_created_at_id_index" on "courses" ("created_at", "id") where "deleted_at" is null;`,
    );

    this.addSql(
      `create table "lessons" ("id" bigserial primary key, "course_id" bigint not null, "title" text not null, "video_url" text null, "uploaded_video_id" bigint null, "order" bigint not null, "duration_seconds" bigint null, "created_at" bigint not null, "updated_at" bigint not null, "deleted_at" bigint null);`,
    );
    this.addSql(
      `create unique index "lessons_course_id_order_unique" on "lessons" ("course_id", "order") where "deleted_at" is null;`,
    );

    this.addSql(
      `create table "uploads" ("id" bigserial primary key, "lesson_id" bigint not null, "user_id" bigint not null, "owner_id" bigint not null, "job_id" bigint not null, "kind" text not null, "filename" text not null, "mime_type" text not null, "language" text null, "size_bytes" bigint not null, "sha256" text null, "storage_key" text not null, "created_at" bigint not null, "expires_at" bigint not null, "received_at" bigint null, "removed_at" bigint null);`,
    );
    this.addSql(`alter table "uploads" add constraint "uploads_job_id_unique" unique ("job_id");`);
    this.addSql(`alter table "uploads" add constraint "uploads_storage_key_unique" unique ("storage_key");`);
    this.addSql(`create index "uploads_owner_id_index" on "uploads" ("owner_id") where "removed_at" is null;`);

    this.addSql(
      `create table "transcripts" ("id" bigserial primary key, "lesson_id" bigint not null, "language" text not null, "revision_id" bigint not null, "cue_count" bigint not null, "duration_ms" bigint not null, "created_at" bigint not null, "updated_at" bigint not null);`,
    );
    this.addSql(`create index "transcripts_revision_id_index" on "transcripts" ("revision_id");`);
    this.addSql(
      `alter table "transcripts" add constraint "transcripts_lesson_id_language_unique" unique ("lesson_id", "language");`,
    );

    this.addSql(
      `create table "chat_history" ("id" bigserial primary key, "user_id" bigint not null, "lesson_id" bigint not null, "message" text not null, "response" text not null, "timestamp_video" text null, "timestamp_seconds" bigint null, "status" text not null, "citations" json not null, "failure_code" text null, "failure_message" text null, "truncated" boolean not null, "client_request_id" text null, "created_at" bigint not null, "completed_at" bigint null, "lease_number" bigint null, "lease_expires_at" bigint null, "cancel_requested_at" bigint null, "provider" text not null, "model" text not null, "language" text null, "prompt_tokens" bigint not null, "price_input" double precision not null, "price_output" double precision not null, "hold_credits" bigint not null, "credits_charged" bigint not null);`,
    );
    this.addSql(
      `create index "chat_history_user_id_lesson_id_id_index" on "chat_history" ("user_id", "lesson_id", "id");`,
    );
    this.addSql(
      `create index "chat_history_running_index" on "chat_history" ("user_id", "lease_expires_at") where "status" = 'STREAMING';`,
    );
    this.addSql(
      `alter table "chat_history" add constraint "chat_history_user_id_client_request_id_unique" unique ("user_id", "client_request_id");`,
    );

    this.addSql(
      `create table "audit_log" ("id" bigserial primary key, "actor_id" bigint null, "action" text not null, "subject_id" bigint not null, "facts" json not null, "created_at" bigint not null);`,
    );

    this.addSql(
      `create table "video_sources" ("id" bigserial primary key, "lesson_id" bigint not null, "kind" text not null, "url" text null, "upload_id" bigint null, "mime_type" text null, "size_bytes" bigint null, "duration_ms" bigint null, "width" bigint null, "height" bigint null, "has_sound" boolean null, "sha256" text null, "language" text null, "created_at" bigint not null);`,
    );
    this.addSql(`create index "video_sources_lesson_id_index" on "video_sources" ("lesson_id");`);
    this.addSql(`alter table "video_sources" add constraint "video_sources_upload_id_unique" unique ("upload_id");`);

    this.addSql(
      `create table "processing_jobs" ("id" bigserial primary key, "kind" text not null, "status" text not null, "lesson_id" bigint not null, "user_id" bigint not null, "video_source_id" bigint null, "language" text null, "stage" text not null, "progress_percent" bigint not null, "attempts" bigint not null, "error_code" text null, "error_message" text null, "created_at" bigint not null, "started_at" bigint null, "finished_at" bigint null, "run_after" bigint null, "lease_number" bigint null, "lease_expires_at" bigint null, "cancel_requested_at" bigint null, "provider" text null, "model" text null, "credits_per_minute" double precision not null, "hold_credits" bigint not null, "hold_number" bigint not null, "credits_charged" bigint not null);`,
    );
    this.addSql(`create index "processing_jobs_lesson_id_id_index" on "processing_jobs" ("lesson_id", "id");`);
    this.addSql(
      `create index "processing_jobs_queued_index" on "processing_jobs" ("run_after", "id") where "status" = 'QUEUED';`,
    );
    this.addSql(
      `create index "processing_jobs_running_index" on "processing_jobs" ("lease_expires_at") where "status" = 'RUNNING';`,
    );

    this.addSql(
      `create table "speech_parts" ("id" bigserial primary key, "job_id" bigint not null, "number" bigint not null, "cues" json not null, "language" text null, "audio_seconds" double precision not null, "counted" boolean not null);`,
    );
    this.addSql(
      `alter table "speech_parts" add constraint "speech_parts_job_id_number_unique" unique ("job_id", "number");`,
    );

    this.addSql(
      `alter table "transcript_cues" add constraint "transcript_cues_revision_id_foreign" foreign key ("revision_id") references "transcript_revisions" ("id");`,
    );

    this.addSql(
      `alter table "users" add constraint "users_role_check" check ("role" in ('STUDENT', 'INSTRUCTOR', 'ADMIN'));`,
    );

    this.addSql(
      `alter table "ai_usage_logs" add constraint "ai_usage_logs_user_id_foreign" foreign key ("user_id") references "users" ("id");`,
    );
    this.addSql(
      `alter table "ai_usage_logs" add constraint "ai_usage_logs_source_check" check ("source" in ('PROVIDER', 'ESTIMATED'));`,
    );

    this.addSql(
      `alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id");`,
    );

    this.addSql(
      `alter table "refresh_tokens" add constraint "refresh_tokens_session_id_foreign" foreign key ("session_id") references "sessions" ("id");`,
    );

    this.addSql(
      `alter table "credit_entries" add constraint "credit_entries_user_id_foreign" foreign key ("user_id") references "users" ("id");`,
    );
    this.addSql(
      `alter table "credit_entries" add constraint "credit_entries_reason_check" check ("reason" in ('SIGNUP', 'GRANT', 'HOLD', 'RELEASE'));`,
    );

    this.addSql(
      `alter table "courses" add constraint "courses_instructor_id_foreign" foreign key ("instructor_id") references "users" ("id");`,
    );
    this.addSql(
      `alter table "courses" add constraint "courses_status_check" check ("status" in ('DRAFT', 'PUBLISHED'));`,
    );

    this.addSql(
      `alter table "lessons" add constraint "lessons_course_id_foreign" foreign key ("course_id") references "courses" ("id");`,
    );

    this.addSql(
      `alter table "uploads" add constraint "uploads_lesson_id_foreign" foreign key ("lesson_id") references "lessons" ("id");`,
    );
    this.addSql(
      `alter table "uploads" add constraint "uploads_user_id_foreign" foreign key ("user_id") references "users" ("id");`,
    );
    this.addSql(
      `alter table "uploads" add constraint "uploads_owner_id_foreign" foreign key ("owner_id") references "users" ("id");`,
    );
    this.addSql(`alter table "uploads" add constraint "uploads_kind_check" check ("kind" in ('VIDEO', 'CAPTIONS'));`);

    this.addSql(
      `alter table "transcripts" add constraint "transcripts_lesson_id_foreign" foreign key ("lesson_id") references "lessons" ("id");`,
    );
    this.addSql(
      `alter table "transcripts" add constraint "transcripts_revision_id_foreign" foreign key ("revision_id") references "transcript_revisions" ("id");`,
    );

    this.addSql(
      `alter table "chat_history" add constraint "chat_history_user_id_foreign" foreign key ("user_id") references "users" ("id");`,
    );
    this.addSql(
      `alter table "chat_history" add constraint "chat_history_lesson_id_foreign" foreign key ("lesson_id") references "lessons" ("id");`,
    );
    this.addSql(
      `alter table "chat_history" add constraint "chat_history_status_check" check ("status" in ('STREAMING', 'COMPLETED', 'CANCELLED', 'FAILED', 'INTERRUPTED'));`,
    );

    this.addSql(
      `alter table "audit_log" add constraint "audit_log_actor_id_foreign" foreign key ("actor_id") references "users" ("id") on delete no action;`,
    );
    this.addSql(
      `alter table "audit_log" add constraint "audit_log_subject_id_foreign" foreign key ("subject_id") references "users" ("id");`,
    );

    this.addSql(
      `alter table "video_sources" add constraint "video_sources_lesson_id_foreign" foreign key ("lesson_id") references "lessons" ("id");`,
    );
    this.addSql(
      `alter table "video_sources" add constraint "video_sources_upload_id_foreign" foreign key ("upload_id") references "uploads" ("id") on delete no action;`,
    );
    this.addSql(
      `alter table "video_sources" add constraint "video_sources_kind_check" check ("kind" in ('LINK', 'UPLOAD'));`,
    );

    this.addSql(
      `alter table "processing_jobs" add constraint "processing_jobs_lesson_id_foreign" foreign key ("lesson_id") references "lessons" ("id");`,
    );
    this.addSql(
      `alter table "processing_jobs" add constraint "processing_jobs_user_id_foreign" foreign key ("user_id") references "users" ("id");`,
    );
    this.addSql(
      `alter table "processing_jobs" add constraint "processing_jobs_video_source_id_foreign" foreign key ("video_source_id") references "video_sources" ("id") on delete no action;`,
    );
    this.addSql(
      `alter table "processing_jobs" add constraint "processing_jobs_kind_check" check ("kind" in ('PROBE_LINK', 'PREPARE_UPLOAD', 'TRANSCRIBE'));`,
    );
    this.addSql(
      `alter table "processing_jobs" add constraint "processing_jobs_status_check" check ("status" in ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'));`,
    );

    this.addSql(
      `alter table "speech_parts" add constraint "speech_parts_job_id_foreign" foreign key ("job_id") references "processing_jobs" ("id");`,
    );
  }
}
