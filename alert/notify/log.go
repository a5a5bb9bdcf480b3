package notify

import "errors"

// NewLog returns the notifier that o describes.
func NewLog(o LogOptions) (Notifier, error) {
	return nil, errors.New("log: not built yet")
}
