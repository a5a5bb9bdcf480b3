package notify

import (
	"cmp"
	"iter"
	"slices"
	"text/template"
	"text/template/parse"
)

// nodes returns all nodes of t and of the templates that it may call, by the
// name of the template and in their order. What a caller adds to a node's list
// is come by too.
func nodes(t *template.Template) iter.Seq[parse.Node] {
	return func(yield func(parse.Node) bool) {
		all := t.Templates()
		slices.SortFunc(all, func(a, b *template.Template) int { return cmp.Compare(a.Name(), b.Name()) })
		for _, each := range all {
			if each.Tree != nil && !visit(each.Root, yield) {
				return
			}
		}
	}
}

// visit yields list and all below it.
func visit(list *parse.ListNode, yield func(parse.Node) bool) bool {
	if list == nil {
		return true
	}
	if !yield(list) {
		return false
	}
	for _, node := range list.Nodes {
		if !yield(node) {
			return false
		}
		var branch *parse.BranchNode
		switch node := node.(type) {
		case *parse.RangeNode:
			branch = &node.BranchNode
		case *parse.IfNode:
			branch = &node.BranchNode
		case *parse.WithNode:
			branch = &node.BranchNode
		default:
			continue
		}
		if !visit(branch.List, yield) || !visit(branch.ElseList, yield) {
			return false
		}
	}
	return true
}
