package incident

// Presets are the forms of a post-mortem. Each is some of the headings of "full",
// in an order and with names of its own.
var Presets = []string{"full", "challenge", "google", "pagerduty"}

// preset is a form of a post-mortem.
type preset struct {
	title    string // what the incident's title follows
	numbered bool
	sections []section
}

// section is a heading, and what stands under it.
type section struct {
	heading string
	write   []func(*report)
}

// under is what stands under a heading.
func under(write ...func(*report)) []func(*report) { return write }

// field is what people wrote, or the room for it.
func field(name, prompt string) func(*report) {
	return func(p *report) { p.field(name, prompt) }
}

// sub is a heading within a section, and what stands under it.
func sub(text string, write ...func(*report)) func(*report) {
	return func(p *report) {
		p.put(heading{3, text})
		for _, w := range write {
			w(p)
		}
	}
}

// What is asked for where nobody wrote anything yet.
var (
	trigger    = field(FieldTrigger, "what set it off: a change, a load, a date?")
	workaround = field(FieldWorkaround, "what made it bearable before it was mended?")
	cause      = field(FieldCause, "why was it possible at all? Causes are systems and habits, not people.")
	factors    = field(FieldFactors, "what made it likelier, worse or longer?")
	well       = field(FieldWell, "what helped?")
	poorly     = field(FieldPoorly, "what got in the way?")
	lucky      = field(FieldLucky, "what could have made it worse, and by chance did not?")
	lessons    = field(FieldLessons, "what would we tell those on call next time?")
	internal   = field(FieldInternal, "who was told what, and when?")
	external   = field(FieldExternal, "status page, tickets, calls.")
	statement  = field(FieldStatement, "what customers may be told.")
)

// presets are the forms by name. That of Google is the example post-mortem of its
// book on site reliability engineering, that of PagerDuty its public template.
var presets = map[string]preset{
	"full": {"Post-mortem: ", true, []section{
		{"Summary", under((*report).summary)},
		{"Customer impact", under((*report).impactTable, (*report).customerImpact)},
		{"Detection", under((*report).detection)},
		{"Trigger", under(trigger)},
		{"What happened", under((*report).whatHappened)},
		{"Workaround / mitigation", under(workaround)},
		{"Resolution", under((*report).resolution)},
		{"Root cause and contributing factors", under(sub("Root cause", cause), sub("Contributing factors", factors))},
		{"Timeline (UTC)", under((*report).timeline)},
		{"Metrics and plots", under((*report).metrics, (*report).affected, (*report).plots)},
		{"Responders and roles", under((*report).responders)},
		{"What went well", under(well)},
		{"What went poorly", under(poorly)},
		{"Where we got lucky", under(lucky)},
		{"Action items", under((*report).actionsByHorizon)},
		{"Related tickets", under((*report).tickets)},
		{"Communication summary", under(
			(*report).said, sub("Internal", internal), sub("External", external), sub("Customer statement", statement))},
		{"Lessons learned", under(lessons)},
		{"Supporting information", under((*report).supporting)},
	}},
	"challenge": {"Post-mortem: ", false, []section{
		{"Summary", under((*report).summary)},
		{"Customer impact", under((*report).impactTable, (*report).customerImpact)},
		{"Trigger", under(trigger)},
		{"Detection", under((*report).detection)},
		{"Workaround", under(workaround)},
		{"Resolution", under((*report).resolution)},
		{"Root cause", under(cause, sub("Contributing factors", factors))},
		{"Timeline (UTC)", under((*report).timeline)},
		{"Metrics and plots", under((*report).metrics, (*report).affected, (*report).plots)},
		{"Action items", under((*report).actionsByHorizon)},
		{"Related tickets", under((*report).tickets)},
		{"Communication", under((*report).said, sub("Internal", internal), sub("External", external))},
	}},
	"google": {"Postmortem: ", false, []section{
		{"Summary", under((*report).summary)},
		{"Impact", under((*report).impactTable, (*report).customerImpact)},
		{"Root Causes", under(cause, sub("Contributing factors", factors))},
		{"Trigger", under(trigger)},
		{"Resolution", under((*report).resolution)},
		{"Detection", under((*report).detection)},
		{"Action Items", under((*report).actionsTable)},
		{"Lessons Learned", under(sub("What went well", well), sub("What went wrong", poorly), sub("Where we got lucky", lucky))},
		{"Timeline", under((*report).timeline)},
		{"Supporting information", under((*report).metrics, (*report).affected, (*report).plots, (*report).supporting)},
	}},
	"pagerduty": {"Post-mortem: ", false, []section{
		{"Overview", under((*report).summary)},
		{"What Happened", under((*report).whatHappened)},
		{"Contributing Factors", under(factors, sub("Root cause", cause))},
		{"Resolution", under((*report).resolution)},
		{"Impact", under((*report).impactTable, (*report).customerImpact, (*report).affected, (*report).plots)},
		{"Responders", under((*report).responders)},
		{"Timeline", under((*report).timeline)},
		{"How'd We Do?", under(sub("What Went Well?", well), sub("What Didn't Go So Well?", poorly), (*report).metrics)},
		{"Action Items", under((*report).actionsTable)},
		{"Messaging", under((*report).said, sub("Internal", internal), sub("External", external, statement))},
	}},
}
