-- What people asked to deploy or to roll back, and how far it has come.
CREATE TABLE deploy (
  id {uuid} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  environment TEXT NOT NULL,
  service TEXT NOT NULL,
  service_id TEXT NOT NULL,
  repository TEXT,
  pull_request INTEGER,
  head_sha TEXT,
  commit_sha TEXT,
  target_id TEXT,
  previous_id TEXT,
  deployment_id TEXT,
  url TEXT,
  state TEXT NOT NULL,
  note TEXT,
  good_checks INTEGER NOT NULL DEFAULT 0,
  bad_checks INTEGER NOT NULL DEFAULT 0,
  correlation_id TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  created_at {time} NOT NULL,
  state_at {time} NOT NULL,
  closed_at {time}
) {strict};

-- One at a time for each service of an environment.
CREATE UNIQUE INDEX deploy_open ON deploy (service_id) WHERE closed_at IS NULL;
CREATE INDEX deploy_pull_request ON deploy (repository, pull_request);

-- Why a deployment that the provider calls a success, or never ends, is not to be trusted.
ALTER TABLE deployment ADD COLUMN distrust TEXT;

-- A person may have a service left alone.
ALTER TABLE service ADD COLUMN watched INTEGER NOT NULL DEFAULT 1;
