-- Rules that send a mail or a request when runs fail, recover or do not happen. Without a flow, a rule is for all flows.
CREATE TABLE alert_rules (
  organization_id text NOT NULL,
  id text NOT NULL,
  flow_id text,
  conditions text[] NOT NULL,
  not_run_minutes integer,
  target json NOT NULL,
  -- Signs the requests of a rule whose target is an address.
  secret text,
  is_enabled boolean NOT NULL DEFAULT true,
  created_by text,
  -- The job that looks for flows that have not run, and since when it does.
  watch_job_id uuid,
  watched_from timestamptz(3),
  -- Last runs up to this time have had their alert.
  reported_until timestamptz(3),
  -- A deleted rule can be restored for a day.
  deleted_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, flow_id) REFERENCES flows (organization_id, id) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE INDEX alert_rules_by_flow ON alert_rules (organization_id, flow_id);
--> statement-breakpoint
-- What a rule has to say about a flow in the current hour: one alert is sent, further runs are counted for a summary.
CREATE TABLE alert_states (
  organization_id text NOT NULL,
  rule_id text NOT NULL,
  flow_id text NOT NULL,
  quiet_until timestamptz(3) NOT NULL,
  failed_runs integer NOT NULL DEFAULT 0,
  recovered_runs integer NOT NULL DEFAULT 0,
  -- The latest counted run.
  run json,
  PRIMARY KEY (organization_id, rule_id, flow_id),
  FOREIGN KEY (organization_id, rule_id) REFERENCES alert_rules (organization_id, id) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE TABLE alert_deliveries (
  organization_id text NOT NULL,
  id text NOT NULL,
  rule_id text NOT NULL,
  kind text NOT NULL,
  content json NOT NULL,
  state text NOT NULL DEFAULT 'pending',
  attempts integer NOT NULL DEFAULT 0,
  error text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  attempted_at timestamptz(3),
  next_attempt_at timestamptz(3),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, rule_id) REFERENCES alert_rules (organization_id, id) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE INDEX alert_deliveries_by_rule ON alert_deliveries (organization_id, rule_id, created_at, id);
--> statement-breakpoint
CREATE INDEX alert_deliveries_by_time ON alert_deliveries (created_at);
