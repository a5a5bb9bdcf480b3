package notify

import "errors"

// NewSlack returns the notifier that o describes.
func NewSlack(o SlackOptions) (Notifier, error) {
	return nil, errors.New("slack: not built yet")
}
