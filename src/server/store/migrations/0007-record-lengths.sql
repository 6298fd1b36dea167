-- How much text a record has, without reading it: pages and filters are cut by it.
ALTER TABLE records ADD COLUMN content_length integer NOT NULL
  GENERATED ALWAYS AS (octet_length(metadata::text) + coalesce(octet_length(messages::text), 0)) STORED;
