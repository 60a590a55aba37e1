-- How often a deployment was started once more, and since when that is counted: what dies again and again is gone back from.
ALTER TABLE deployment ADD COLUMN restarts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN restarts_since {time};
