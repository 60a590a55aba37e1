CREATE TABLE service (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  deployment_id TEXT,
  health TEXT NOT NULL,
  health_failures INTEGER NOT NULL DEFAULT 0,
  health_detail TEXT,
  health_since {time},
  health_at {time},
  seen_at {time} NOT NULL
) {strict};

CREATE TABLE deployment (
  id TEXT NOT NULL PRIMARY KEY,
  service_id TEXT NOT NULL,
  service TEXT NOT NULL,
  state TEXT NOT NULL,
  raw_status TEXT NOT NULL,
  version TEXT,
  created_at {time} NOT NULL,
  state_at {time} NOT NULL,
  active_at {time},
  good_at {time},
  can_rollback INTEGER NOT NULL,
  url TEXT
) {strict};

CREATE INDEX deployment_of_service ON deployment (service_id, created_at);
CREATE INDEX deployment_recent ON deployment (created_at, id);

-- One row for each cause: what is wrong is found, decided and acted on once.
CREATE TABLE finding (
  id {uuid} NOT NULL PRIMARY KEY,
  cause TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  service_id TEXT NOT NULL,
  service TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  severity TEXT NOT NULL,
  summary TEXT NOT NULL,
  evidence TEXT NOT NULL,
  decisions TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT,
  log TEXT,
  correlation_id TEXT NOT NULL,
  happened_at {time} NOT NULL,
  opened_at {time} NOT NULL,
  closed_at {time}
) {strict};

CREATE INDEX finding_state ON finding (state, id);
