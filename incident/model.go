package incident

import (
	"time"
)

// The roles that an incident has, in the order in which they are listed. All
// but RoleSME and RoleObserver are held by one operator at a time.
const (
	RoleCommander = "commander"
	RoleDeputy    = "deputy"
	RoleOps       = "ops lead"
	RoleComms     = "comms"
	RoleScribe    = "scribe"
	RolePlanning  = "planning"
	RoleSME       = "sme"
	RoleObserver  = "observer"
)

// Roles lists them in that order.
var Roles = []string{RoleCommander, RoleDeputy, RoleOps, RoleComms, RoleScribe, RolePlanning, RoleSME, RoleObserver}

// Holder is an operator in a role.
type Holder struct {
	Role     string
	Operator string
	Since    time.Time // when they accepted or took it; while Asked, when they were asked
	// Asked: somebody else gave it to them and they have not accepted yet. Until
	// then whoever had it before still has it.
	Asked bool
	By    string // who gave it; "" if they took it
}

// The fields that people write, by the name that Entry.Field has for them. Each
// is a text of several lines; a new text is a new entry, and the older stay.
const (
	FieldSummary    = "summary"
	FieldImpact     = "impact"     // in the customers' words
	FieldCustomers  = "customers"  // who they are, one a line
	FieldPriority   = "priority"   // one line
	FieldVisibility = "visibility" // who may read the report: one line
	FieldTrigger    = "trigger"
	FieldCause      = "root cause"
	FieldFactors    = "contributing factors" // one a line
	FieldDetection  = "detection"            // how it was noticed, and could it have been sooner
	FieldTechnical  = "what happened"
	FieldWorkaround = "workaround"
	FieldResolution = "resolution"
	FieldWell       = "went well"
	FieldPoorly     = "went poorly"
	FieldLucky      = "lucky"
	FieldInternal   = "internal communication"
	FieldExternal   = "external communication"
	FieldStatement  = "customer statement"
	FieldLessons    = "lessons"
	FieldSupporting = "supporting information"
	FieldOwner      = "owner"          // whose the report is: one line
	FieldReview     = "review meeting" // one line
)

// Fields lists them in the order of the report.
var Fields = []string{
	FieldSummary, FieldCustomers, FieldImpact, FieldPriority, FieldVisibility, FieldDetection, FieldTrigger, FieldTechnical,
	FieldWorkaround, FieldResolution, FieldCause, FieldFactors, FieldWell, FieldPoorly, FieldLucky,
	FieldInternal, FieldExternal, FieldStatement, FieldLessons, FieldSupporting, FieldOwner, FieldReview,
}

// The kinds of link.
var LinkKinds = []string{"ticket", "dashboard", "recording", "target", "incident", "other"}

// Link is something else that belongs to an incident.
type Link struct {
	ID   uint64 // seq of its entry
	Kind string // one of LinkKinds
	To   string // a URL, or a ticket's or target's name
	Text string // "" if To says it all
	By   string
}

// The words that the parts of an action item may have. The first of each is
// what it is if nobody says.
var (
	ActionKinds    = []string{"mitigate", "prevent", "detect", "process"}
	ActionHorizons = []string{"immediate", "near", "long"}
	ActionStates   = []string{"open", "done", "dropped"}
)

// ActionItem is something to be done.
type ActionItem struct {
	ID      uint64 // that of its line
	Text    string
	Kind    string // one of ActionKinds
	Horizon string // one of ActionHorizons
	State   string // one of ActionStates
	Owner   string // operator; "" is nobody
	Due     string // a date, 2026-04-30; "" is none
	Ticket  string // "" is none
	At      time.Time
	By      string
}

// The parts of an action item that SetAction sets, as Entry.Field has them.
const (
	PartKind    = "kind"
	PartHorizon = "horizon"
	PartState   = "state"
	PartOwner   = "owner"
	PartDue     = "due"
	PartTicket  = "ticket"
)

// Parts lists them.
var Parts = []string{PartKind, PartHorizon, PartOwner, PartDue, PartTicket, PartState}
