-- Items are updated three times and then rest: leave room on the page for HOT updates, and vacuum early.
ALTER TABLE work SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
