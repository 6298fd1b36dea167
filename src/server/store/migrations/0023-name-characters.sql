-- Finds names by one character or two neighboring characters, which have no trigram: pairs from the first character and from
-- the second, and all characters. A short pending list, because each search reads all of it.
CREATE INDEX flows_by_name_characters ON flows USING gin ((
  string_to_array(name_key, NULL)
  || string_to_array(regexp_replace(name_key, '(..)', E'\\1\x1f', 'g'), E'\x1f')
  || string_to_array(regexp_replace(substr(name_key, 2), '(..)', E'\\1\x1f', 'g'), E'\x1f')
)) WITH (gin_pending_list_limit = 64);
--> statement-breakpoint
ALTER INDEX flows_by_name_part SET (gin_pending_list_limit = 64);
