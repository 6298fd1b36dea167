-- In cloud mode the connected API holds the flows, and this store only their tags.
ALTER TABLE flow_tags DROP CONSTRAINT flow_tags_organization_id_flow_id_fkey;
--> statement-breakpoint
CREATE FUNCTION delete_flow_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM flow_tags USING deleted
  WHERE flow_tags.organization_id = deleted.organization_id AND flow_tags.flow_id = deleted.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER flows_deleted_with_tags AFTER DELETE ON flows
REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION delete_flow_tags();
