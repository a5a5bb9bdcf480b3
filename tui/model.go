package tui

import (
	"context"
	"image/color"
	"os"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"sitrep/monitor"
)

// Model is the only tea.Model: the frame, and the state of each screen in it.
type Model struct {
	ctx   context.Context // of the session: what is asked of src ends with it
	src   Source
	visit *monitor.Visit // by which others see what is looked at here; nil: they do not
	opt   Options
	theme *theme
	keys  keymap

	// what the terminal says of itself
	answered bool        // which background it has
	ground   color.Color // that it answered; nil is not known
	frames   frameWay
	torn     time.Time // until when the rest of an answer is no keys

	// what is looked at
	snap     *monitor.Snapshot
	now      time.Time // of the last message
	w, h     int
	taken    time.Time // when snap came
	feedDown string    // why no snapshot comes any more; "" if they do
	local    bool      // times in opt.Zone, not UTC

	// where one is
	screen    screenID
	back      []screenID // what esc goes back to, the next one last
	board     boardState
	target    targetState
	alerts    alertsState
	help      helpState
	incidents incidentsState
	timeline  timelineState
	told      toldState
	deliver   deliveriesState
	silenced  silencesState
	onCall    onCallState
	filter    filterState
	command   commandState
	views     []View // saved ones, those of this session last
	dialog    dialog // takes all keys while it is open; nil if none
	drafts    drafts // typed and not sent
	undoing   undoState
	copied    copied
	away      awayState
	freeze    freezeState
	attention attentionState
	axes      axesState
	past      pastState
	compare   compareState

	toast      string // in place of the key line
	toastBad   bool
	toastEnd   time.Time
	toastOfKey bool // it answers a key
	pressing   bool // a key is being taken in
	lastKey    time.Time

	pace     paceState
	pane     paneState
	canvas   canvas // memory of the last frame, used again
	boxPoint point  // where the cursor belongs in the box that was drawn last
	linted   linted // of the incident that was looked at last
}

// dialog is a box that takes all keys while it is open. It closes by setting
// Model.dialog to nil.
type dialog interface {
	// draw returns the box in at most w columns and h lines, styled. "" says that
	// the screen draws it itself.
	draw(m *Model, w, h int) string
	key(m *Model, k tea.KeyPressMsg) tea.Cmd
	paste(m *Model, text string) tea.Cmd
	// follow tells it that a new snapshot came.
	follow(m *Model)
	// done tells it what came of a command: of its own if it still waits for one.
	done(m *Model, c monitor.Command, err error)
}

// screen is what the frame knows of a screen.
type screen struct {
	draw      func(*Model, *canvas)                // the body: room() lines
	key       func(*Model, string) (tea.Cmd, bool) // false: not mine
	follow    func(*Model, *monitor.Snapshot)      // a snapshot came; the argument is the one before, or nil
	selection func(*Model) selection               // what the keys that act mean
	head      func(*Model, *canvas)                // line 1 before the clock; nil is the fleet's counts
	news      func(*Model, *canvas)                // line 2 after the urgent part; nil is the gravest incident
	state     func(*Model) string                  // right end of the tab line
}

// selection is what one acts on.
type selection struct {
	target   string   // name; "" if it is no target, or more than one
	targets  []string // names of the marked ones; nil if none is
	alerts   []string // IDs of active alerts
	incident string   // ID of an incident; "" if none, or not all are in the same one
	unacked  bool     // one of the targets has an alert that nobody acknowledged
}

