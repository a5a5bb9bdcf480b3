package notify

import (
	"errors"
	"text/template"
	"text/template/parse"
)

// maxIdle is how often a template may write nothing: rounds of loops, and
// actions that come to "". A thousand alerts with all they have are far less.
const maxIdle = 1 << 17

// errEndless is what stops a template that goes on without writing.
var errEndless = errors.New("it goes round and round and writes nothing")

// interruptible makes every list of t begin with an empty piece of text. Nobody
// sees it but the writer, which can so stop a loop that never writes: nothing
// else stops a running template. One call of a function, and what it allocates,
// is as long as it is.
func interruptible(t *template.Template) {
	for node := range nodes(t) {
		if list, ok := node.(*parse.ListNode); ok {
			breath := &parse.TextNode{NodeType: parse.NodeText, Pos: list.Pos}
			list.Nodes = append([]parse.Node{breath}, list.Nodes...)
		}
	}
}
