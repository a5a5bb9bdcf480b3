-- Times are microseconds since 1970-01-01 UTC, hours are hours since then, a
-- body is the JSON of the value in the program.

-- Single numbers: boot, heartbeat, fold_span, fold_target (see tail).
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A name keeps its id for good: it is what packed results know a target by.
CREATE TABLE targets (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

-- Results just saved: a row a batch, those of all targets, by target. They
-- move into blocks target by target; of the rows up to fold_span those of the
-- targets up to fold_target have moved already and count no more here.
CREATE TABLE tail (
	seq     INTEGER PRIMARY KEY,
	saved   INTEGER NOT NULL,
	results BLOB NOT NULL
) STRICT;

-- Results for good: a row a target and hour, in the order in which they came.
CREATE TABLE blocks (
	id      INTEGER PRIMARY KEY,
	hour    INTEGER NOT NULL,
	target  INTEGER NOT NULL REFERENCES targets (id),
	results BLOB NOT NULL,
	UNIQUE (hour, target)
) STRICT;

-- What a start needs of the blocks: the last result, which began in hour, and
-- two hours by the minute.
CREATE TABLE recent (
	target  INTEGER PRIMARY KEY REFERENCES targets (id),
	hour    INTEGER NOT NULL,
	last    BLOB NOT NULL,
	minutes BLOB NOT NULL
) STRICT;

CREATE TABLE events (
	seq  INTEGER PRIMARY KEY,
	body TEXT NOT NULL
) STRICT;

CREATE TABLE alerts (
	id     TEXT PRIMARY KEY,
	target TEXT NOT NULL,
	ended  INTEGER NOT NULL, -- 0 while active
	body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_ended ON alerts (ended);

CREATE TABLE silences (
	id     TEXT PRIMARY KEY,
	number INTEGER NOT NULL, -- of its id, "s12"
	ended  INTEGER NOT NULL, -- 0 while it holds
	body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledgers (
	alerts   TEXT NOT NULL, -- the group's key
	receiver TEXT NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (alerts, receiver)
) STRICT, WITHOUT ROWID;

-- One attempt to tell a receiver; answered is null until it was heard of.
CREATE TABLE attempts (
	key          TEXT NOT NULL,
	number       INTEGER NOT NULL,
	at           INTEGER NOT NULL,
	receiver     TEXT NOT NULL,
	notification TEXT NOT NULL,
	answered     INTEGER,
	delivery     TEXT,
	PRIMARY KEY (key, number, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_answered ON attempts (answered) WHERE answered IS NOT NULL;

CREATE TABLE entries (
	seq      INTEGER PRIMARY KEY,
	incident TEXT NOT NULL,
	body     TEXT NOT NULL
) STRICT;
CREATE INDEX entries_incident ON entries (incident, seq);

-- Which incidents a start needs: first and last are the seq of their entries.
CREATE TABLE incidents (
	id      TEXT PRIMARY KEY,
	first   INTEGER NOT NULL,
	last    INTEGER NOT NULL,
	status  TEXT NOT NULL,
	changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
	operator TEXT NOT NULL,
	place    TEXT NOT NULL,
	at       INTEGER NOT NULL,
	text     TEXT NOT NULL,
	PRIMARY KEY (operator, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
	id       INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	operator TEXT NOT NULL,
	source   TEXT NOT NULL,
	command  TEXT NOT NULL,
	detail   TEXT NOT NULL,
	outcome  TEXT NOT NULL
) STRICT;
