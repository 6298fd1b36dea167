-- What the finished steps of a record's run did, until the record ends: a run that is begun again after a crash takes
-- them up. The run key stays the same meanwhile, and a deliberate retry gets a new one.
ALTER TABLE batch_records ADD COLUMN checkpoint json, ADD COLUMN run_key text;
--> statement-breakpoint
-- Hash of the last write of a run's step, by which a repeat of that write is recognized.
ALTER TABLE records ADD COLUMN last_run_write text;
