package notify

import (
	"errors"
	"text/template"
	"text/template/parse"
)

// maxIdle is how often a template may write nothing: rounds of loops, and
// actions that come to "". A thousand alerts with all they have are far less.
const maxIdle = 1 << 20

// errEndless is what stops a template that goes on and on without writing.
var errEndless = errors.New("it goes round and round and writes nothing")

// interruptible makes every loop and every template that t may call begin with
// an empty piece of text. Nothing is seen of it but by the writer, which can
// then stop what would never write: a running template cannot be stopped by any
// other means. One call of a function still takes as long as it takes.
func interruptible(t *template.Template) {
	for _, each := range t.Templates() {
		if each.Tree != nil && each.Root != nil {
			breathe(each.Root, true)
		}
	}
}

// breathe does it within a list, and for the list itself if it is begun more than once.
func breathe(list *parse.ListNode, again bool) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.RangeNode:
			breathe(node.List, true)
			breathe(node.ElseList, false)
		case *parse.IfNode:
			breathe(node.List, false)
			breathe(node.ElseList, false)
		case *parse.WithNode:
			breathe(node.List, false)
			breathe(node.ElseList, false)
		}
	}
	if again {
		breath := &parse.TextNode{NodeType: parse.NodeText, Pos: list.Pos}
		list.Nodes = append([]parse.Node{breath}, list.Nodes...)
	}
}
