package config

import (
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

	alerting := alertingKeys{ReopenWithin: 10 * time.Minute}
	l.setting("alerting", &alerting)
	l.cfg.Policy.ReopenWithin = alerting.ReopenWithin

	storage := storageKeys{Results: 14 * 24 * time.Hour, MaxSize: 2 << 30}
	l.setting("storage", &storage)
	l.cfg.Storage = Storage{Results: storage.Results, MaxSize: int64(storage.MaxSize)}

	screen := screenKeys{Theme: "auto", Colors: "auto", Glyphs: "auto", Zone: zone{time.UTC}}
	l.setting("screen", &screen)
	l.cfg.Screen = Screen{Theme: screen.Theme, Colors: screen.Colors, Glyphs: screen.Glyphs, Zone: screen.Zone.loc}

	log := logKeys{Level: "info", Results: "changes"}
	l.setting("log", &log)
	l.cfg.Log = Log{Level: log.Level, Format: log.Format, Results: log.Results, File: l.beside("log", log.File)}

	server := serverKeys{Probes: 256}
	l.setting("server", &server)
	l.cfg.Probes = server.Probes
	if l.cfg.Dialer = l.o.Dialer; l.cfg.Dialer == nil {
		l.cfg.Dialer = checker.NewDialer(server.Probes)
	}
}

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
