package notify

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"sitrep/alert"
	"sitrep/safe"
)

// harsh returns n with what JSON does not take as it is in every text that
// somebody else writes. What is one of a few words of ours stays as it is.
func harsh(n alert.Notification) alert.Notification {
	const marks = " \"\\\n"
	each := func(labels map[string]string) map[string]string {
		labels = maps.Clone(labels)
		for k, v := range labels {
			labels[k] = v + marks
		}
		return labels
	}
	for _, s := range []*string{&n.Group, &n.Route, &n.Receiver, &n.For} {
		*s += marks
	}
	n.Labels, n.Shared = each(n.Labels), each(n.Shared)
	n.Alerts = slices.Clone(n.Alerts)
	for i := range n.Alerts {
		a := &n.Alerts[i]
		a.Target, a.Group, a.Labels = a.Target+marks, a.Group+marks, each(a.Labels)
		if a.Ack != nil {
			ack := *a.Ack
			ack.By, ack.Note = ack.By+marks, ack.Note+marks
			a.Ack = &ack
		}
		a.Findings = slices.Clone(a.Findings)
		for k := range a.Findings {
			a.Findings[k].Text += marks
		}
	}
	return n
}

// unescaped names the action that keeps source from making JSON of data, since
// what it writes is not escaped: the first that does so alone. It is nil if
// escaping would not help.
func unescaped(source string, data TemplateData) *TemplateError {
	for i := -1; ; i++ { // -1: all are escaped
		t := template.Must(newTemplate("body").Funcs(templateFuncs).Funcs(escaping).Parse(source)) // it did before
		interruptible(t)
		actions := writing(t)
		if i == len(actions) {
			return nil
		}
		for k, a := range actions {
			if k != i {
				escape(a)
			}
		}
		text, err := execute(t, data, maxTemplateBody)
		valid := err == nil && jsonFault(safe.Text(text, 0)) == nil
		switch {
		case i < 0 && !valid:
			return nil
		case i >= 0 && !valid:
			return unescapedError(source, actions[i])
		}
	}
}

func unescapedError(source string, a *parse.ActionNode) *TemplateError {
	e := &TemplateError{Part: "body"}
	e.Line, e.Column = placeOf(source, int(a.Pos))
	what := a.Pipe.String()
	e.Problem = safe.Line(fmt.Sprintf("is no JSON once %s holds a quote or a line break; write {{json %s}}, without quotes around it",
		what, argument(what)), maxErr)
	return e
}

// escaping is the one function that escape needs.
var escaping = template.FuncMap{escapeName: escapedForJSON}

const escapeName = "escapedForJSON"

// escape has an action write what it does for the inside of a string.
func escape(a *parse.ActionNode) {
	a.Pipe.Cmds = append(a.Pipe.Cmds, &parse.CommandNode{
		NodeType: parse.NodeCommand, Pos: a.Pos, Args: []parse.Node{parse.NewIdentifier(escapeName)},
	})
}

// writing returns the actions of t that write, other than JSON.
func writing(t *template.Template) (actions []*parse.ActionNode) {
	for node := range nodes(t) {
		a, ok := node.(*parse.ActionNode)
		if ok && len(a.Pipe.Decl) == 0 && !strings.HasPrefix(a.Pipe.Cmds[len(a.Pipe.Cmds)-1].String(), "json") {
			actions = append(actions, a)
		}
	}
	return actions
}

// escapedForJSON writes v for the inside of a string; what is JSON stays as it is.
func escapedForJSON(v any) (string, error) {
	s := fmt.Sprint(v)
	if json.Valid([]byte(s)) {
		return s, nil
	}
	b, err := encode(s)
	return strings.TrimSuffix(strings.TrimPrefix(string(b), `"`), `"`), err
}

// argument writes a pipeline so that a function takes it.
func argument(pipeline string) string {
	if strings.Contains(pipeline, " ") {
		return "(" + pipeline + ")"
	}
	return pipeline
}

// placeOf returns the line and the column, from 1, where the action begins that
// the offset is in.
func placeOf(source string, offset int) (line, column int) {
	before := source[:max(strings.LastIndex(source[:min(offset, len(source))], "{{"), 0)]
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndex(before, "\n")
}
