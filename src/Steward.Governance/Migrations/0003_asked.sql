-- What a person asked for does not use up the limits of an hour.
ALTER TABLE governed_call ADD COLUMN is_asked INTEGER NOT NULL DEFAULT 0;
