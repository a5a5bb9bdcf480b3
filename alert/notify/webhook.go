package notify

import "errors"

// NewWebhook returns the notifier that o describes.
func NewWebhook(o WebhookOptions) (Notifier, error) {
	return nil, errors.New("webhook: not built yet")
}
