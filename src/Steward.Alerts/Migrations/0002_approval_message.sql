-- Which message asks for an approval, so that it can say how that ended.
CREATE TABLE approval_message (
  approval_id {uuid} NOT NULL PRIMARY KEY,
  chat_id TEXT NOT NULL,
  message_id {long} NOT NULL,
  shows TEXT NOT NULL,
  sent_at {time} NOT NULL
) {strict};
