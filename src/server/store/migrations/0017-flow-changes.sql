-- How many commits changed flows of an organization: answers that a server holds in memory are current as long as the sum is the
-- same. One row for each of several connections, so that commits rarely wait for each other.
CREATE TABLE flow_changes (
  organization_id text NOT NULL,
  shard integer NOT NULL,
  changes bigint NOT NULL,
  raised_by xid8 NOT NULL,
  PRIMARY KEY (organization_id, shard)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE FUNCTION raise_flow_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO flow_changes AS counted (organization_id, shard, changes, raised_by)
  VALUES (coalesce(NEW.organization_id, OLD.organization_id), pg_backend_pid() % 16, 1, pg_current_xact_id())
  ON CONFLICT (organization_id, shard) DO UPDATE
  SET changes = counted.changes + 1, raised_by = excluded.raised_by
  WHERE counted.raised_by <> excluded.raised_by;
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Runs at the commit, as the last lock of a transaction: it can wait for another commit, but not in a circle. The embedded store
-- counts in the memory of its only server.
CREATE CONSTRAINT TRIGGER flows_changed AFTER INSERT OR UPDATE OR DELETE ON flows
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (current_setting('flowline.counts_changes_in_memory', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION raise_flow_changes();
