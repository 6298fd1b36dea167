-- The last 20 runs of a flow, oldest first, as a letter each: c completed, p partly failed, f failed, x cancelled.
ALTER TABLE flows ADD COLUMN recent_outcomes text NOT NULL DEFAULT '';
--> statement-breakpoint
-- What ran of a flow in an hour (UTC), counted by the transactions that store results. Older servers do not count.
CREATE TABLE flow_run_hours (
  organization_id text NOT NULL,
  flow_id text NOT NULL,
  hour timestamptz(3) NOT NULL,
  runs integer NOT NULL DEFAULT 0,
  failed_runs integer NOT NULL DEFAULT 0,
  cancelled_runs integer NOT NULL DEFAULT 0,
  executions integer NOT NULL DEFAULT 0,
  failed_executions integer NOT NULL DEFAULT 0,
  -- Executions by duration, on a logarithmic scale.
  durations integer[] NOT NULL DEFAULT '{}',
  total_tokens bigint,
  estimated_cost numeric,
  failures json NOT NULL DEFAULT '{"groups":[],"others":0}'
) WITH (fillfactor = 70);
--> statement-breakpoint
INSERT INTO flow_run_hours (organization_id, flow_id, hour, runs, failed_runs, cancelled_runs, executions, failed_executions,
  total_tokens, estimated_cost)
SELECT batches.organization_id, batches.flow_id, date_trunc('hour', batches.completed_at, 'UTC'), count(*),
  count(*) FILTER (WHERE batches.status <> 'cancelled' AND (batches.status = 'failed' OR batches.failed_records > 0)),
  count(*) FILTER (WHERE batches.status = 'cancelled'), sum(batches.processed_records), sum(batches.failed_records),
  sum(batches.total_tokens), sum(batches.estimated_cost)
FROM batches JOIN flows ON flows.organization_id = batches.organization_id AND flows.id = batches.flow_id
WHERE batches.completed_at > now() - interval '30 days' AND batches.status NOT IN ('scheduled', 'running')
  AND NOT batches.is_virtual
GROUP BY 1, 2, 3;
--> statement-breakpoint
-- After the rows, which is faster.
ALTER TABLE flow_run_hours ADD PRIMARY KEY (organization_id, flow_id, hour),
  ADD FOREIGN KEY (organization_id, flow_id) REFERENCES flows (organization_id, id) ON DELETE CASCADE;
--> statement-breakpoint
-- For the retention.
CREATE INDEX flow_run_hours_by_hour ON flow_run_hours (hour);
--> statement-breakpoint
-- Their revisions and counts do not change.
ALTER TABLE flows DISABLE TRIGGER USER;
--> statement-breakpoint
UPDATE flows SET recent_outcomes = recent.outcomes FROM (
  SELECT organization_id, flow_id, string_agg(outcome, '' ORDER BY place DESC) AS outcomes FROM (
    SELECT organization_id, flow_id,
      CASE
        WHEN status = 'cancelled' THEN 'x' WHEN status = 'failed' THEN 'f' WHEN failed_records > 0 THEN 'p' ELSE 'c'
      END AS outcome,
      row_number() OVER (PARTITION BY organization_id, flow_id ORDER BY completed_at DESC, id DESC) AS place
    FROM batches
    WHERE completed_at > now() - interval '30 days' AND status NOT IN ('scheduled', 'running') AND NOT is_virtual
  ) AS placed
  WHERE place <= 20 GROUP BY organization_id, flow_id
) AS recent
WHERE flows.organization_id = recent.organization_id AND flows.id = recent.flow_id;
--> statement-breakpoint
ALTER TABLE flows ENABLE TRIGGER USER;
