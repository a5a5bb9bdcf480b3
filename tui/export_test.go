package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// TestExportWritesTheReportThatIsMeant runs the command in its forms.
func TestExportWritesTheReportThatIsMeant(t *testing.T) {
	var asked []string
	var fails error
	s := newConsole(t, newNight(t), 100, 24)
	s.opt.Export = func(_ context.Context, id, format string) (string, error) {
		asked = append(asked, id+" "+format)
		return "/var/lib/sitrep/reports/\x1b[31m" + shortID(id) + "." + format, fails
	}
	for _, c := range []struct{ line, want string }{
		{"export 0004", "inc-2026-0004 md"}, {"export 0004 html", "inc-2026-0004 html"}, {"export 0003 json", "inc-2026-0003 json"},
	} {
		asked = nil
		s.press(":")
		s.write(c.line)
		s.press("enter")
		if len(asked) != 1 || asked[0] != c.want {
			t.Errorf(":%s asked for %q, want %s", c.line, asked, c.want)
		}
		if screen := ansi.Strip(s.render()); !strings.Contains(screen, "report written: ") || strings.Contains(screen, "\x1b") || !strings.Contains(screen, c.want[len(c.want)-2:]+" in /var/lib") {
			t.Errorf(":%s shows\n%s", c.line, screen)
		}
	}
	fails = errors.New("the disk is full")
	s.press(":")
	s.write("export 0004")
	s.press("enter")
	if screen := ansi.Strip(s.render()); !strings.Contains(screen, "no report: the disk is full") {
		t.Errorf("shows\n%s", screen)
	}
	asked, s.desk.actor.Role = nil, monitor.View
	s.press(":")
	s.write("export 0004")
	s.press("enter")
	if len(asked) != 0 {
		t.Errorf("a viewer had %q written", asked)
	}
}
