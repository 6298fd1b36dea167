-- In cloud mode, batches that were started through this server: the connected API may not return all of them later.
CREATE TABLE started_batches (
  organization_id text NOT NULL,
  id text NOT NULL,
  flow_id text NOT NULL,
  started_at timestamptz(3) NOT NULL,
  batch json NOT NULL,
  records json NOT NULL,
  PRIMARY KEY (organization_id, id)
);
--> statement-breakpoint
CREATE INDEX started_batches_by_flow ON started_batches (organization_id, flow_id, started_at DESC);
