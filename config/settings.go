package config

import (
	"cmp"
	"path/filepath"
	"time"

	"sitrep/checker"
	"sitrep/incident"
)

// loadSettings reads the tables that are there once.
func (l *loader) loadSettings() {
	inc := incidentKeys{Declare: "never", DeclareAfter: 10 * time.Minute, JoinWithin: 30 * time.Minute}
	l.declareRules()
	l.setting("incident", &inc)
	l.cfg.Incident = incident.Settings{
		Declare: inc.Declare == "down", DeclareAfter: inc.DeclareAfter,
		JoinWithin: inc.JoinWithin, Severities: inc.Severities,
	}

	l.loadAlerting()

	storage := storageKeys{Results: 14 * 24 * time.Hour, MaxSize: 2 << 30}
	l.setting("storage", &storage)
	l.cfg.Storage = Storage{Results: storage.Results, MaxSize: int64(storage.MaxSize)}

	screen := screenKeys{Theme: "auto", Colors: "auto", Glyphs: "auto", Zone: zone{time.UTC}}
	l.setting("screen", &screen)
	l.cfg.Screen = Screen{Theme: screen.Theme, Colors: screen.Colors, Glyphs: screen.Glyphs, Zone: screen.Zone.loc}

	log := logKeys{Level: "info", Results: "changes"}
	l.setting("log", &log)
	l.cfg.Log = Log{Level: log.Level, Format: log.Format, Results: log.Results, File: l.beside("log", log.File)}

	server := serverKeys{Probes: 256, Watch: 5 * time.Second}
	l.setting("server", &server)
	l.cfg.Probes, l.cfg.Watch = server.Probes, server.Watch
	if l.cfg.Dialer = l.o.Dialer; l.cfg.Dialer == nil {
		l.cfg.Dialer = checker.NewDialer(server.Probes)
	}
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

// declareRules refuses the tables that a later version will take for declare.
func (l *loader) declareRules() {
	v := l.settings["incident"].table()["declare"]
	if v == nil {
		return
	}
	if _, isString := v.v.(string); isString {
		return
	}
	if list, ok := v.v.([]*value); v.table() != nil || ok && len(list) > 0 && list[0].table() != nil {
		l.report(v, "incident.declare", "matchers are not there yet in this version; write %q or %q", "never", "down")
		t := l.settings["incident"].table()
		delete(t, "declare")
	}
}

// beside returns a path as relative to the file that names it.
func (l *loader) beside(section, path string) string {
	v := l.settings[section]
	if path == "" || v == nil || filepath.IsAbs(path) || v.src.dir == "" {
		return path
	}
	return filepath.Join(v.src.dir, path)
}
