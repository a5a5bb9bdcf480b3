package notify

import "errors"

// NewEmail returns the notifier that o describes.
func NewEmail(o EmailOptions) (Notifier, error) {
	return nil, errors.New("email: not built yet")
}
