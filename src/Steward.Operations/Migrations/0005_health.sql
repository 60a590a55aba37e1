-- Health is of the deployment that answered: the errors of one say nothing about the next.
ALTER TABLE service ADD COLUMN health_of TEXT;

-- A deployment that answered with errors when it was last asked is nothing to go back to.
ALTER TABLE deployment ADD COLUMN unhealthy_at {time};
