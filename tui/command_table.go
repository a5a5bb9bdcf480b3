package tui

import (
	"slices"

	"sitrep/incident"
	"sitrep/monitor"
)

// commands returns every command, in the order of the manual. It is a function
// and no variable since what they do leads back to them.
func commands() []command {
	return slices.Concat(placeCommands(), alertCommands(), incidentCommands(), onCallCommands(), viewCommands())
}

// placeCommands go somewhere.
func placeCommands() []command {
	return []command{
		{name: "board", help: "the board: every target", run: tabTo(screenBoard)},
		{name: "alerts", help: "the log of alerts", run: tabTo(screenAlerts)},
		{name: "incidents", help: "the list of incidents", run: tabTo(screenIncidents)},
		{name: "oncall", help: "who is on call", run: tabTo(screenOnCall)},
		{name: "target", args: []argument{argTarget}, help: "a target", run: runTarget},
		{name: "inc", args: []argument{maybe(argIncident)}, help: "an incident's timeline", run: ofIncident((*Model).openTimeline)},
		{name: "why", args: []argument{maybe(argTarget)}, help: "why a target is quiet, who was told", does: saysOf("why"), run: bySelection("w")},
		{name: "silences", help: "silences and maintenance", run: showing(screenSilences)},
		{name: "deliveries", help: "deliveries and receivers", run: showing(screenDeliveries)},
		{name: "help", help: "the keys of this screen", run: runHelp},
		{name: "q", help: "one screen back; on the board: leave", run: runQuit},
	}
}

// alertCommands act on alerts and targets.
func alertCommands() []command {
	const respond = monitor.Respond
	return []command{
		{name: "ack", args: []argument{maybeMany(argPlace)}, needs: respond, help: "acknowledge", does: saysOf("acknowledge"), run: bySelection("a")},
		{name: "unack", args: []argument{maybeMany(argPlace)}, needs: respond, help: "take an acknowledgement back", does: saysOf("take back the acknowledgement of"), run: bySelection("A")},
		{name: "silence", args: []argument{maybe(argMatch)}, needs: respond, help: "silence a target, or what labels and names match", does: saysSilence, run: runSilence},
		{name: "unsilence", args: []argument{argSilence}, needs: respond, help: "end a silence, or maintenance", run: runUnsilence},
		{name: "note", args: []argument{maybe(argPlace)}, needs: respond, help: "note, into an incident or on a target", does: saysOf("note on"), run: bySelection("n")},
		{name: "probe", args: []argument{maybe(argTarget)}, needs: respond, help: "probe a target now", does: saysOf("probe"), run: bySelection("r")},
		{name: "retry", args: []argument{argReceiver}, needs: respond, help: "retry what a receiver is owed", run: runRetry},
		{name: "reload", needs: respond, help: "read the configuration again", run: runReload},
	}
}

// incidentCommands act on an incident: the one that is named, that one is in or
// on, or the only open one.
func incidentCommands() []command {
	const respond = monitor.Respond
	id := []argument{maybe(argIncident)}
	return []command{
		{name: "declare", args: []argument{maybeMany(argTarget)}, needs: respond, help: "declare an incident, of the alerts of targets", does: saysOf("declare an incident of"), run: runDeclare},
		{name: "resolve", args: []argument{maybe(argPlace)}, needs: respond, help: "resolve an incident, or a target's alert by hand", does: saysOf("resolve"), run: runResolve},
		{name: "milestone", args: id, needs: respond, help: "milestone: now, or dated", does: saysIncident("milestone"), run: ofIncident((*Model).openMilestone)},
		{name: "role", args: id, needs: respond, help: "roles: take, give, accept", does: saysIncident("roles"), run: ofIncident((*Model).openRoles)},
		{name: "sev", args: id, needs: respond, help: "severity", does: saysIncident("severity"), run: ofIncident((*Model).openSeverity)},
		{name: "comms", args: id, needs: respond, help: "communication: to whom, where", does: saysIncident("communication"), run: ofIncident(writing(incident.Comms))},
		{name: "decision", args: id, needs: respond, help: "decision: what, and why", does: saysIncident("decision"), run: ofIncident(writing(incident.Decision))},
		{name: "action", args: id, needs: respond, help: "action item: owner, due, ticket", does: saysIncident("action item"), run: ofIncident(writing(incident.Action))},
		{name: "items", args: id, help: "action items: what is to be done", does: saysIncident("action items"), run: ofIncident((*Model).openItems)},
		{name: "links", args: id, help: "links: tickets, dashboards", does: saysIncident("links"), run: ofIncident((*Model).openLinks)},
		{name: "rename", args: id, needs: respond, help: "rename an incident", does: saysIncident("rename"), run: ofIncident((*Model).openTitle)},
		{name: "merge", args: id, needs: respond, help: "join an incident to another one", does: saysIncident("join to another one"), run: ofIncident((*Model).openMerge)},
		{name: "split", args: id, needs: respond, help: "split alerts off an incident", does: saysIncident("split"), run: ofIncident((*Model).openSplit)},
		{name: "report", args: id, help: "the report: write it", does: saysIncident("report"), run: ofIncident((*Model).openReport)},
		{name: "lint", args: id, help: "what the report still misses", does: saysIncident("what is missing in the report"), run: ofIncident((*Model).openLint)},
	}
}

// onCallCommands are about who is on call.
func onCallCommands() []command {
	const respond = monitor.Respond
	return []command{
		{name: "page", args: []argument{argWhom, maybe(argTarget)}, needs: respond, help: "page somebody about an alert, now", does: saysPage, run: runPage},
		{name: "handover", needs: respond, help: "accept what on-call asks of you, or hand your shift over now", run: runHandover},
		{name: "override", args: []argument{maybe(argSchedule)}, needs: respond, help: "who takes over, until when", does: saysSchedule("override"), run: ofSchedule((*Model).openOverride)},
		{name: "swap", args: []argument{maybe(argSchedule)}, needs: respond, help: "ask somebody for their shift", does: saysSchedule("swap a shift of"), run: ofSchedule((*Model).openSwap)},
	}
}

// viewCommands change what is seen.
func viewCommands() []command {
	return []command{
		{name: "filter", args: []argument{maybe(argFilter)}, help: "filter the lists; nothing behind it shows all", run: runFilter},
		{name: "view", args: []argument{argView, maybe(argViewName)}, help: "a saved view; or view save NAME", does: saysView, run: runView},
		{name: "time", args: []argument{oneWord("utc|local", "utc", "local")}, help: "the zone that times are in", run: runTime},
	}
}
