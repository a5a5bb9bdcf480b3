//go:build race

package alert

// instrumented: the race detector makes each step many times as long.
const instrumented = true
