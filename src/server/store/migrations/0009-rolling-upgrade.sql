-- Servers of older versions may write to this schema until the last of them is replaced. Their writes name no newer column.
--
-- A batch that such a server starts does not say which scopes its key has, so it gets none.
ALTER TABLE batches ALTER COLUMN scopes SET DEFAULT '{}';
--> statement-breakpoint
-- Up to schema 5 every write of a flow names this column; without it those writes would fail. Searches no longer read it.
ALTER TABLE flows ADD COLUMN name_starts text[] NOT NULL DEFAULT '{}';
--> statement-breakpoint
-- The definition and the run that the counts of steps and records were written with. Where another one is stored, a server
-- wrote it that does not know these counts.
ALTER TABLE flows ADD COLUMN counted_hash text, ADD COLUMN counted_run_at timestamptz(3);
--> statement-breakpoint
CREATE FUNCTION flowline_count_steps(list json, OUT total integer, OUT disabled integer) LANGUAGE sql AS $$
  WITH RECURSIVE steps (step) AS (
    SELECT json_array_elements(list)
    UNION ALL
    SELECT json_array_elements(branch)
    FROM steps, LATERAL (
      VALUES (step -> 'config' -> 'trueSteps'), (step -> 'config' -> 'falseSteps')
    ) AS branches (branch)
    WHERE json_typeof(step) = 'object' AND step ->> 'type' = 'conditional' AND json_typeof(branch) = 'array'
  )
  SELECT count(*)::integer, (count(*) FILTER (WHERE step ->> 'enabled' = 'false'))::integer
  FROM steps WHERE json_typeof(step) = 'object'
$$;
--> statement-breakpoint
CREATE FUNCTION complete_flow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.counted_hash IS DISTINCT FROM NEW.definition_hash
    AND (TG_OP = 'INSERT' OR NEW.definition_hash <> OLD.definition_hash)
  THEN
    SELECT total, disabled INTO NEW.total_step_count, NEW.disabled_step_count FROM flowline_count_steps(NEW.steps);
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.last_run_at IS DISTINCT FROM OLD.last_run_at
    AND NEW.counted_run_at IS DISTINCT FROM NEW.last_run_at
  THEN
    -- Schema 8 writes the counts of a run, though not which run they are of: then they mostly differ from those before.
    IF (NEW.last_run_records, NEW.last_run_failed_records)
      IS NOT DISTINCT FROM (OLD.last_run_records, OLD.last_run_failed_records)
    THEN
      NEW.last_run_records := NULL;
      NEW.last_run_failed_records := NULL;
    END IF;
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER flows_completed BEFORE INSERT OR UPDATE ON flows
FOR EACH ROW EXECUTE FUNCTION complete_flow();
--> statement-breakpoint
CREATE FUNCTION complete_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.total_step_count IS NULL AND json_typeof(NEW.config -> 'flowSteps') = 'array' THEN
    SELECT total INTO NEW.total_step_count FROM flowline_count_steps(NEW.config -> 'flowSteps');
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER flow_versions_completed BEFORE INSERT OR UPDATE ON flow_versions
FOR EACH ROW EXECUTE FUNCTION complete_version();
