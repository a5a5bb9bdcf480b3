//go:build !race

package alert

const instrumented = false