// screenOf returns a screen. It is a switch and not a table since screens refer
// to each other through the model.
func screenOf(id screenID) screen {
	switch id {
	case screenTarget:
		return screen{draw: (*Model).drawTarget, key: (*Model).keyTarget, follow: (*Model).followTarget,
			selection: (*Model).selectTarget, head: (*Model).headTarget, news: (*Model).newsTarget, state: (*Model).stateTarget}
	case screenAlerts:
		return screen{draw: (*Model).drawAlerts, key: (*Model).keyAlerts, follow: (*Model).followAlerts,
			selection: (*Model).selectAlerts, state: (*Model).stateAlerts}
	case screenIncidents:
		return screen{draw: (*Model).drawIncidents, key: (*Model).keyIncidents, follow: (*Model).followIncidents,
			selection: (*Model).selectIncidents, state: (*Model).stateIncidents}
	case screenOnCall:
		return screen{draw: (*Model).drawOnCall, key: (*Model).keyOnCall, follow: (*Model).followOnCall,
			selection: (*Model).selectOnCall, state: (*Model).stateOnCall}
	case screenTimeline:
		return screen{draw: (*Model).drawTimeline, key: (*Model).keyTimeline, follow: (*Model).followTimeline,
			selection: (*Model).selectTimeline, head: (*Model).headTimeline, news: (*Model).newsTimeline, state: (*Model).stateTimeline}
	case screenTold:
		return screen{draw: (*Model).drawTold, key: (*Model).keyTold, follow: (*Model).followTold,
			selection: (*Model).selectTold, head: (*Model).headTold, news: (*Model).newsTold, state: (*Model).stateTold}
	case screenDeliveries:
		return screen{draw: (*Model).drawDeliveries, key: (*Model).keyDeliveries, follow: (*Model).followDeliveries,
			selection: func(*Model) selection { return selection{} }, state: (*Model).stateDeliveries}
	case screenSilences:
		return screen{draw: (*Model).drawSilences, key: (*Model).keySilences, follow: (*Model).followSilences,
			selection: func(*Model) selection { return selection{} }, state: (*Model).stateSilences}
	case screenCompare:
		return screen{draw: (*Model).drawCompare, key: (*Model).keyCompare, follow: func(*Model, *monitor.Snapshot) {},
			selection: (*Model).selectCompare, head: (*Model).headCompare, state: (*Model).stateCompare}
	case screenHelp:
		return screen{draw: (*Model).drawHelp, key: (*Model).keyHelp, follow: func(*Model, *monitor.Snapshot) {},
			selection: func(*Model) selection { return selection{} }, state: (*Model).stateHelp}
	}
	return screen{draw: (*Model).drawBoard, key: (*Model).keyBoard, follow: (*Model).followBoard,
		selection: (*Model).selectBoard, state: (*Model).stateBoard}
}

// New returns the model of a session; what it asks of src ends with ctx.
func New(ctx context.Context, src Source, opt Options) *Model {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Zone == nil {
		opt.Zone = time.Local
	}
	if opt.Environ == nil {
		opt.Environ = os.Environ()
	}
	if opt.Title == "" {
		opt.Title = "sitrep"
	}
	m := &Model{ctx: ctx, src: src, opt: opt, theme: newTheme(opt.Level, opt.ASCII), now: opt.Now(), keys: keymap{opt.Keys}}
	m.theme = m.theme.on(opt.Ground.lightAtFirst(opt.Environ))
	m.theme.links = hasLinks(opt.Environ)
	m.lastKey, m.away.last = m.now, glance{at: m.now}
	m.filter.valid.me = src.Actor().Name
	m.board.by, m.board.shown = sortingNamed(opt.Order), newColumnSets(opt.Columns)
	m.board.setGroups(opt.GroupBy)
	m.tab(screenNamed(opt.Start))
	m.views = slices.Clone(opt.Views)
	if opt.Filter != "" && CheckFilter(opt.Filter) == nil {
		m.setFilter(opt.Filter)
	}
	// Where more screens are open than are kept account of, this one works as well.
	m.visit, _ = src.Enter(ctx, src.Actor())
	if snap := src.Snapshot(); snap != nil {
		m.take(snap)
		m.away.last = m.glanceNow()
	}
	return m
}

// Messages of the model's own.
type (
	tickMsg struct{} // a second of the wall clock began
	snapMsg struct { // a Wait ended
		snap *monitor.Snapshot
		err  error
	}
	doneMsg struct { // a command was carried out, or not
		command monitor.Command
		text    string // what to say if it was; "" is nothing
		err     error
		press   uint64            // of the key that asked for it
		was     *monitor.Snapshot // before it
	}
)

// Init begins to wait for snapshots and for the clock, and asks the terminal.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.askGround(), m.tick(), m.wait(0))
}

// Update takes a message in.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.now = m.opt.Now()
	defer m.look()
	cmd := m.update(msg)
	if later := m.hold(msg); later != nil {
		return m, tea.Batch(cmd, later)
	}
	return m, cmd
}

// update is Update but for when it is drawn.
func (m *Model) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = max(msg.Width, 0), max(msg.Height, 0)
		m.resized()
	case tea.KeyPressMsg:
		return tea.Batch(m.press(msg), m.askPast())
	case tea.FocusMsg:
		m.looked()
		m.sawAlerts()
	case tea.MouseWheelMsg:
		return m.wheel(msg)
	case tea.MouseClickMsg:
		m.click(msg)
	case tea.BlurMsg:
		m.blur()
		return m.call()
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.BackgroundColorMsg:
		m.onGround(msg.Color)
	case uv.UnknownEvent:
		m.tornAnswer(string(msg))
	case tickMsg:
		m.idle()
		return tea.Batch(m.tick(), m.askOfTarget(), m.askPast(), m.call())
	case snapMsg:
		if msg.err != nil {
			m.feedDown = msg.err.Error()
			return nil
		}
		m.take(msg.snap)
		return tea.Batch(m.wait(m.pace.now.every()), m.call())
	case doneMsg:
		m.done(msg)
	case exportedMsg:
		m.exported(msg)
	case undoneMsg:
		m.undone(msg)
	case resultsMsg:
		m.gotResults(msg)
	case uptimeMsg:
		m.gotUptime(msg)
	case columnMsg:
		return m.gotColumn(msg)
	case pastMsg:
		return m.gotPast(msg)
	case logMsg:
		m.gotLog(msg)
	default:
		return m.handle(msg)
	}
	return nil
}

