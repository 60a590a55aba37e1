-- Since when a service is missing from the list of whoever should have it, and when that was last seen: whichever node looks.
ALTER TABLE service ADD COLUMN absent_since {time};
ALTER TABLE service ADD COLUMN absent_at {time};
