-- Why it happened as far as a log says (JSON), a page with more, and the newest occurrence of the same trouble while it is open.
ALTER TABLE finding ADD COLUMN root_cause TEXT;
ALTER TABLE finding ADD COLUMN link TEXT;
ALTER TABLE finding ADD COLUMN latest_cause TEXT;

-- When people were first told of it; null as long as they were not.
ALTER TABLE finding ADD COLUMN told_at {time};
UPDATE finding SET told_at = opened_at;

-- What was used of a budget, over all nodes: re-runs of CI in an hour, questions to a model in a day.
CREATE TABLE budget_use (
  budget TEXT NOT NULL,
  used_for TEXT NOT NULL,
  used_at {time} NOT NULL,
  PRIMARY KEY (budget, used_for)
) {strict};

CREATE INDEX budget_use_time ON budget_use (budget, used_at);
