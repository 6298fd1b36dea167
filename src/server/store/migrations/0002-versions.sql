-- How a version differs from the one before it, counted once when it is made: a list of a thousand reads no definition.
ALTER TABLE flow_versions ADD COLUMN changes json;
--> statement-breakpoint
-- A version that was published never changes again, whatever program writes to this table.
CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.version_type = 'draft' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  -- Versions go with their flow, which is gone already by then.
  IF TG_OP = 'DELETE' AND NOT EXISTS (
    SELECT 1 FROM flows WHERE organization_id = OLD.organization_id AND id = OLD.flow_id
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'version % is immutable', OLD.id;
END
$$;
--> statement-breakpoint
CREATE TRIGGER flow_versions_kept BEFORE DELETE OR UPDATE ON flow_versions
FOR EACH ROW EXECUTE FUNCTION keep_version();
