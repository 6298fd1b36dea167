-- The scopes of the key that started the batch, for its records run later and on other servers. A batch from before runs
-- as it began: nothing was withheld from it.
ALTER TABLE batches ADD COLUMN scopes text[] NOT NULL DEFAULT '{*}';
