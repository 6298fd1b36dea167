-- Requests that a key may still make, shared by all servers. Each server takes tokens from it in advance. Not in the log: after a
-- crash the limits begin anew.
CREATE UNLOGGED TABLE rate_limits (
  organization_id text NOT NULL,
  key text NOT NULL,
  tokens double precision NOT NULL,
  -- The tokens that the last statement took.
  granted integer NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, key)
) WITH (fillfactor = 50);
