-- A due run has the scopes that both its schedule and the publisher of the live version have. Flows of before run as they did.
ALTER TABLE flows ADD COLUMN publisher_scopes text[] NOT NULL DEFAULT '{*}';
--> statement-breakpoint
ALTER TABLE flows ALTER COLUMN publisher_scopes SET DEFAULT '{}';
--> statement-breakpoint
ALTER TABLE schedules
  ADD COLUMN key_hash text,
  -- Why the server paused it; null if a user did.
  ADD COLUMN pause_reason text;
--> statement-breakpoint
-- Rules of before send no error texts until they are saved again.
ALTER TABLE alert_rules
  ADD COLUMN scopes text[] NOT NULL DEFAULT '{}',
  ADD COLUMN key_hash text,
  ADD COLUMN pause_reason text;
