-- Tags are about a flow and no part of its definition. This column holds them as a list shows them; servers of older versions
-- leave it as it is.
ALTER TABLE flows ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
--> statement-breakpoint
-- One row for each tag of a flow: what a list filters by. The key is the name in the form in which two spellings are equal.
CREATE TABLE flow_tags (
  organization_id text NOT NULL,
  tag_key text COLLATE "C" NOT NULL,
  flow_id text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (organization_id, tag_key, flow_id),
  FOREIGN KEY (organization_id, flow_id) REFERENCES flows (organization_id, id) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE INDEX flow_tags_by_flow ON flow_tags (organization_id, flow_id);
--> statement-breakpoint
-- How many flows have each tag, so that the list of tags costs the same for ten flows and for a million.
CREATE TABLE flow_tag_counts (
  organization_id text NOT NULL,
  tag_key text COLLATE "C" NOT NULL,
  name text NOT NULL,
  flows bigint NOT NULL,
  PRIMARY KEY (organization_id, tag_key)
);
--> statement-breakpoint
CREATE INDEX flow_tag_counts_by_flows ON flow_tag_counts (organization_id, flows DESC, tag_key);
--> statement-breakpoint
-- Locks the counts in the order of their keys, so that two transactions never wait for each other.
CREATE FUNCTION count_flow_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO flow_tag_counts AS counts (organization_id, tag_key, name, flows)
  SELECT organization_id, tag_key, min(name), CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
  FROM changed GROUP BY organization_id, tag_key ORDER BY organization_id, tag_key
  ON CONFLICT (organization_id, tag_key) DO UPDATE SET flows = counts.flows + excluded.flows;
  IF TG_OP = 'DELETE' THEN
    DELETE FROM flow_tag_counts AS counts USING changed
    WHERE counts.organization_id = changed.organization_id AND counts.tag_key = changed.tag_key AND counts.flows <= 0;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER flow_tags_added AFTER INSERT ON flow_tags
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_flow_tags();
--> statement-breakpoint
CREATE TRIGGER flow_tags_removed AFTER DELETE ON flow_tags
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_flow_tags();
