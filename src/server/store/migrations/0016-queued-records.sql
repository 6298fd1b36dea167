-- The records of a batch wait as jobs of pg-boss. Those from this position on have none yet: of a large batch, or of one that a
-- server of an older version has started.
ALTER TABLE batches ADD COLUMN queued_records integer NOT NULL DEFAULT 0;
--> statement-breakpoint
-- Servers of older versions claim records themselves. They get none any more, so that no record runs on two servers at once,
-- and finish those that they have. An error would also roll back the results that they store with a claim.
CREATE FUNCTION refuse_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER batch_records_claimed BEFORE UPDATE OF claim ON batch_records
FOR EACH ROW WHEN (NEW.claim IS NOT NULL AND NEW.claim IS DISTINCT FROM OLD.claim)
EXECUTE FUNCTION refuse_claim();
--> statement-breakpoint
-- The steps of batches, stored once for all batches that run the same steps, and never changed.
CREATE TABLE batch_steps (
  organization_id text NOT NULL,
  hash text COLLATE "C" NOT NULL,
  steps json NOT NULL,
  PRIMARY KEY (organization_id, hash)
);
--> statement-breakpoint
ALTER TABLE batches ALTER COLUMN steps DROP NOT NULL, ADD COLUMN steps_hash text COLLATE "C";
--> statement-breakpoint
ALTER TABLE batches ADD CONSTRAINT batches_steps FOREIGN KEY (organization_id, steps_hash)
REFERENCES batch_steps (organization_id, hash) NOT VALID;
--> statement-breakpoint
CREATE INDEX batches_by_steps ON batches (organization_id, steps_hash);
--> statement-breakpoint
-- Whether a flow is running is read from its batches, so that the start of a batch does not write the flow.
CREATE INDEX batches_active_by_flow ON batches (organization_id, flow_id) WHERE status IN ('scheduled', 'running');
--> statement-breakpoint
-- After a crash, the records that no worker has any more are found without reading those that ended.
CREATE INDEX batch_records_running ON batch_records (organization_id, batch_id, position) WHERE status = 'running';
