-- What the newest saves called themselves, the newest first: by it a client whose answer was lost knows its own save again.
ALTER TABLE flows ADD COLUMN save_keys json NOT NULL DEFAULT '[]';
