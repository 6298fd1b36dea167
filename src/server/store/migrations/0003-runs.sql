CREATE TABLE records (
  organization_id text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  type text COLLATE "C" NOT NULL,
  name text NOT NULL,
  -- As of flows: searched and compared the same on every store.
  name_key text COLLATE "C" NOT NULL,
  metadata json NOT NULL,
  messages json,
  product_surface_id text,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, id)
);
--> statement-breakpoint
-- By a hash, since a name may be longer than an index takes.
CREATE UNIQUE INDEX records_by_name ON records (organization_id, type, md5(name));
--> statement-breakpoint
CREATE INDEX records_by_updated ON records (organization_id, updated_at, id);
--> statement-breakpoint
CREATE INDEX records_by_type ON records (organization_id, type, updated_at, id);
--> statement-breakpoint
-- The order that a batch takes them in.
CREATE INDEX records_by_created ON records (organization_id, type, created_at, id);
--> statement-breakpoint
CREATE INDEX records_by_name_part ON records USING gin (name_key gin_trgm_ops);
--> statement-breakpoint
CREATE TABLE record_counts (
  organization_id text NOT NULL,
  type text COLLATE "C" NOT NULL,
  records bigint NOT NULL,
  PRIMARY KEY (organization_id, type)
);
--> statement-breakpoint
-- Once for each statement, not for each row: an import writes thousands.
CREATE FUNCTION count_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO record_counts AS counts (organization_id, type, records)
    SELECT organization_id, type, count(*) FROM new_rows GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (organization_id, type) DO UPDATE SET records = counts.records + excluded.records;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO record_counts AS counts (organization_id, type, records)
    SELECT organization_id, type, -count(*) FROM old_rows GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (organization_id, type) DO UPDATE SET records = counts.records + excluded.records;
  ELSE
    INSERT INTO record_counts AS counts (organization_id, type, records)
    SELECT organization_id, type, sum(change)::bigint FROM (
      SELECT organization_id, type, -1 AS change FROM old_rows
      UNION ALL
      SELECT organization_id, type, 1 FROM new_rows
    ) AS changes GROUP BY 1, 2 HAVING sum(change) <> 0 ORDER BY 1, 2
    ON CONFLICT (organization_id, type) DO UPDATE SET records = counts.records + excluded.records;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER records_added AFTER INSERT ON records
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_records();
--> statement-breakpoint
CREATE TRIGGER records_changed AFTER UPDATE ON records
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_records();
--> statement-breakpoint
CREATE TRIGGER records_removed AFTER DELETE ON records
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_records();
--> statement-breakpoint
-- The time that a text of a record's metadata says, in UTC unless it says otherwise; null for what is none, such as a 30th of
-- February, where a cast would fail the whole query.
CREATE FUNCTION read_time(value text) RETURNS timestamptz LANGUAGE plpgsql STABLE SET timezone = 'UTC' AS $$
BEGIN
  IF value !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d(:?\d\d)?)?$' THEN
    RETURN NULL;
  END IF;
  RETURN value::timestamptz;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- One run of a saved flow over many records. It keeps the steps that it began with, so that a save, or even the flow's
-- deletion, while it runs changes nothing of what it does.
CREATE TABLE batches (
  organization_id text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  flow_id text NOT NULL,
  flow_name text NOT NULL,
  flow_version_id text,
  record_type text,
  steps json NOT NULL,
  status text NOT NULL,
  total_records integer NOT NULL,
  processed_records integer NOT NULL DEFAULT 0,
  failed_records integer NOT NULL DEFAULT 0,
  cancelled_records integer NOT NULL DEFAULT 0,
  max_retries integer NOT NULL DEFAULT 0,
  concurrency integer NOT NULL,
  error text,
  created_at timestamptz(3) NOT NULL,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  PRIMARY KEY (organization_id, id),
  CHECK (status IN ('scheduled', 'running', 'completed', 'failed', 'cancelled'))
);
--> statement-breakpoint
CREATE INDEX batches_by_flow ON batches (organization_id, flow_id, created_at, id);
--> statement-breakpoint
CREATE INDEX batches_by_age ON batches (organization_id, created_at, id);
--> statement-breakpoint
CREATE INDEX batches_active ON batches (organization_id, status) WHERE status IN ('scheduled', 'running');
--> statement-breakpoint
-- A worker claims a record for a while (`claimed_until`) under a name of its own (`claim`): what a dead one leaves
-- behind is free again when that time is over, and a final result is written by whoever holds the claim, once.
CREATE TABLE batch_records (
  organization_id text NOT NULL,
  batch_id text NOT NULL,
  position integer NOT NULL,
  record_id text NOT NULL,
  record_name text,
  status text NOT NULL DEFAULT 'waiting',
  attempts integer NOT NULL DEFAULT 0,
  claim text,
  claimed_until timestamptz(3),
  execution_id text,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  duration_ms integer,
  error_message text,
  output_preview text,
  context_steps integer NOT NULL DEFAULT 0,
  prompts_executed integer NOT NULL DEFAULT 0,
  total_tokens integer,
  estimated_cost numeric,
  PRIMARY KEY (organization_id, batch_id, position),
  FOREIGN KEY (organization_id, batch_id) REFERENCES batches (organization_id, id) ON DELETE CASCADE,
  CHECK (status IN ('waiting', 'running', 'completed', 'failed', 'cancelled'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX batch_records_by_record ON batch_records (organization_id, batch_id, record_id);
--> statement-breakpoint
CREATE INDEX batch_records_by_status ON batch_records (organization_id, batch_id, status, position);
--> statement-breakpoint
-- What each step of each execution did. Deleted with the flow, as the API says.
CREATE TABLE step_results (
  organization_id text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  flow_id text NOT NULL,
  flow_version_id text,
  batch_id text,
  execution_id text NOT NULL,
  record_id text,
  record_name text,
  step_id text,
  step_name text NOT NULL,
  step_type text NOT NULL,
  -- Its place among the steps that the execution came by, nested ones counted.
  position integer NOT NULL,
  depth integer NOT NULL DEFAULT 0,
  status text NOT NULL,
  skip_reason text,
  output json,
  output_preview text,
  is_output_cut boolean NOT NULL DEFAULT false,
  -- Its form (names and types), worked out once, so that nobody reads megabytes to see it.
  output_shape json,
  output_variable text,
  error_message text,
  resolved_prompt text,
  model_used text,
  prompt_tokens integer,
  completion_tokens integer,
  total_tokens integer,
  retry_count integer,
  estimated_cost numeric,
  step_config json,
  input_variables json,
  unresolved_variables text[],
  duration_ms integer,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, flow_id) REFERENCES flows (organization_id, id) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE INDEX step_results_by_flow ON step_results (organization_id, flow_id, created_at, id);
--> statement-breakpoint
CREATE INDEX step_results_by_step ON step_results (organization_id, flow_id, step_id, created_at, id);
--> statement-breakpoint
CREATE INDEX step_results_by_execution ON step_results (organization_id, execution_id, position);
--> statement-breakpoint
CREATE INDEX step_results_by_record ON step_results (organization_id, record_id, created_at, id);
--> statement-breakpoint
CREATE INDEX step_results_by_batch ON step_results (organization_id, batch_id, record_id);
--> statement-breakpoint
-- For those who forget old ones.
CREATE INDEX step_results_by_age ON step_results (created_at);
