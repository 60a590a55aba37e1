-- next_at is when the ledger looks at an item again: its due time while pending, the end of its lease while running,
-- null once it is finished. One partial index serves due items and lost leases alike.
CREATE TABLE work (
  id {uuid} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  occurrence TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at {time} NOT NULL,
  next_at {time},
  created_at {time} NOT NULL,
  started_at {time},
  finished_at {time},
  attempt INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  fence {long} NOT NULL DEFAULT 0,
  wakes {long} NOT NULL DEFAULT 0,
  lease_owner TEXT,
  result TEXT,
  failures TEXT NOT NULL DEFAULT '[]',
  correlation_id TEXT NOT NULL,
  trace_parent TEXT,
  -- The kind last: with the kind first, SQLite would look for due items through the whole past of their kind.
  CONSTRAINT work_once UNIQUE (occurrence, kind)
) {strict};

CREATE INDEX work_next ON work (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX work_state ON work (state, id);
CREATE INDEX work_finished ON work (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE retry_spent (
  id {uuid} NOT NULL PRIMARY KEY,
  provider TEXT NOT NULL,
  at {time} NOT NULL
) {strict};

CREATE INDEX retry_spent_recent ON retry_spent (provider, at);
