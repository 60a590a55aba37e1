-- What a deploy is bound to: the comment that asked for it, so that it is begun once; the deployment that a rollback takes
-- back; and whether the service has ever answered well at its address, without which a bad answer says nothing.
ALTER TABLE deploy ADD COLUMN origin TEXT;
ALTER TABLE deploy ADD COLUMN from_id TEXT;
ALTER TABLE deploy ADD COLUMN has_answered INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX deploy_origin ON deploy (origin) WHERE origin IS NOT NULL;

-- Whose deployment it is that the loop takes back.
CREATE INDEX deploy_deployment ON deploy (deployment_id);
