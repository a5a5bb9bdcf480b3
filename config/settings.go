package config

import (
	"cmp"
	"net/url"
	"path/filepath"
	"time"

	"sitrep/checker"
	"sitrep/safe"
)

// loadSettings reads the tables that are there once.
func (l *loader) loadSettings() {
	l.loadIncident()
	l.loadAlerting()
	l.loadStorage()
	l.loadScreen()

	log := logKeys{Level: "info", Results: "changes"}
	l.setting("log", &log)
	l.cfg.Log = Log{Level: log.Level, Format: log.Format, Results: log.Results, File: l.beside("log", log.File)}

	server := serverKeys{Probes: 256, Watch: 5 * time.Second}
	l.setting("server", &server)
	l.cfg.Probes, l.cfg.Watch = server.Probes, server.Watch
	l.deadMan(server.DeadMan)
	if l.cfg.Dialer = l.o.Dialer; l.cfg.Dialer == nil {
		l.cfg.Dialer = checker.NewDialer(server.Probes)
	}
}

// loadStorage reads how much of the past is kept.
func (l *loader) loadStorage() {
	k := storageKeys{Results: 14 * 24 * time.Hour, Rollups: 400 * 24 * time.Hour, MaxSize: 2 << 30}
	l.setting("storage", &k)
	if t := l.settings["storage"].table(); k.Rollups < k.Results {
		l.report(cmp.Or(t["rollups"], t["results"]), join("storage", "rollups"),
			"what results add up to is kept for %s, shorter than the results themselves (%s)", duration(k.Rollups), duration(k.Results))
	}
	l.cfg.Storage = Storage{Results: k.Results, Rollups: k.Rollups, MaxSize: int64(k.MaxSize)}
}

// loadAlerting reads what holds for all alerts.
func (l *loader) loadAlerting() {
	k := alertingKeys{
		FlapHigh: 30, FlapLow: 25, ReopenWithin: 10 * time.Minute, Settle: 30 * time.Second,
		DepGrace: 15 * time.Second, StaleAfter: 3,
	}
	l.setting("alerting", &k)
	if t := l.settings["alerting"].table(); k.FlapLow > k.FlapHigh {
		low, high := t["flap_low"], t["flap_high"]
		l.report(cmp.Or(low, high), join("alerting", "flap_low"), "flapping ends at %d %%, above where it begins (%d %%)", k.FlapLow, k.FlapHigh)
	}
	l.flapHigh, l.flapLow = k.FlapHigh, k.FlapLow
	p := &l.cfg.Policy
	p.StaleAfter = k.StaleAfter
	p.ReopenWithin, p.Settle, p.DepGrace = atOnce(k.ReopenWithin), atOnce(k.Settle), atOnce(k.DepGrace)
}

// atOnce turns a time of 0, which a Policy takes for its default, into next to none.
func atOnce(d time.Duration) time.Duration { return max(d, time.Nanosecond) }

// deadMan takes the URL that is called while all is well.
func (l *loader) deadMan(s secret) {
	v := l.settings["server"].table()["dead_man"]
	if v == nil || s.text == "" {
		return // none, or said already
	}
	if u, err := url.Parse(s.text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		l.report(v, "server.dead_man", "want a URL that begins with https:// or http://")
		return
	}
	l.cfg.DeadMan = safe.NewSecret(s.text)
}

// beside returns a path as relative to the file that names it.
func (l *loader) beside(section, path string) string {
	v := l.settings[section]
	if path == "" || v == nil || filepath.IsAbs(path) || v.src.dir == "" {
		return path
	}
	return filepath.Join(v.src.dir, path)
}
