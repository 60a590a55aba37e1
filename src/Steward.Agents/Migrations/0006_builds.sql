-- What somebody wants made, changed or repaired, and how far it has come.
CREATE TABLE agent_build (
  id {uuid} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  wish TEXT NOT NULL,
  name TEXT,
  agent_id {uuid},
  plan_only INTEGER NOT NULL DEFAULT 0,
  waived INTEGER NOT NULL DEFAULT 0,
  -- What was asked back and answered, as JSON.
  talk TEXT NOT NULL,
  -- What is to be made, as the model understood it and code accepted it; JSON.
  blueprint TEXT,
  -- How often a model was asked, so that each question is a call of its own.
  questions INTEGER NOT NULL DEFAULT 0,
  round INTEGER NOT NULL DEFAULT 0,
  -- The version of the agent that is changed.
  base INTEGER,
  -- From which version on repairs are counted.
  first_round INTEGER NOT NULL DEFAULT 0,
  tokens_in {long} NOT NULL DEFAULT 0,
  tokens_out {long} NOT NULL DEFAULT 0,
  -- At the prices of that time; null where nobody knows them.
  dollars {double},
  -- The models that answered, by name.
  models TEXT NOT NULL DEFAULT '',
  note TEXT,
  -- The version that came of it.
  version INTEGER,
  created_by TEXT NOT NULL,
  created_at {time} NOT NULL,
  state_at {time} NOT NULL,
  closed_at {time}
) {strict};

CREATE INDEX agent_build_state ON agent_build (state, id);
CREATE INDEX agent_build_agent ON agent_build (agent_id, id);

-- Each version that a model wrote, with what was found wrong with it.
CREATE TABLE agent_build_round (
  build_id {uuid} NOT NULL,
  round INTEGER NOT NULL,
  model TEXT NOT NULL,
  source TEXT NOT NULL,
  settings TEXT NOT NULL,
  samples TEXT,
  tokens_in {long} NOT NULL,
  tokens_out {long} NOT NULL,
  dollars {double},
  written_at {time} NOT NULL,
  -- How far it came: 0 nothing holds, each stage that it passed counts one.
  stage INTEGER,
  -- JSON; null until it was checked.
  findings TEXT,
  rehearsal TEXT,
  -- How long each stage took, in milliseconds; JSON.
  took TEXT,
  declaration TEXT,
  sends TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (build_id, round)
) {strict};

-- What happened, for who watches.
CREATE TABLE agent_build_event (
  build_id {uuid} NOT NULL,
  seq INTEGER NOT NULL,
  at {time} NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (build_id, seq)
) {strict};
