-- Steps in branches count too. NULL: the flow has had no branch since before this column, so its top level is all there is.
ALTER TABLE flows ADD COLUMN total_step_count integer;
--> statement-breakpoint
ALTER TABLE flow_versions ADD COLUMN total_step_count integer;
--> statement-breakpoint
CREATE FUNCTION flowline_steps_within(list json) RETURNS SETOF json LANGUAGE sql AS $$
  WITH RECURSIVE steps (step) AS (
    SELECT json_array_elements(list)
    UNION ALL
    SELECT json_array_elements(branch)
    FROM steps, LATERAL (
      VALUES (step -> 'config' -> 'trueSteps'), (step -> 'config' -> 'falseSteps')
    ) AS branches (branch)
    WHERE json_typeof(step) = 'object' AND step ->> 'type' = 'conditional' AND json_typeof(branch) = 'array'
  )
  SELECT step FROM steps WHERE json_typeof(step) = 'object'
$$;
--> statement-breakpoint
UPDATE flows SET
  total_step_count = (SELECT count(*) FROM flowline_steps_within(steps)),
  disabled_step_count = (
    SELECT count(*) FROM flowline_steps_within(steps) AS within (step) WHERE step ->> 'enabled' = 'false'
  )
WHERE steps::text ~ '"(trueSteps|falseSteps)"';
--> statement-breakpoint
-- The trigger keeps every column of a published version as it is; this one is new.
ALTER TABLE flow_versions DISABLE TRIGGER flow_versions_kept;
--> statement-breakpoint
UPDATE flow_versions SET total_step_count = (SELECT count(*) FROM flowline_steps_within(config -> 'flowSteps'))
WHERE config::text ~ '"(trueSteps|falseSteps)"' AND json_typeof(config -> 'flowSteps') = 'array';
--> statement-breakpoint
ALTER TABLE flow_versions ENABLE TRIGGER flow_versions_kept;
--> statement-breakpoint
-- Of how many records the last run failed for how many: a run that was completed may have failed for some.
ALTER TABLE flows ADD COLUMN last_run_records integer;
--> statement-breakpoint
ALTER TABLE flows ADD COLUMN last_run_failed_records integer;
--> statement-breakpoint
UPDATE flows SET last_run_records = last.total_records, last_run_failed_records = last.failed_records
FROM (
  SELECT DISTINCT ON (organization_id, flow_id) organization_id, flow_id, completed_at, total_records, failed_records
  FROM batches WHERE completed_at IS NOT NULL ORDER BY organization_id, flow_id, completed_at DESC
) AS last
WHERE last.organization_id = flows.organization_id AND last.flow_id = flows.id AND last.completed_at = flows.last_run_at;
--> statement-breakpoint
CREATE INDEX step_results_failed ON step_results (organization_id, batch_id, step_id) WHERE status = 'failed';
--> statement-breakpoint
DROP FUNCTION flowline_steps_within(json);
