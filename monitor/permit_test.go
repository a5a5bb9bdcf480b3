package monitor

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"testing"
)

// everyCommand is one of each.
var everyCommand = []Command{
	Acknowledge{}, Unacknowledge{}, Silence{}, EditSilence{}, EndSilence{}, ResolveAlert{}, ProbeNow{}, Retry{}, Reload{},
	Declare{}, Join{}, Note{}, Edit{}, Draft{}, Star{}, Assign{}, AcceptRole{}, Retract{}, SetField{}, SetTitle{}, SetAction{},
	AddLink{}, DropLink{}, Merge{}, Split{}, SetSeverity{}, SetStatus{}, SetMilestone{}, ResolveIncident{},
	TakeOver{}, EndOverride{}, Swap{}, AnswerSwap{}, AcceptHandover{}, CallNext{}, Page{},
	Apply{}, Refuse{}, Halt{},
}

// TestWhoeverMayOnlyLookDoesNothing but keep a draft, which is nobody else's business.
func TestWhoeverMayOnlyLookDoesNothing(t *testing.T) {
	names := map[string]bool{}
	for _, c := range everyCommand {
		names[nameOf(c)] = true
		_, draft := c.(Draft)
		if err := permit(Actor{Name: "vi", Role: View}, c); errors.Is(err, ErrNotAllowed) == draft {
			t.Errorf("%s by who may only look: %v", nameOf(c), err)
		}
		own := slices.Contains([]string{"apply", "refuse", "halt"}, nameOf(c))
		if err := permit(Actor{Name: "root", Role: Admin}, c); errors.Is(err, ErrNotAllowed) != own {
			t.Errorf("%s by an administrator: %v", nameOf(c), err)
		}
	}
	if want := declaredCommands(t); len(want) != len(names) {
		t.Errorf("%d commands are tested, and there are %d: %q", len(names), len(want), slices.Sorted(maps.Keys(want)))
	}
}

// declaredCommands returns the types that the source makes commands.
func declaredCommands(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "command.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "command" {
			found[f.Recv.List[0].Type.(*ast.Ident).Name] = true
		}
	}
	return found
}
