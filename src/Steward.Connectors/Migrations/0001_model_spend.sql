-- What models were asked, and what that costs. A row is there before anything is sent, with the most that it can cost; it gets
-- the real figures with the answer. A row without settled_at is a question under way, or one whose answer was lost: it counts
-- as paid in full. Rows are kept: they are the books.
CREATE TABLE model_spend (
  id {uuid} NOT NULL PRIMARY KEY,
  asked_at {time} NOT NULL,
  settled_at {time},
  -- agent:NAME or build:ID; empty for Steward itself.
  account TEXT NOT NULL,
  task TEXT NOT NULL,
  model TEXT NOT NULL,
  tokens_in {long} NOT NULL DEFAULT 0,
  tokens_out {long} NOT NULL DEFAULT 0,
  cached_in {long} NOT NULL DEFAULT 0,
  -- Null where there is no price: models on the owner's machine.
  dollars {double}
) {strict};

CREATE INDEX model_spend_time ON model_spend (asked_at);
CREATE INDEX model_spend_account ON model_spend (account, asked_at);
