-- What agents asked a model: the day's bound is counted here, and what a run cost.
CREATE TABLE agent_question (
  id {uuid} NOT NULL PRIMARY KEY,
  agent_id {uuid} NOT NULL,
  run_id {uuid} NOT NULL,
  asked_at {time} NOT NULL,
  model TEXT,
  tokens_in {long} NOT NULL DEFAULT 0,
  tokens_out {long} NOT NULL DEFAULT 0,
  -- At the prices of that time; null where nobody had set them.
  dollars {double}
) {strict};

CREATE INDEX agent_question_agent ON agent_question (agent_id, asked_at);
CREATE INDEX agent_question_run ON agent_question (run_id);
CREATE INDEX agent_question_time ON agent_question (asked_at);
