-- One good look at a restarted service is no recovery: how many there were in a row, and since when it has served.
ALTER TABLE finding ADD COLUMN good_checks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN serving_since {time};
