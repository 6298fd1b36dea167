-- A search of any part of a name, in any script: its parts of three characters, or of one or two if it is shorter. The trigrams
-- of pg_trgm are only of letters and digits within a word, and of none beyond ASCII in databases with the locale “C”.
CREATE FUNCTION name_ngrams(key text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT string_to_array(key, NULL)
    || string_to_array(regexp_replace(key, '(..)', E'\\1\x1f', 'g'), E'\x1f')
    || string_to_array(regexp_replace(substr(key, 2), '(..)', E'\\1\x1f', 'g'), E'\x1f')
    || string_to_array(regexp_replace(key, '(...)', E'\\1\x1f', 'g'), E'\x1f')
    || string_to_array(regexp_replace(substr(key, 2), '(...)', E'\\1\x1f', 'g'), E'\x1f')
    || string_to_array(regexp_replace(substr(key, 3), '(...)', E'\\1\x1f', 'g'), E'\x1f')
$$;
--> statement-breakpoint
-- A short pending list, because each search reads all of it.
CREATE INDEX flows_by_name_ngrams ON flows USING gin (name_ngrams(name_key)) WITH (gin_pending_list_limit = 64);
--> statement-breakpoint
-- No plan depends on how frequent a part is, and counting all parts would make ANALYZE slow.
ALTER INDEX flows_by_name_ngrams ALTER COLUMN 1 SET STATISTICS 0;
--> statement-breakpoint
DROP INDEX flows_by_name_part;