// wait returns the command that waits for the next snapshot, after a pause.
// There is never more than one under way.
func (m *Model) wait(pause time.Duration) tea.Cmd {
	var seq uint64
	if m.snap != nil {
		seq = m.snap.Seq
	}
	return func() tea.Msg {
		sleep(m.ctx, pause)
		snap, err := m.src.Wait(m.ctx, seq)
		return snapMsg{snap, err}
	}
}

// tick returns the command that ends when the next second of the wall clock begins.
func (m *Model) tick() tea.Cmd {
	d := m.now.Truncate(time.Second).Add(time.Second).Sub(m.now)
	return func() tea.Msg {
		sleep(m.ctx, d)
		return tickMsg{}
	}
}

// sleep waits for d, or until ctx ends: no command outlives its session.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// take makes a snapshot the one that is looked at, and lets the screens follow.
// One that is older than the present one is left aside.
func (m *Model) take(snap *monitor.Snapshot) {
	if snap == nil || m.snap != nil && snap.Seq <= m.snap.Seq {
		return
	}
	old := m.snap
	m.snap, m.taken = snap, m.now
	m.attend()
	m.countChanges()
	if !m.frozen() {
		m.follow(old)
	}
	if m.dialog != nil {
		m.dialog.follow(m)
	}
}

// follow lets the screens take the newest picture up after an older one, nil if
// there was none.
func (m *Model) follow(old *monitor.Snapshot) {
	m.filter.about(m.snap, m.now)
	for id := range nScreens {
		screenOf(id).follow(m, old)
	}
}

// idle does what time alone brings about.
func (m *Model) idle() {
	if m.toast != "" && !m.now.Before(m.toastEnd) {
		m.toast = ""
		m.resized() // on a very low screen it had a line of its own
	}
	m.feelLink()
	m.idleAway()
	if !m.frozen() {
		m.idleBoard()
		m.refreshOnCall()
	}
}

// say shows a line in place of the keys for a while.
func (m *Model) say(text string) {
	m.toast, m.toastBad, m.toastEnd = text, false, m.now.Add(toastTime)
	m.toastOfKey = m.pressing
	m.resized()
}

// unsay takes away what was said to a key: it is no answer to the next one. What
// came of a command stays for its time.
func (m *Model) unsay() {
	if m.toastOfKey && m.toast != "" {
		m.toast = ""
		m.resized()
	}
}

// refuse says why something was not done.
func (m *Model) refuse(text string) {
	m.say(text)
	m.toastBad = true
}

const toastTime = 3 * time.Second

// show goes to a screen; esc comes back to the present one. One that one came
// from is gone back to: the way back has each screen once.
func (m *Model) show(id screenID) {
	if id == m.screen {
		return
	}
	if i := slices.Index(m.back, id); i >= 0 {
		m.screen, m.back = id, m.back[:i]
		return
	}
	if m.screen != screenHelp {
		m.back = append(m.back, m.screen)
	}
	m.screen = id
}

// tab goes to one of the screens with a number; esc leads to the board.
func (m *Model) tab(id screenID) {
	m.screen, m.back = id, m.back[:0]
	if id != screenBoard {
		m.back = append(m.back, screenBoard)
	}
}

// screenNamed returns the screen with a number that a name means, the board if
// none does.
func screenNamed(name string) screenID {
	switch name {
	case "alerts":
		return screenAlerts
	case "incidents":
		return screenIncidents
	case "on-call":
		return screenOnCall
	}
	return screenBoard
}

// leave goes one screen back, and tells whether there was one.
func (m *Model) leave() bool {
	n := len(m.back)
	if n == 0 {
		return false
	}
	m.screen, m.back = m.back[n-1], m.back[:n-1]
	return true
}

// clock writes a time of day in the zone that is on.
func (m *Model) clock(t time.Time, layout string) string {
	return t.In(m.location()).Format(layout)
}

// location returns the zone that is on.
func (m *Model) location() *time.Location {
	if m.local {
		return m.opt.Zone
	}
	return time.UTC
}

// zone returns the name of the zone that is on.
func (m *Model) zone() string {
	name, _ := m.now.In(m.location()).Zone()
	return name
}
