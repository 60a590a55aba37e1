-- The item of the work ledger that goes on with a build; null for one that was begun before this was kept.
ALTER TABLE agent_build ADD COLUMN work_id {uuid};
