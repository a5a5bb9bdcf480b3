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

// A body that is JSON must be so whatever the texts in it hold: an answer with a
// quote in it is not rare, and who reads the body refuses all of it.

// checkJSON holds that what t makes is JSON if it looks like it, also with texts
// that hold what JSON does not take as it is. It tells whether all of it is JSON.
func checkJSON(t *template.Template, source string) (all bool, err error) {
	all = true
	for _, n := range samples() {
		text, _ := execute(t, Wording{}.data(n), maxTemplateBody) // it did before
		if !meansJSON(text) {
			all = false
			continue
		}
		if fault := jsonFault(text); fault != "" {
			return false, &TemplateError{Part: "body", Line: 1, Column: 1, Problem: safe.Line("is no JSON: "+fault, maxErr)}
		}
		nasty := Wording{}.data(hostile(n))
		if text, err := execute(t, nasty, maxTemplateBody); err != nil || jsonFault(text) == "" {
			continue
		}
		return false, unquoted(t, source, nasty)
	}
	return all, nil
}

// meansJSON tells whether a body is JSON, or was to be.
func meansJSON(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" {
		return false
	}
	rest := strings.TrimSpace(text[1:])
	switch text[0] {
	case '{':
		return true
	case '[': // and not "[critical] db"
		return rest != "" && strings.ContainsRune(`{["]`, rune(rest[0])) || json.Valid([]byte(text))
	}
	return json.Valid([]byte(text))
}

// jsonFault says what keeps text from being JSON, and where; "" if it is.
func jsonFault(text string) string {
	text = safe.Text(text, 0) // as it is sent
	var v any
	err := json.Unmarshal([]byte(text), &v)
	if err == nil {
		return ""
	}
	at := len(text)
	if e, ok := err.(*json.SyntaxError); ok {
		at = min(int(e.Offset), at)
	}
	return fmt.Sprintf("%v, after %s", err, strings.ToValidUTF8(text[max(at-40, 0):at], ""))
}

// hostile returns n with what JSON does not take in every text that somebody
// else writes, or a configuration. What is of a few words of ours stays as it is.
func hostile(n alert.Notification) alert.Notification {
	const marks = " \"\\\n\t"
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

// unquoted says which action of t writes what JSON does not take: the first that
// breaks it alone, all others being escaped.
func unquoted(t *template.Template, source string, nasty TemplateData) *TemplateError {
	e := &TemplateError{Part: "body", Line: 1, Column: 1}
	e.Problem = "is no JSON once a text in it holds a quote or a line break; write {{json .Title}}, without quotes around it, instead of \"{{.Title}}\""
	for i := 0; ; i++ {
		trial := template.Must(t.Clone()).Funcs(template.FuncMap{escapeName: escapeJSON})
		actions := actionsOf(trial)
		if i >= len(actions) {
			return e
		}
		for k, action := range actions {
			if k != i {
				escape := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: action.Pos, Args: []parse.Node{parse.NewIdentifier(escapeName)}}
				action.Pipe.Cmds = append(action.Pipe.Cmds, escape)
			}
		}
		text, err := execute(trial, nasty, maxTemplateBody)
		if err == nil && jsonFault(text) != "" {
			what := actions[i].Pipe.String()
			e.Line, e.Column = placeIn(source, int(actions[i].Pos))
			e.Problem = safe.Line(fmt.Sprintf("is no JSON once %s holds a quote or a line break; write {{json %s}}, without quotes around it, "+
				"and {{json (print \"a \" .Title)}} where more is in one string", what, argument(what)), maxErr)
			return e
		}
	}
}

// argument returns a pipeline as an argument.
func argument(pipeline string) string {
	if strings.ContainsAny(pipeline, " |") {
		return "(" + pipeline + ")"
	}
	return pipeline
}

// placeIn returns the line and the column, from 1, of the action whose content
// begins at an offset.
func placeIn(source string, offset int) (line, column int) {
	before := source[:min(offset, len(source))]
	before = before[:max(strings.LastIndex(before, "{{"), 0)]
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndex(before, "\n")
}

// escapeName is no name that a template can have for a function of its own.
const escapeName = "sitrep escape"

// escapeJSON writes v for the inside of a string of JSON.
func escapeJSON(v any) (string, error) {
	b, err := encode(fmt.Sprint(v))
	return strings.Trim(string(b), `"`), err
}

// actionsOf returns the actions of t that write something and leave it as it is,
// in their order.
func actionsOf(t *template.Template) (all []*parse.ActionNode) {
	var visit func(*parse.ListNode)
	visit = func(list *parse.ListNode) {
		if list == nil {
			return
		}
		for _, node := range list.Nodes {
			switch node := node.(type) {
			case *parse.ActionNode:
				if len(node.Pipe.Decl) == 0 && !strings.HasPrefix(node.Pipe.Cmds[len(node.Pipe.Cmds)-1].String(), "json") {
					all = append(all, node)
				}
			case *parse.RangeNode:
				visit(node.List)
				visit(node.ElseList)
			case *parse.IfNode:
				visit(node.List)
				visit(node.ElseList)
			case *parse.WithNode:
				visit(node.List)
				visit(node.ElseList)
			}
		}
	}
	for _, each := range slices.SortedFunc(slices.Values(t.Templates()), func(a, b *template.Template) int { return strings.Compare(a.Name(), b.Name()) }) {
		if each.Tree != nil {
			visit(each.Root)
		}
	}
	return all
}
