/** Tells one schema from another: all columns, constraints and triggers, and the migrations that ran. */
export const FINGERPRINT = `select md5(string_agg(line, ' ' order by line)) as fingerprint from (
  select c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
    from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'public'::regnamespace
  union all select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
  union all select tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal
  union all select name from mikro_orm_migrations) as lines (line)`;

/** Removes all rows, past triggers and foreign keys, and lets ids begin anew. */
export const EMPTY = `set session_replication_role = replica;
  do $$ declare each record; begin
    for each in select tablename from pg_tables
      where schemaname = 'public' and tablename not in ('mikro_orm_migrations', 'catalogue_changes')
    loop execute format('delete from %I', each.tablename); end loop;
    for each in select sequencename from pg_sequences where schemaname = 'public' and sequencename not like 'mikro%'
    loop perform setval(each.sequencename::text::regclass, 1, false); end loop;
  end $$`;
