-- A search of one or two characters scans an index in the order of the list, since no trigram index holds them. With the name
-- and the state in the index, flows that do not match are not read.
DROP INDEX flows_by_name_start;
--> statement-breakpoint
ALTER TABLE flows DROP COLUMN name_starts;
--> statement-breakpoint
DROP INDEX flows_by_updated;
--> statement-breakpoint
CREATE INDEX flows_by_updated ON flows (organization_id, updated_at, id) INCLUDE (name_key);
--> statement-breakpoint
DROP INDEX flows_by_created;
--> statement-breakpoint
CREATE INDEX flows_by_created ON flows (organization_id, created_at, id) INCLUDE (name_key, publish_state);
--> statement-breakpoint
DROP INDEX flows_by_name;
--> statement-breakpoint
CREATE INDEX flows_by_name ON flows (organization_id, name_key, id) INCLUDE (publish_state);
--> statement-breakpoint
DROP INDEX flows_by_last_run;
--> statement-breakpoint
CREATE INDEX flows_by_last_run ON flows (organization_id, last_run_at DESC NULLS LAST, id DESC)
  INCLUDE (name_key, publish_state);
--> statement-breakpoint
DROP INDEX flows_by_last_run_oldest;
--> statement-breakpoint
CREATE INDEX flows_by_last_run_oldest ON flows (organization_id, last_run_at ASC NULLS LAST, id ASC)
  INCLUDE (name_key, publish_state);
--> statement-breakpoint
DROP INDEX flows_by_state;
--> statement-breakpoint
CREATE INDEX flows_by_state ON flows (organization_id, publish_state, updated_at, id) INCLUDE (name_key);
