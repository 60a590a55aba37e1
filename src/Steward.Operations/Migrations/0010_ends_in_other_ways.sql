-- How a finding ended that was not seen to be over: out of sight, because its service is left alone or gone, or by a person's word.
ALTER TABLE finding ADD COLUMN ended_as TEXT;
