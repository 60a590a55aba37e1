-- What its owner set when it was made, as at the agent. Null settings: it is from before, and nobody knows.
ALTER TABLE agent_version ADD COLUMN settings TEXT;
ALTER TABLE agent_version ADD COLUMN schedule TEXT;

-- What a question was for: a tool that the agent used, or the summary of a run.
ALTER TABLE agent_question ADD COLUMN purpose TEXT NOT NULL DEFAULT 'tool';
