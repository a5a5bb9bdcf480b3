package monitor

import (
	"errors"
	"time"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/oncall"
)

// Role is what an operator may do.
type Role uint8

// The roles: each may do what those before it may.
const (
	View Role = iota
	Respond
	Admin
)

// String returns the word used in configuration and on screens.
func (r Role) String() string { return [...]string{"view", "respond", "admin"}[min(r, Admin)] }

// Actor is who asks, with what right, from where.
type Actor struct {
	Name string
	Role Role
	From string // "local", or the address of a session
}

// Errors of Do, for errors.Is. Those of rooms below come through as they are.
var (
	ErrNotAllowed = errors.New("your role may not do this")
	ErrUnsaved    = errors.New("applied and not yet saved: the disk does not answer")
	ErrStopped    = errors.New("the monitor has stopped")
)

// Command is something an operator can ask for.
type Command interface{ command() }

// The commands. An ID that does not exist, a text that is empty where one is
// needed and a time in the future are errors; nothing has changed then.
type (
	// Acknowledge says that somebody is on these alerts.
	Acknowledge struct {
		Alerts []string // IDs
		Note   string
		For    time.Duration // 0: until it is over or gets worse
		Sticky bool
	}
	// Unacknowledge takes it back.
	Unacknowledge struct{ Alerts []string }
	// Silence holds back the notifications of what matches.
	Silence struct {
		Match       alert.Matcher
		For         time.Duration // 0: until all that it matches now is over
		Reason      string        // required
		Maintenance bool          // its time is not counted as downtime
	}
	// EditSilence changes one that holds.
	EditSilence struct {
		ID     string
		Match  alert.Matcher
		Until  time.Time // zero: until all that it matches now is over
		Reason string    // required
	}
	// EndSilence ends a silence now.
	EndSilence struct{ ID string }
	// ResolveAlert ends an alert by hand.
	ResolveAlert struct{ Alert, Note string }
	// ProbeNow probes targets at once; each at most every 5 s.
	ProbeNow struct{ Targets []string }
	// Declare opens an incident with these alerts.
	Declare struct {
		Title, Severity, Commander string
		Alerts                     []string  // IDs
		Started                    time.Time // zero: that of the earliest alert
	}
	// Join adds an alert to an open incident.
	Join struct{ Incident, Alert string }
	// Note writes into an incident's timeline, or, without one, about a target
	// into the log. Kind is incident.Note, Decision, Comms or Action.
	Note struct {
		Incident, Target  string
		Kind              incident.Kind
		Text              string
		At                time.Time         // zero is now
		Audience, Channel string            // of Comms: who was told, and where
		Parts             map[string]string // of Action: by one of incident.Parts
	}
	// Edit replaces the text of one's own entry.
	Edit struct {
		Seq  uint64
		Text string
	}
	// Draft keeps what an operator is typing; an empty text drops it, and so does
	// sending it. Place is an incident's ID, "target:NAME", "field:INCIDENT:NAME"
	// or "action:INCIDENT". Screens show who writes at a place where they are.
	Draft struct{ Place, Text string }
	// Star marks an entry for the report.
	Star struct {
		Seq uint64
		On  bool
	}
	// Assign gives one of incident.Roles; Operator "" takes it from who has it.
	// Given to somebody else it is asked for until they accept; whoever assigns a
	// role to themselves has it at once.
	Assign struct{ Incident, Role, Operator string }
	// AcceptRole takes a role that one was asked for; it fails if one was not.
	AcceptRole struct {
		Incident, Role string
		Refuse         bool
	}
	// Retract takes one's own entry back: it stays and is struck.
	Retract struct{ Seq uint64 }
	// SetField writes one of incident.Fields; "" takes it away.
	SetField struct{ Incident, Field, Value string }
	// SetTitle renames an incident.
	SetTitle struct{ Incident, Title string }
	// SetAction sets one of incident.Parts of an action item.
	SetAction struct {
		Incident    string
		Item        uint64 // its ID
		Part, Value string
	}
	// AddLink adds something that belongs to an incident; Kind is one of incident.LinkKinds.
	AddLink struct{ Incident, Kind, To, Text string }
	// DropLink takes a link away, by its ID.
	DropLink struct {
		Incident string
		Link     uint64
	}
	// Merge has an incident go on as part of another: its open alerts move there
	// and it is cancelled as a duplicate.
	Merge struct{ Incident, Into string }
	// Split declares an incident with some of another's alerts.
	Split struct {
		Incident string
		Alerts   []string // IDs
		Title    string   // "": after the first of them
	}
	// SetSeverity sets SEV1 … SEV5; "" is unset.
	SetSeverity struct{ Incident, Severity string }
	// SetStatus sets one of incident.Statuses but "resolved".
	SetStatus struct{ Incident, Status string }
	// SetMilestone sets when one was reached.
	SetMilestone struct {
		Incident  string
		Milestone incident.Milestone
		At        time.Time // zero is now
	}
	// Retry has all that is owed to a receiver tried now: it was mended. One with
	// an address or an operator, as ledgers have them, is that one alone.
	Retry struct{ Receiver string }
	// Reload asks for the configuration to be read again. Confirmed says that one
	// which waits to be confirmed is meant. The answer is in Snapshot.Config.
	Reload struct{ Confirmed bool }
	// Apply puts a configuration that was read in place of the one that holds:
	// the whole of it. Only the program itself sends it, never a screen.
	Apply struct {
		Setup   Setup
		Changes []string // what is different, a line each, for the log: "api: timeout 10s → 5s"
		Mended  []string // receivers that are configured differently: what they are owed is tried now
	}
	// Refuse says that a configuration was read and cannot be applied. Only the
	// program itself sends it.
	Refuse struct {
		Error    string   // the first problem, with its place; "" if it waits to be confirmed
		Problems int      // how many there are
		Waiting  []string // the changes that wait to be confirmed
		Removed  int      // how many targets would go by these
	}
	// Halt has no attempt handed out from now on, since the program ends: what is
	// owed waits for its next start. Only the program itself sends it.
	Halt struct{}
	// TakeOver makes an override: With is on call for the schedule, for For alone
	// if that is not "".
	TakeOver struct {
		Schedule, With, For, Note string
		From, To                  time.Time
	}
	// EndOverride withdraws one, or a swap that nobody answered.
	EndOverride struct{ ID string }
	// Swap asks somebody to exchange shifts; By of it is whoever asks.
	Swap struct{ oncall.Swap }
	// AnswerSwap accepts or refuses a swap that one was asked for.
	AnswerSwap struct {
		Swap   string // ID
		Accept bool
	}
	// AcceptHandover says that one took over the shift that a schedule is in.
	AcceptHandover struct{ Schedule string }
	// CallNext calls the next step of a group's escalation now.
	CallNext struct{ Group string }
	// Page calls somebody about an alert now: To is "schedule:NAME",
	// "operator:NAME", a receiver, or one with an address.
	Page struct{ Alert, To string }
	// ResolveIncident ends an incident.
	ResolveIncident struct{ Incident, Text string }
)

