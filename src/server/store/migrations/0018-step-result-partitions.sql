-- Results of steps are in one partition for each day (UTC), so that old ones are pruned by dropping whole tables. Servers make
-- the partitions of the next days ahead; a row without one is stored in the default partition, so no insert fails.
--
-- The table so far becomes the partition of everything before tomorrow: its rows are not copied. One index is built for its new
-- primary key.
DO $$
DECLARE
  tomorrow timestamp := date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day';
  past text := 'step_results_before_' || to_char(tomorrow, 'YYYYMMDD');
  old_index text;
BEGIN
  ALTER TABLE step_results DROP CONSTRAINT step_results_pkey;
  EXECUTE format('ALTER TABLE step_results RENAME TO %I', past);
  FOR old_index IN
    SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass(past)
  LOOP
    EXECUTE format('ALTER INDEX %I RENAME TO %I', old_index, replace(old_index, 'step_results', past));
  END LOOP;
  EXECUTE format('DROP INDEX %I', past || '_by_batch');
  EXECUTE format('CREATE TABLE step_results (LIKE %I INCLUDING DEFAULTS) PARTITION BY RANGE (created_at)', past);
END
$$;
--> statement-breakpoint
ALTER TABLE step_results
  ADD PRIMARY KEY (organization_id, id, created_at),
  ADD FOREIGN KEY (organization_id, flow_id) REFERENCES flows (organization_id, id) ON DELETE CASCADE;
--> statement-breakpoint
CREATE INDEX step_results_by_flow ON step_results (organization_id, flow_id, created_at, id);
--> statement-breakpoint
CREATE INDEX step_results_by_step ON step_results (organization_id, flow_id, step_id, created_at, id);
--> statement-breakpoint
CREATE INDEX step_results_by_execution ON step_results (organization_id, execution_id, position);
--> statement-breakpoint
CREATE INDEX step_results_by_record ON step_results (organization_id, record_id, created_at, id);
--> statement-breakpoint
CREATE INDEX step_results_by_batch ON step_results (organization_id, batch_id, created_at, id) WHERE batch_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX step_results_failed ON step_results (organization_id, batch_id, step_id) WHERE status = 'failed';
--> statement-breakpoint
-- Finds the few that failed or were skipped among all results of a flow.
CREATE INDEX step_results_by_status ON step_results (organization_id, flow_id, status, created_at, id)
  WHERE status <> 'completed';
--> statement-breakpoint
CREATE TABLE step_results_default PARTITION OF step_results DEFAULT;
--> statement-breakpoint
-- Only this partition is pruned row by row.
CREATE INDEX step_results_default_by_age ON step_results_default (created_at);
--> statement-breakpoint
DO $$
DECLARE
  tomorrow timestamp := date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day';
  past text := 'step_results_before_' || to_char(tomorrow, 'YYYYMMDD');
  has_rows boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', past) INTO has_rows;
  IF NOT has_rows THEN
    EXECUTE format('DROP TABLE %I', past);
    RETURN;
  END IF;
  -- Rows of a server whose clock was ahead.
  EXECUTE format(
    'WITH moved AS (DELETE FROM %I WHERE created_at >= %L RETURNING *) INSERT INTO step_results SELECT * FROM moved',
    past, tomorrow::text || '+00');
  EXECUTE format('ALTER TABLE step_results ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', past, tomorrow::text || '+00');
END
$$;
--> statement-breakpoint
-- Servers of older versions prune by the physical place of rows (ctid), which names other rows in every partition.
CREATE FUNCTION refuse_delete_by_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_query() LIKE '%ctid = ANY (ARRAY(SELECT ctid FROM step_results%' THEN
    RAISE EXCEPTION 'step results are pruned by servers of schema 18 or newer only';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER step_results_pruned BEFORE DELETE ON step_results
FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete_by_place();
--> statement-breakpoint
-- Active batches in the order of lists, and without those that ended.
DROP INDEX batches_active;
--> statement-breakpoint
CREATE INDEX batches_active ON batches (organization_id, created_at, id) WHERE status IN ('scheduled', 'running');
