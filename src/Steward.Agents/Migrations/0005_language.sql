-- What a version is written in. For Python the assembly is the source.
ALTER TABLE agent_version ADD COLUMN language TEXT NOT NULL DEFAULT 'csharp';
