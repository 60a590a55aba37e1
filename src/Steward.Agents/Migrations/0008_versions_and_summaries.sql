-- What its owner set when it was made, as at the agent. Null settings: it is from before, and nobody knows.
ALTER TABLE agent_version ADD COLUMN settings TEXT;
ALTER TABLE agent_version ADD COLUMN schedule TEXT;
