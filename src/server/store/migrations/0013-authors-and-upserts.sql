-- The name of the API key that saved a definition, valid for the revision that it names: servers of older versions save without
-- naming anybody.
ALTER TABLE flows ADD COLUMN saved_by text, ADD COLUMN saved_revision integer;
--> statement-breakpoint
-- The definition and the description that the last upsert saved or found. Where others are stored, another client changed the flow.
ALTER TABLE flows ADD COLUMN upserted_hash text, ADD COLUMN upserted_description text;
--> statement-breakpoint
-- The name of the API key that made a version. A draft has none: it is the flow's saved definition.
ALTER TABLE flow_versions ADD COLUMN created_by text;
