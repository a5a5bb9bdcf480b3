-- Attempts are deleted once they are old. With this step, results may also say
-- that their target flapped, or was in maintenance.
CREATE INDEX attempts_at ON attempts (at);
