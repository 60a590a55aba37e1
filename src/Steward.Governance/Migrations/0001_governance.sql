-- One row for every execution that somebody ever asked for: its key makes asking twice harmless.
CREATE TABLE governed_call (
  id {uuid} NOT NULL PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  service TEXT,
  arguments TEXT NOT NULL,
  hash TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  state TEXT NOT NULL,
  serial {long} NOT NULL DEFAULT 0,
  policy_version TEXT NOT NULL,
  guarded INTEGER NOT NULL DEFAULT 0,
  approval_id {uuid},
  waiting_work {uuid},
  created_at {time} NOT NULL,
  permitted_at {time},
  permit_expires_at {time},
  started_at {time},
  completed_at {time},
  detail TEXT
) {strict};

CREATE INDEX governed_call_recent ON governed_call (permitted_at);
-- Not on all states: SQLite would choose that index for "what was permitted in the last hour" and read the whole past.
CREATE INDEX governed_call_held ON governed_call (waiting_work) WHERE state = 'held';
CREATE INDEX governed_call_service ON governed_call (service, started_at);

CREATE TABLE approval (
  id {uuid} NOT NULL PRIMARY KEY,
  call_id {uuid} NOT NULL,
  key TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  service TEXT,
  arguments TEXT NOT NULL,
  hash TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  rule TEXT NOT NULL,
  because TEXT NOT NULL,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  confidence {double} NOT NULL,
  correlation_id TEXT NOT NULL,
  state TEXT NOT NULL,
  requested_at {time} NOT NULL,
  expires_at {time} NOT NULL,
  decided_by TEXT,
  decided_at {time},
  decision_reason TEXT
) {strict};

CREATE INDEX approval_state ON approval (state, id);

CREATE TABLE stop (
  id {uuid} NOT NULL PRIMARY KEY,
  scope TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  raised_by TEXT NOT NULL,
  raised_at {time} NOT NULL,
  lifted_by TEXT,
  lifted_at {time},
  lift_reason TEXT
) {strict};

CREATE UNIQUE INDEX stop_active ON stop (scope, subject) WHERE lifted_at IS NULL;

CREATE TABLE elevation (
  id {uuid} NOT NULL PRIMARY KEY,
  actor TEXT NOT NULL,
  target TEXT NOT NULL,
  level TEXT NOT NULL,
  reason TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  granted_at {time} NOT NULL,
  expires_at {time} NOT NULL,
  ended_at {time},
  ended_by TEXT
) {strict};

CREATE INDEX elevation_active ON elevation (actor, target) WHERE ended_at IS NULL;

-- Append-only; every row carries the hash of the one before. The head repeats the last number and hash, so that rows
-- that were cut off at the end are missed as well.
CREATE TABLE audit (
  seq {long} NOT NULL PRIMARY KEY,
  at {time} NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT,
  target TEXT,
  service TEXT,
  reason TEXT,
  evidence TEXT NOT NULL,
  call_id {uuid},
  call_hash TEXT,
  policy_version TEXT,
  correlation_id TEXT,
  detail TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) {strict};

CREATE INDEX audit_correlation ON audit (correlation_id);

CREATE TABLE audit_head (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  seq {long} NOT NULL,
  hash TEXT NOT NULL
) {strict};

INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
