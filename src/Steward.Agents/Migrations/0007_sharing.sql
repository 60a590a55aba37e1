-- The key with which this server signs what it gives out, made at first use: one for all nodes of a store.
CREATE TABLE agent_signing_key (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  -- ECDSA P-256 as PKCS #8, in base64.
  private_key TEXT NOT NULL,
  made_at {time} NOT NULL
) {strict};

-- The servers whose files people here trust, by the SHA-256 of their public keys.
CREATE TABLE agent_signer (
  fingerprint TEXT NOT NULL PRIMARY KEY,
  trusted_by TEXT NOT NULL,
  trusted_at {time} NOT NULL
) {strict};

-- The fingerprint of the server whose file it was made from; null where it was made here.
ALTER TABLE agent ADD COLUMN imported_from TEXT;

-- How the runs of many agents ended lately, from the index alone.
CREATE INDEX agent_run_lately ON agent_run (agent_id, created_at, state, calls);
