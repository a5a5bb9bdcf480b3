package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// task is something that an operator does from a cold start: with a screen just
// opened on a console where two services of one team are down.
type task struct {
	what string
	keys []string // what is pressed; a text that is typed is one of them, begun with "…"
	sees []string // what says that it is done
}

// tasks are those of docs/keys.md, in its order.
var tasks = []task{
	{"what is broken", nil, []string{"2 DOWN", "DOWN !  search-api", "DOWN !  search-index", "503, want 2xx"}},
	{"since when", nil, []string{"critical since"}},
	{"who has it", nil, []string{"UNACKED", "on call ana"}},
	{"acknowledge", []string{"a", "enter"}, []string{"acked by ana", "1 UNACKED"}},
	{"silence a group for an hour", []string{":", "…silence team=search", "enter", "…deploying", "tab", "tab", "…2", "enter"}, []string{"2 held"}},
	{"declare an incident", []string{"i", "enter"}, []string{"0001", "IC ana"}},
	{"write a note", []string{"n", "…rolled back to 4.1", "enter"}, []string{"note"}},
	{"compare two targets over six hours", []string{"space", "space", "=", "-", "-", "-", "-"}, []string{"search-api", "search-index", "1 col = 5m"}},
	{"who is on call on Saturday", []string{"4"}, []string{"Sat ", "│ana"}},
	{"export the report of an incident", []string{"i", "enter", ":", "…export", "enter"}, []string{"report written: inc-", ".md"}},
}

// shown is how a document shows the keys of a task.
func (t *task) shown() string {
	if len(t.keys) == 0 {
		return "none: the board says it"
	}
	var words []string
	for _, k := range t.keys {
		if strings.HasPrefix(k, "…") {
			k = "(text)"
		} else {
			k = "`" + k + "`"
		}
		words = append(words, k)
	}
	return strings.Join(words, " ")
}

// count is how many keys a task takes, without those of its texts.
func (t *task) count() (n int) {
	for _, k := range t.keys {
		if !strings.HasPrefix(k, "…") {
			n++
		}
	}
	return n
}

// TestTasksInTmux plays every task, each on a console and in a tmux of its own.
func TestTasksInTmux(t *testing.T) {
	if !*withTmux {
		t.Skip("no -tmux")
	}
	for _, task := range tasks {
		t.Run(task.what, func(t *testing.T) {
			t.Parallel()
			p := newPane(t, 80, 24, attach(broken(t), "ana"))
			p.sees("2 DOWN")
			for _, k := range task.keys {
				p.press(strings.TrimPrefix(k, "…"))
			}
			p.sees(task.sees...)
		})
	}
}

// TestTasksAreInTheDocument holds the tasks of docs/keys.md against those that
// are played.
func TestTasksAreInTheDocument(t *testing.T) {
	text, err := os.ReadFile("../../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if row := fmt.Sprintf("| %s | %s | %d |", task.what, task.shown(), task.count()); !strings.Contains(string(text), row) {
			t.Errorf("docs/keys.md has no row\n%s", row)
		}
	}
}

// TestScreenOutlivesItsTerminal is resized, written in, cut off and opened again.
func TestScreenOutlivesItsTerminal(t *testing.T) {
	if !*withTmux {
		t.Skip("no -tmux")
	}
	command := attach(broken(t), "ana")
	p := newPane(t, 80, 24, command)
	p.run("new-session", "-d", "-s", "beside", "cat") // the server goes with its last session
	p.sees("2 DOWN", "503, want 2xx")
	before := p.text()
	p.run("resize-window", "-t", "main", "-x", "60", "-y", "20")
	p.sees("DOWN", "search-index")
	if after := p.text(); after == before {
		t.Error("looks the same on a smaller terminal")
	}
	p.run("resize-window", "-t", "main", "-x", "80", "-y", "24")
	p.sees("2 DOWN", "503, want 2xx", "── search-api ──────────────────────────────────────────────────────────────────")
	p.press("i", "enter")
	p.sees("0001", "search-api")
	p.press("n", "half of a thought")
	p.sees("half of a thought")
	time.Sleep(3 * time.Second) // a draft is saved at least every 2 s
	p.run("kill-session", "-t", "main")
	p.run("new-session", "-d", "-x", "80", "-y", "24", "-s", "main", command)
	p.sees("2 DOWN")
	p.press("n")
	p.sees("half of a thought")
}
