CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE TABLE flows (
  organization_id text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  name text NOT NULL,
  -- Sorting and searching by name, the same on every store: NFKD, marks removed, lower case, compared by bytes.
  name_key text COLLATE "C" NOT NULL,
  -- The first one and two letters of every word of the name: what a search of one or two letters looks up.
  name_starts text[] NOT NULL,
  description text,
  -- json, not jsonb: the text is kept as it was written, with its key order and its numbers.
  steps json NOT NULL,
  step_count integer NOT NULL,
  disabled_step_count integer NOT NULL,
  line json NOT NULL,
  revision integer NOT NULL,
  definition_hash text NOT NULL,
  draft_version_id text,
  published_version_id text,
  published_version_number integer,
  published_hash text,
  publish_state text NOT NULL GENERATED ALWAYS AS (
    CASE
      WHEN published_hash IS NULL THEN 'draft'
      WHEN published_hash = definition_hash THEN 'published'
      ELSE 'changed'
    END
  ) STORED,
  last_run_at timestamptz(3),
  last_run_status text,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, id)
);
--> statement-breakpoint
CREATE INDEX flows_by_updated ON flows (organization_id, updated_at, id);
--> statement-breakpoint
CREATE INDEX flows_by_created ON flows (organization_id, created_at, id);
--> statement-breakpoint
CREATE INDEX flows_by_name ON flows (organization_id, name_key, id);
--> statement-breakpoint
CREATE INDEX flows_by_last_run ON flows (organization_id, last_run_at DESC NULLS LAST, id DESC);
--> statement-breakpoint
CREATE INDEX flows_by_last_run_oldest ON flows (organization_id, last_run_at ASC NULLS LAST, id ASC);
--> statement-breakpoint
CREATE INDEX flows_by_state ON flows (organization_id, publish_state, updated_at, id);
--> statement-breakpoint
CREATE INDEX flows_by_name_part ON flows USING gin (name_key gin_trgm_ops);
--> statement-breakpoint
CREATE INDEX flows_by_name_start ON flows USING gin (name_starts);
--> statement-breakpoint
-- One row for each version. The rolling draft has no config of its own: it stands for the flow's saved definition.
CREATE TABLE flow_versions (
  organization_id text NOT NULL,
  id text NOT NULL,
  flow_id text NOT NULL,
  version_number integer NOT NULL,
  version_type text NOT NULL,
  label text,
  notes text,
  step_summary text,
  step_count integer NOT NULL,
  config json,
  definition_hash text,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, flow_id) REFERENCES flows (organization_id, id) ON DELETE CASCADE,
  CHECK (version_type IN ('published', 'draft', 'test', 'virtual')),
  CHECK ((version_type = 'draft') = (config IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX flow_versions_by_number ON flow_versions (organization_id, flow_id, version_number);
--> statement-breakpoint
CREATE UNIQUE INDEX flow_versions_one_draft ON flow_versions (organization_id, flow_id) WHERE version_type = 'draft';
--> statement-breakpoint
-- How many flows an organisation has in each state, so that a list's total costs the same for ten and for a million.
CREATE TABLE flow_counts (
  organization_id text NOT NULL,
  publish_state text NOT NULL,
  flows bigint NOT NULL,
  PRIMARY KEY (organization_id, publish_state)
);
--> statement-breakpoint
-- Locks the counts in the order of their names, so that two transactions never wait for each other.
CREATE FUNCTION count_flows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.publish_state = NEW.publish_state THEN
    RETURN NULL;
  END IF;
  INSERT INTO flow_counts AS counts (organization_id, publish_state, flows)
  SELECT organization_id, publish_state, change
  FROM (
    SELECT OLD.organization_id, OLD.publish_state, -1 AS change WHERE TG_OP <> 'INSERT'
    UNION ALL
    SELECT NEW.organization_id, NEW.publish_state, 1 WHERE TG_OP <> 'DELETE'
  ) AS changes (organization_id, publish_state, change)
  ORDER BY organization_id, publish_state
  ON CONFLICT (organization_id, publish_state) DO UPDATE SET flows = counts.flows + excluded.flows;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER flows_counted AFTER INSERT OR DELETE OR UPDATE ON flows
FOR EACH ROW EXECUTE FUNCTION count_flows();
--> statement-breakpoint
CREATE TABLE sessions (
  organization_id text NOT NULL,
  id_hash text NOT NULL,
  key_hash text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, id_hash)
);
--> statement-breakpoint
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
--> statement-breakpoint
CREATE TABLE idempotency_keys (
  organization_id text NOT NULL,
  key text NOT NULL,
  route text NOT NULL,
  body_hash text NOT NULL,
  status integer NOT NULL,
  headers json NOT NULL,
  body text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (organization_id, key, route)
);
--> statement-breakpoint
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
