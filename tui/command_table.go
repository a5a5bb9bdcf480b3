package tui

import (
	"slices"

	"sitrep/incident"
	"sitrep/monitor"
)

// commands returns every command, in the order of the manual: those that take
// something or that no key does, then the other keys by their names. It is a
// function and no variable since what they do leads back to them.
func commands() []command {
	all := slices.Concat(placeCommands(), alertCommands(), incidentCommands(), onCallCommands(), boardCommands(), viewCommands())
	known := map[string]bool{"command": true} // which is there already
	for i := range all {
		all[i].ofKey()
		known[all[i].act] = true
	}
	for i := range table {
		for name := range table[i].acts() {
			if known[name] {
				continue
			}
			known[name] = true
			c := command{name: name, run: byKey(name)}
			c.ofKey()
			all = append(all, c)
		}
	}
	return all
}

// placeCommands go somewhere.
func placeCommands() []command {
	return []command{
		{name: "board", help: "the board: every target", run: tabTo(screenBoard)},
		{name: "alerts", help: "the log of alerts", run: tabTo(screenAlerts)},
		{name: "incidents", help: "the list of incidents", run: tabTo(screenIncidents)},
		{name: "oncall", act: "on-call", help: "who is on call", run: tabTo(screenOnCall)},
		{name: "target", args: []argument{argTarget}, help: "a target", run: runTarget},
		{name: "inc", act: "incident", args: []argument{maybe(argIncident)}, does: saysIncident("open"), run: runIncident},
		{name: "why", args: []argument{maybe(argTarget)}, does: saysOf("why"), run: byKey("why")},
		{name: "silences", run: showing(screenSilences)},
		{name: "deliveries", run: showing(screenDeliveries)},
	}
}

// alertCommands act on alerts and targets.
func alertCommands() []command {
	return []command{
		{name: "ack", args: []argument{maybeMany(argPlace)}, does: saysOf("acknowledge"), run: byKey("ack")},
		{name: "unack", act: "take-back", args: []argument{maybeMany(argPlace)}, help: "take an acknowledgement back, or your own line", does: saysOf("take back the acknowledgement of"), run: byKey("take-back")},
		{name: "silence", args: []argument{maybe(argMatch)}, help: "silence a target, or what labels and names match", does: saysSilence, run: runSilence},
		{name: "unsilence", args: []argument{argSilence}, needs: monitor.Respond, help: "end a silence, or maintenance", run: runUnsilence},
		{name: "note", args: []argument{maybe(argPlace)}, does: saysOf("note on"), run: byKey("note")},
		{name: "probe", args: []argument{maybe(argTarget)}, does: saysOf("probe"), run: byKey("probe")},
		{name: "retry", args: []argument{maybe(argReceiver)}, run: runRetry},
	}
}

// incidentCommands act on an incident: the one that is named, that one is in or
// on, or the only open one.
func incidentCommands() []command {
	id := []argument{maybe(argIncident)}
	return []command{
		{name: "declare", args: []argument{maybeMany(argTarget)}, needs: monitor.Respond, help: "declare an incident, of the alerts of targets", does: saysOf("declare an incident of"), run: runDeclare},
		{name: "resolve", args: []argument{maybe(argPlace)}, help: "resolve an incident, or a target's alert by hand", does: saysOf("resolve"), run: runResolve},
		{name: "milestone", args: id, does: saysIncident("milestone"), run: ofIncident((*Model).openMilestone)},
		{name: "role", act: "roles", args: id, does: saysIncident("roles"), run: ofIncident((*Model).openRoles)},
		{name: "sev", act: "severity", args: id, does: saysIncident("severity"), run: ofIncident((*Model).openSeverity)},
		{name: "comms", args: id, does: saysIncident("communication"), run: ofIncident(writing(incident.Comms))},
		{name: "decision", args: id, does: saysIncident("decision"), run: ofIncident(writing(incident.Decision))},
		{name: "action", args: id, does: saysIncident("action item"), run: ofIncident(writing(incident.Action))},
		{name: "items", args: id, does: saysIncident("action items"), run: ofIncident((*Model).openItems)},
		{name: "links", args: id, does: saysIncident("links"), run: ofIncident((*Model).openLinks)},
		{name: "rename", args: id, does: saysIncident("rename"), run: ofIncident((*Model).openTitle)},
		{name: "merge", args: id, does: saysIncident("join to another one"), run: ofIncident((*Model).openMerge)},
		{name: "split", args: id, does: saysIncident("split"), run: ofIncident((*Model).openSplit)},
		{name: "report", args: id, does: saysIncident("report"), run: ofIncident((*Model).openReport)},
		{name: "export", args: []argument{maybe(argReport), maybe(oneWord("md|html|json", ExportFormats()...))}, needs: monitor.Respond, help: "write the report of an incident into a file", run: runExport},
		{name: "lint", args: id, help: "what the report still misses", does: saysIncident("what is missing in the report"), run: ofIncident((*Model).openLint)},
	}
}

// onCallCommands are about who is on call.
func onCallCommands() []command {
	return []command{
		{name: "page", args: []argument{argWhom, maybe(argTarget)}, help: "page somebody about an alert, now", does: saysPage, run: runPage},
		{name: "handover", needs: monitor.Respond, help: "accept what on-call asks of you, or hand your shift over now", run: runHandover},
		{name: "override", args: []argument{maybe(argSchedule)}, does: saysSchedule("override"), run: ofSchedule((*Model).openOverride)},
		{name: "swap", args: []argument{maybe(argSchedule)}, does: saysSchedule("swap a shift of"), run: ofSchedule((*Model).openSwap)},
	}
}

// viewCommands change what is seen.
func viewCommands() []command {
	return []command{
		{name: "filter", args: []argument{maybe(argFilter)}, help: "filter the lists; nothing behind it shows all", run: runFilter},
		{name: "view", args: []argument{argView, maybe(argViewName)}, help: "a saved view; or view save NAME", does: saysView, run: runView},
		{name: "compare", args: []argument{maybeMany(argTarget)}, help: "targets one below the other; nothing behind it: the marked", run: runCompare},
		{name: "zoom", args: []argument{argStep}, help: "what a column of the time axes stands for", run: runZoom},
		{name: "time", args: []argument{maybe(oneWord("utc|local", "utc", "local"))}, help: "the zone that times are in", run: runTime},
		{name: "rate", args: []argument{oneWord("slow|full", "slow", "full")}, help: "how often data is drawn: once a second, or as the link takes it", run: runRate},
		{name: "redraw", help: "draw all of it anew, after something else wrote on the terminal", run: runRedraw},
		{name: "glyphs", args: []argument{oneWord("ascii|unicode", "ascii", "unicode")}, help: "the signs that the screen is made of", run: runGlyphs},
		{name: "leave", run: runLeave},
		{name: "doctor", help: "what this terminal can do, and what would be better", run: runDoctor},
		{name: "yank", help: "what was copied, as plain text to select", run: runYank},
		{name: "theme", args: []argument{oneWord("dark|light|16|256|true|none|auto", themeWords...)}, help: "colours, and the background that they are for", run: runTheme},
	}
}
