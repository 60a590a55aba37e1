-- Up to where what happens on Telegram has been handled, so that another node goes on there.
CREATE TABLE telegram_place (
  bot TEXT NOT NULL PRIMARY KEY,
  next {long} NOT NULL,
  at {time} NOT NULL
) {strict};
