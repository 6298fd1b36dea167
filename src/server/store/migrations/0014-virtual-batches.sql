-- A batch may run a definition that no flow holds. Its `flow_id` then names no flow, and its step results have none.
ALTER TABLE batches ADD COLUMN is_virtual boolean NOT NULL DEFAULT false;
--> statement-breakpoint
-- A record that came with the request and is not among the stored records.
ALTER TABLE batch_records ADD COLUMN record json;
--> statement-breakpoint
-- Finds such a record by its id when a later batch runs it again.
CREATE INDEX batch_records_inline ON batch_records (organization_id, record_id) WHERE record IS NOT NULL;
--> statement-breakpoint
ALTER TABLE step_results ALTER COLUMN flow_id DROP NOT NULL;
