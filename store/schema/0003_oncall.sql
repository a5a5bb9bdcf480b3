-- How far the policy of a group of alerts has got.
CREATE TABLE escalations (
	alerts TEXT NOT NULL, -- the group's key
	route  TEXT NOT NULL,
	body   TEXT NOT NULL,
	PRIMARY KEY (alerts, route)
) STRICT, WITHOUT ROWID;

-- Who takes over for a time. They are deleted once they are long over, but for
-- the one with the greatest number, from which the numbers go on.
CREATE TABLE overrides (
	id     TEXT PRIMARY KEY,
	number INTEGER NOT NULL, -- of its id, "o12"; 0 for those of the configuration
	until  INTEGER NOT NULL, -- when it is over, even if it was withdrawn before
	body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX overrides_until ON overrides (until);

-- What a layer was from a time on. They are never deleted: without them nobody
-- knows any more who was on call then.
CREATE TABLE revisions (
	schedule TEXT NOT NULL,
	place    INTEGER NOT NULL, -- of the layer in it, from 0
	since    INTEGER NOT NULL, -- 0 is always
	body     TEXT NOT NULL,
	PRIMARY KEY (schedule, place, since)
) STRICT, WITHOUT ROWID;

-- Who took over a shift, by when it began.
CREATE TABLE acceptances (
	schedule TEXT NOT NULL,
	since    INTEGER NOT NULL,
	operator TEXT NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (schedule, since, operator)
) STRICT, WITHOUT ROWID;
CREATE INDEX acceptances_since ON acceptances (since);
