CREATE TABLE agent (
  id {uuid} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  settings TEXT NOT NULL,
  template TEXT,
  handoff TEXT,
  runs {long} NOT NULL DEFAULT 0,
  -- The run that is going on; no other of this agent begins meanwhile.
  running {uuid},
  created_by TEXT NOT NULL,
  created_at {time} NOT NULL,
  changed_at {time} NOT NULL
) {strict};

-- A version is never changed. The assembly is kept in base64.
CREATE TABLE agent_version (
  agent_id {uuid} NOT NULL,
  version INTEGER NOT NULL,
  source TEXT NOT NULL,
  assembly TEXT NOT NULL,
  declaration TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at {time} NOT NULL,
  PRIMARY KEY (agent_id, version)
) {strict};

-- A run has the id of its item in the work ledger.
CREATE TABLE agent_run (
  id {uuid} NOT NULL PRIMARY KEY,
  agent_id {uuid} NOT NULL,
  number {long} NOT NULL,
  version INTEGER NOT NULL,
  trigger_kind TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  text TEXT,
  sandbox TEXT,
  calls INTEGER NOT NULL DEFAULT 0,
  created_at {time} NOT NULL,
  started_at {time},
  finished_at {time},
  correlation_id TEXT NOT NULL
) {strict};

CREATE INDEX agent_run_agent ON agent_run (agent_id, id);
CREATE INDEX agent_run_state ON agent_run (state, id);

CREATE TABLE agent_line (
  run_id {uuid} NOT NULL,
  seq INTEGER NOT NULL,
  at {time} NOT NULL,
  level TEXT NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) {strict};

CREATE TABLE agent_memory (
  agent_id {uuid} NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  changed_at {time} NOT NULL,
  PRIMARY KEY (agent_id, key)
) {strict};

CREATE TABLE agent_use (
  run_id {uuid} NOT NULL,
  agent_id {uuid} NOT NULL,
  tool TEXT NOT NULL,
  calls INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  milliseconds {double} NOT NULL,
  PRIMARY KEY (run_id, tool)
) {strict};

CREATE INDEX agent_use_agent ON agent_use (agent_id, run_id);
