-- Keys are kept as hashes only: what is here lets nobody in.
CREATE TABLE api_key (
  id {uuid} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  holder TEXT NOT NULL,
  scopes TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  created_at {time} NOT NULL,
  created_by TEXT NOT NULL,
  last_used_at {time},
  revoked_at {time}
) {strict};

-- Nodes that start together on an empty store make one first key between them.
CREATE UNIQUE INDEX api_key_first ON api_key (created_by) WHERE created_by = 'first-start';
