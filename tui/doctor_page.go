package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// doctorMsg brings the options of the tmux around a terminal; nil are none.
type doctorMsg struct{ tmux map[string]string }

// runDoctor tells what the terminal of this screen can do, and what would be
// better.
func runDoctor(m *Model, _ []string) tea.Cmd {
	ask, ctx := m.opt.Tmux, m.ctx
	if ask == nil || !inTmux(m.opt.Environ) {
		m.openDoctor(nil)
		return nil
	}
	return func() tea.Msg { return doctorMsg{ask(ctx)} }
}

// openDoctor shows it, unless something else has been opened by now.
func (m *Model) openDoctor(tmux map[string]string) {
	if m.dialog != nil {
		return
	}
	t := Terminal{
		Environ: m.opt.Environ, TTY: true, Answered: m.answered || m.frames != framesUnknown, Width: m.w, Height: m.h,
		Background: m.ground, frames: m.frames, Tmux: tmux,
	}
	m.dialog = &yankPage{copied: copied{what: "what this terminal can do", text: t.Report()}}
}

// frameWay says whether a terminal shows a frame all at once, mode 2026.
type frameWay uint8

// Whether it does.
const (
	framesUnknown frameWay = iota // it was not asked, or said nothing
	framesWhole
	framesAsTheyCome // it answered that it does not
)

// onMode takes in what a terminal answers of mode 2026.
func (m *Model) onMode(msg tea.ModeReportMsg) {
	if msg.Mode != ansi.ModeSynchronizedOutput {
		return
	}
	if m.frames = framesAsTheyCome; msg.Value == ansi.ModeReset { // it knows of it, and it is off
		m.frames = framesWhole
	}
}
