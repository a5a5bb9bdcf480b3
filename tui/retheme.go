package tui

import tea "charm.land/bubbletea/v2"

// themeWords are what may be said about colours on the screen: a background, a
// level, or that the terminal is to say both.
var themeWords = []string{"dark", "light", "16", "256", "true", "none", "auto"}

// runTheme changes the colours of this screen for as long as it is open.
func runTheme(m *Model, args []string) tea.Cmd {
	var ask tea.Cmd
	light := m.theme.light
	level, isLevel := LevelNamed(args[0])
	switch {
	case isLevel:
	case args[0] == "auto":
		level, _ = Detect(m.opt.Environ, true)
		m.opt.Ground, m.answered, light = GroundAsk, false, false
		ask = m.askGround()
	default:
		level, light = m.theme.level, args[0] == "light"
		m.opt.Ground = GroundDark // from now on it is not up to the terminal
		if light {
			m.opt.Ground = GroundLight
		}
	}
	m.restyle(level, m.theme.ascii, light)
	says := level.String() + ", " + m.groundWord()
	if args[0] != "auto" {
		says += "; :theme auto goes back"
	}
	m.say(says)
	return ask
}

// runGlyphs has the screen drawn in other signs.
func runGlyphs(m *Model, args []string) tea.Cmd {
	m.restyle(m.theme.level, args[0] == "ascii", m.theme.light)
	m.say("signs: " + args[0])
	return nil
}

// restyle has all drawn in other colours and signs from now on.
func (m *Model) restyle(level Level, ascii, light bool) {
	links := m.theme.links
	m.theme = newTheme(level, ascii).on(light)
	m.theme.links = links
}
