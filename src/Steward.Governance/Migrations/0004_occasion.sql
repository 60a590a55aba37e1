-- For what a call was last asked for: what was begun on one occasion is not begun again on it, and is a new call on another.
ALTER TABLE governed_call ADD COLUMN occasion TEXT;
CREATE INDEX governed_call_occasion ON governed_call (occasion) WHERE occasion IS NOT NULL;
