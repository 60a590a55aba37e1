-- Findings are no longer about deployments alone: a subject, and a fingerprint of which one is open at a time.
CREATE TABLE finding_of_all_sources (
  id {uuid} NOT NULL PRIMARY KEY,
  cause TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL,
  service TEXT NOT NULL,
  service_id TEXT,
  subject TEXT NOT NULL,
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

INSERT INTO finding_of_all_sources
SELECT id, cause, cause, kind, service, service_id, 'deployment/' || deployment_id, severity, summary, evidence, decisions, state, outcome, log,
  correlation_id, happened_at, opened_at, closed_at
FROM finding;

DROP TABLE finding;

ALTER TABLE finding_of_all_sources RENAME TO finding;

CREATE INDEX finding_state ON finding (state, id);
CREATE INDEX finding_subject ON finding (subject);
CREATE INDEX finding_fingerprint ON finding (fingerprint, closed_at);
CREATE UNIQUE INDEX finding_open ON finding (fingerprint) WHERE closed_at IS NULL;

-- A crashed deployment is restarted once: when that was accepted, and when it was seen not to have helped.
ALTER TABLE deployment ADD COLUMN restarted_at {time};
ALTER TABLE deployment ADD COLUMN restart_failed_at {time};
