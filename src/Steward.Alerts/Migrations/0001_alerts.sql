-- One row for every alert that somebody ever wanted to send, also for those that were kept back.
CREATE TABLE alert (
  id {uuid} NOT NULL PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  severity TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  service TEXT,
  status TEXT,
  deployment_id TEXT,
  rollback_deployment_id TEXT,
  happened_at {time} NOT NULL,
  link TEXT,
  correlation_id TEXT,
  is_resolved INTEGER NOT NULL,
  state TEXT NOT NULL,
  because TEXT,
  -- 1 from when it was told until its fingerprint was resolved; only these count for the cool-down.
  is_open INTEGER NOT NULL,
  told_at {time} NOT NULL
) {strict};

CREATE INDEX alert_open ON alert (fingerprint) WHERE is_open = 1;
CREATE INDEX alert_state ON alert (state, id);

CREATE TABLE alert_delivery (
  alert_id {uuid} NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  instead_of TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  receipt TEXT,
  error TEXT,
  work_id {uuid},
  created_at {time} NOT NULL,
  ended_at {time},
  PRIMARY KEY (alert_id, channel)
) {strict};

CREATE INDEX alert_delivery_pending ON alert_delivery (channel, created_at) WHERE state = 'pending';

CREATE TABLE maintenance_window (
  id {uuid} NOT NULL PRIMARY KEY,
  service TEXT,
  keeps_back TEXT NOT NULL,
  begins_at {time} NOT NULL,
  ends_at {time} NOT NULL,
  reason TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at {time} NOT NULL,
  ended_by TEXT,
  ended_at {time}
) {strict};

CREATE INDEX maintenance_window_ends ON maintenance_window (ends_at);
