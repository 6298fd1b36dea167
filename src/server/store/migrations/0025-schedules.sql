CREATE TABLE schedules (
  organization_id text NOT NULL,
  id text NOT NULL,
  name text,
  -- Of the schedule and its flow, as searches compare it.
  name_key text NOT NULL,
  enabled boolean NOT NULL,
  cron text,
  timezone text,
  run_at timestamptz(3),
  flow_id text NOT NULL,
  -- The name when the schedule was changed last, for a flow that was deleted since.
  flow_name text NOT NULL,
  record_type text,
  record_ids text[],
  record_filter json,
  inputs json,
  messages json,
  execution_options json,
  user_id text NOT NULL,
  key_name text,
  scopes text[] NOT NULL,
  last_run_at timestamptz(3),
  -- The next due time; null while it is paused and after its only run.
  next_run_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, id)
);
--> statement-breakpoint
CREATE INDEX schedules_by_creation ON schedules (organization_id, created_at, id);
--> statement-breakpoint
CREATE INDEX schedules_by_flow ON schedules (organization_id, flow_id, created_at, id);
--> statement-breakpoint
CREATE INDEX schedules_due ON schedules (next_run_at) WHERE next_run_at IS NOT NULL;
--> statement-breakpoint
CREATE TABLE schedule_runs (
  organization_id text NOT NULL,
  id text NOT NULL,
  schedule_id text NOT NULL,
  flow_id text NOT NULL,
  -- Null if a person or program started it.
  due_at timestamptz(3),
  -- Null for due times that were missed.
  batch_id text,
  missed_count integer,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, id)
);
--> statement-breakpoint
-- A due time runs once, whatever servers do.
CREATE UNIQUE INDEX schedule_runs_due ON schedule_runs (organization_id, schedule_id, due_at);
--> statement-breakpoint
CREATE INDEX schedule_runs_by_schedule ON schedule_runs (organization_id, schedule_id, created_at, id);
--> statement-breakpoint
CREATE INDEX schedule_runs_by_creation ON schedule_runs (organization_id, created_at, id);
--> statement-breakpoint
-- For the deletion of old runs, whatever their organization.
CREATE INDEX schedule_runs_by_age ON schedule_runs (created_at);
--> statement-breakpoint
CREATE TABLE schedule_days (
  organization_id text NOT NULL,
  schedule_id text NOT NULL,
  -- In UTC.
  day date NOT NULL,
  runs integer NOT NULL,
  completed integer NOT NULL,
  failed integer NOT NULL,
  duration_ms bigint NOT NULL,
  costed integer NOT NULL,
  cost numeric NOT NULL,
  PRIMARY KEY (organization_id, schedule_id, day)
);
--> statement-breakpoint
ALTER TABLE batches ADD COLUMN schedule_id text;
