-- Sample data of a flow for its test runs, as the API documents it in responses. NULL: none. Servers of older versions leave
-- it as it is.
ALTER TABLE flows ADD COLUMN sample_metadata json;
