-- One row a schedule. next_at is its next occurrence, null once there is none any more; made_at is where its intervals are counted from.
CREATE TABLE schedule (
  id TEXT NOT NULL PRIMARY KEY,
  definition TEXT NOT NULL,
  made_at {time} NOT NULL,
  next_at {time},
  last_at {time},
  last_item {uuid}
) {strict};

CREATE INDEX schedule_next ON schedule (next_at) WHERE next_at IS NOT NULL;

-- Occurrences in a row that did not become work, and why.
CREATE TABLE schedule_skip (
  id {uuid} NOT NULL PRIMARY KEY,
  schedule_id TEXT NOT NULL,
  first_at {time} NOT NULL,
  last_at {time} NOT NULL,
  occurrences INTEGER NOT NULL,
  reason TEXT NOT NULL,
  recorded_at {time} NOT NULL
) {strict};

CREATE INDEX schedule_skip_of ON schedule_skip (schedule_id, id);
CREATE INDEX schedule_skip_recorded ON schedule_skip (recorded_at);
