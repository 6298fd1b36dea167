-- Lists of flows show a batch that runs, which the flow's own row holds only when it has ended.
CREATE CONSTRAINT TRIGGER batches_started AFTER INSERT ON batches
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (current_setting('flowline.counts_changes_in_memory', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION raise_flow_changes();
