-- When it runs in place of what its source declares, as JSON; null for as declared.
ALTER TABLE agent ADD COLUMN schedule TEXT;
