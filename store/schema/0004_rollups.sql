-- What results add up to (rollup.go), by the minute in a row a target and hour,
-- and by the hour in a row a target and UTC day. The id is that hour or day
-- times 2^32, plus the target's: a row is found by it alone, and the oldest rows
-- come first.
CREATE TABLE minutes (
	id      INTEGER PRIMARY KEY,
	rollups BLOB NOT NULL
) STRICT;

CREATE TABLE hours (
	id      INTEGER PRIMARY KEY,
	rollups BLOB NOT NULL
) STRICT;

-- Blocks of before this step are added up later, the newest first: those below
-- this hour and target, numbered as in minutes, may not be yet.
INSERT INTO meta (key, value) SELECT 'unfilled', (hour + 1) << 32 FROM blocks ORDER BY hour DESC LIMIT 1;
