-- What a deploy was of: a channel gets it in fields of their own.
ALTER TABLE alert ADD COLUMN environment TEXT;
ALTER TABLE alert ADD COLUMN commit_sha TEXT;
ALTER TABLE alert ADD COLUMN pull_request INTEGER;
