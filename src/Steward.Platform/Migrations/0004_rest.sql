-- A schedule at rest keeps its place: what it would have made meanwhile is written down when it goes on.
ALTER TABLE schedule ADD COLUMN rests_since {time};
