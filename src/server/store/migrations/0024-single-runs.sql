-- Every execution of a saved flow is a row of one list. A single run is a batch of one record, written when it has ended.
ALTER TABLE batches
  ADD COLUMN is_single boolean NOT NULL DEFAULT false,
  -- What started it; null for batches of older servers.
  ADD COLUMN start_cause text,
  ADD COLUMN record_name text,
  ADD COLUMN key_name text,
  ADD COLUMN retry_of text,
  ADD COLUMN total_tokens bigint,
  ADD COLUMN estimated_cost numeric,
  ADD COLUMN first_error text;
--> statement-breakpoint
-- “What failed last night?”, of one flow and of all.
CREATE INDEX batches_failed ON batches (organization_id, created_at, id) WHERE failed_records > 0 OR status = 'failed';
--> statement-breakpoint
CREATE INDEX batches_failed_by_flow ON batches (organization_id, flow_id, created_at, id)
WHERE failed_records > 0 OR status = 'failed';
--> statement-breakpoint
CREATE INDEX batches_by_cause ON batches (organization_id, start_cause, created_at, id);
--> statement-breakpoint
CREATE INDEX batches_by_retry ON batches (organization_id, retry_of) WHERE retry_of IS NOT NULL;