func (Acknowledge) command()     {}
func (Unacknowledge) command()   {}
func (Silence) command()         {}
func (EditSilence) command()     {}
func (EndSilence) command()      {}
func (Retry) command()           {}
func (Reload) command()          {}
func (Apply) command()           {}
func (Refuse) command()          {}
func (Halt) command()            {}
func (ResolveAlert) command()    {}
func (ProbeNow) command()        {}
func (Declare) command()         {}
func (Join) command()            {}
func (Note) command()            {}
func (Edit) command()            {}
func (Draft) command()           {}
func (Star) command()            {}
func (Assign) command()          {}
func (SetSeverity) command()     {}
func (SetStatus) command()       {}
func (SetMilestone) command()    {}
func (AcceptRole) command()      {}
func (Retract) command()         {}
func (SetField) command()        {}
func (SetTitle) command()        {}
func (SetAction) command()       {}
func (AddLink) command()         {}
func (DropLink) command()        {}
func (Merge) command()           {}
func (Split) command()           {}
func (TakeOver) command()        {}
func (EndOverride) command()     {}
func (Swap) command()            {}
func (AnswerSwap) command()      {}
func (AcceptHandover) command()  {}
func (CallNext) command()        {}
func (Page) command()            {}
func (ResolveIncident) command() {}
