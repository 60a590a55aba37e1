-- The hash of the token of its webhook, in hex; null where it has none.
ALTER TABLE agent ADD COLUMN hook_hash TEXT;
-- What its last runs came to, made by rule beside what it hands on itself.
ALTER TABLE agent ADD COLUMN summary TEXT;

-- Who called it off.
ALTER TABLE agent_run ADD COLUMN cancelled_by TEXT;
-- How many attempts there had been when somebody had it tried again: they do not count any more.
ALTER TABLE agent_run ADD COLUMN forgiven INTEGER NOT NULL DEFAULT 0;

-- A run that fails is tried again; each attempt keeps how it ended.
CREATE TABLE agent_attempt (
  run_id {uuid} NOT NULL,
  attempt INTEGER NOT NULL,
  agent_id {uuid} NOT NULL,
  state TEXT NOT NULL,
  text TEXT,
  started_at {time} NOT NULL,
  finished_at {time},
  PRIMARY KEY (run_id, attempt)
) {strict};

CREATE INDEX agent_attempt_agent ON agent_attempt (agent_id);

-- Which agents run after which others, as their current versions declare.
CREATE TABLE agent_after (
  agent_id {uuid} NOT NULL,
  follows TEXT NOT NULL,
  PRIMARY KEY (agent_id, follows)
) {strict};

CREATE INDEX agent_after_follows ON agent_after (follows);

-- Every agent is put on the calendar of this store.
INSERT INTO work (id, kind, occurrence, payload, state, due_at, next_at, created_at, max_attempts, correlation_id)
SELECT id, 'agents.schedule', CAST(id AS TEXT) || '@calendar', '{"agentId":"' || CAST(id AS TEXT) || '"}', 'pending', changed_at, changed_at, changed_at, 100, CAST(id AS TEXT) FROM agent;
