package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"

	"sitrep/config"
	"sitrep/incident"
	"sitrep/tui"
)

// writers are the forms of a report, by the name of each.
var writers = map[string]func(io.Writer, *incident.Incident, incident.Style) error{
	"md": incident.Postmortem, "html": incident.HTML, "json": incident.JSON,
}

// exporter returns what writes reports for the screens of a house, into the folder
// reports of its state: that is on the machine that probes, as the screens are.
// It is nil if nothing is kept.
func (h *house) exporter(cfg *config.Config) tui.Exporter {
	if h.console == nil || h.store == nil {
		return nil
	}
	kept, dir := &archive{Store: h.store, cfg: cfg}, filepath.Join(h.console.dir, "reports")
	return func(ctx context.Context, id, format string) (string, error) {
		inc, err := findIncident(ctx, kept.Store, id)
		if err != nil {
			return "", err
		}
		style, err := kept.style(ctx, inc)
		if err != nil {
			return "", err
		}
		var doc bytes.Buffer
		if err := writers[format](&doc, inc, style); err != nil {
			return "", err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", err
		}
		name := incident.FileName(inc) + style.Exported.UTC().Format("-20060102T150405.000Z")
		return writeInto(dir, name, format, doc.Bytes())
	}
}
