-- A retry may start at the failed step of the run that it repeats. A single run is repeated with what it was given.
ALTER TABLE batches
  ADD COLUMN retry_from text,
  -- Null for batches, for single runs of older servers, and if it is not stored.
  ADD COLUMN run_inputs json;
