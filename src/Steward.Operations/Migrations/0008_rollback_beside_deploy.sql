-- One deploy and one rollback at a time for each service of an environment: a rollback that waits stands beside the deploy
-- whose place it takes when it is made.
DROP INDEX deploy_open;
CREATE UNIQUE INDEX deploy_open ON deploy (service_id) WHERE closed_at IS NULL AND kind <> 'rollBack';
CREATE UNIQUE INDEX deploy_open_rollback ON deploy (service_id) WHERE closed_at IS NULL AND kind = 'rollBack';
