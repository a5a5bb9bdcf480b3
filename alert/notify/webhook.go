package notify

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"sitrep/alert"
	"sitrep/safe"
)

// maxWebhookAlerts bounds a payload; what is left out is counted in it.
const maxWebhookAlerts = 1000

// webhookNotifier posts JSON that whatever takes Alertmanager's webhooks can
// read, signed as Standard Webhooks 1.0 has it.
type webhookNotifier struct {
	*poster
	headers []Header    // valid
	key     safe.Secret // of the HMAC, its bytes; zero is unsigned
	baseURL string
}

// NewWebhook returns a notifier that sends each notification as JSON by HTTP.
func NewWebhook(o WebhookOptions) (Notifier, error) {
	method := cmp.Or(strings.ToUpper(o.Method), http.MethodPost)
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, method) {
		return nil, fmt.Errorf("webhook: method %s carries no body; use POST, PUT or PATCH", safe.Line(method, maxName))
	}
	key, err := signingKey(o.Secret)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	secrets := []string{o.Secret.Reveal(), key.Reveal()}
	for _, h := range o.Headers {
		v := h.Value.Reveal()
		switch {
		case !httpguts.ValidHeaderFieldName(h.Name):
			return nil, fmt.Errorf("webhook: %q is no name of a header", safe.Line(h.Name, maxName))
		case !httpguts.ValidHeaderFieldValue(v):
			return nil, fmt.Errorf("webhook: the value of header %s has characters that none may have", h.Name)
		}
		secrets = append(secrets, v)
		if _, token, ok := strings.Cut(v, " "); ok { // "Bearer TOKEN"
			secrets = append(secrets, token)
		}
	}
	p, err := newPoster(o.URL, method, secrets...)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	return &webhookNotifier{poster: p, headers: slices.Clone(o.Headers), key: key, baseURL: o.BaseURL}, nil
}

// signingKey reads a secret: Standard Webhooks writes keys as whsec_ and
// base64, everything else is the key itself.
func signingKey(secret safe.Secret) (safe.Secret, error) {
	coded, ok := strings.CutPrefix(secret.Reveal(), "whsec_")
	if !ok {
		return secret, nil
	}
	key, err := base64.StdEncoding.DecodeString(coded)
	if err != nil || len(key) == 0 {
		return safe.Secret{}, errors.New("the secret begins with whsec_ and goes on with what is no base64")
	}
	return safe.NewSecret(string(key)), nil
}

func (w *webhookNotifier) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	var payload bytes.Buffer
	enc := json.NewEncoder(&payload)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(webhookBodyOf(n, w.baseURL)); err != nil {
		return dead(safe.Line(err.Error(), maxErr))
	}
	return w.post(ctx, w.header(n.Key, payload.Bytes()), payload.Bytes())
}

// header returns the headers of one attempt: the operator's, then ours.
func (w *webhookNotifier) header(key string, payload []byte) http.Header {
	h := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"sitrep"}}
	for _, own := range w.headers {
		h.Set(own.Name, own.Value.Reveal())
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	h.Set("Webhook-Id", key)
	h.Set("Webhook-Timestamp", at)
	if !w.key.IsZero() {
		h.Set("Webhook-Signature", sign([]byte(w.key.Reveal()), key, at, payload))
	}
	// Not in Go's spelling: the transport takes the usual one as leave to send
	// the request again by itself when a connection breaks before the answer.
	// An attempt is one call; the next is the Manager's to decide.
	h.Del("Idempotency-Key")
	h["idempotency-key"] = []string{key}
	return h
}

// sign returns the signature header of Standard Webhooks 1.0.
func sign(key []byte, id, at string, payload []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, at)
	mac.Write(payload)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// webhookBody is version 4 of Alertmanager's webhook, and ours beside it.
type webhookBody struct {
	Version           string            `json:"version"`
	GroupKey          string            `json:"groupKey"`
	TruncatedAlerts   int               `json:"truncatedAlerts"`
	Status            string            `json:"status"`
	Receiver          string            `json:"receiver"`
	GroupLabels       map[string]string `json:"groupLabels"`
	CommonLabels      map[string]string `json:"commonLabels"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	ExternalURL       string            `json:"externalURL"`
	Alerts            []webhookAlert    `json:"alerts"`
	Sitrep            notice            `json:"sitrep"`
}

type webhookAlert struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"` // zero while it fires, as Alertmanager writes it
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"` // the same from first to resolved
}

func webhookBodyOf(n alert.Notification, baseURL string) webhookBody {
	b := webhookBody{
		Version: "4", GroupKey: safe.Line(n.Group, 0), Receiver: n.Receiver, ExternalURL: baseURL,
		Status:            "resolved",
		TruncatedAlerts:   max(len(n.Alerts)-maxWebhookAlerts, 0) + n.More,
		GroupLabels:       map[string]string{},
		CommonLabels:      map[string]string{},
		CommonAnnotations: map[string]string{},
		Alerts:            make([]webhookAlert, 0, min(len(n.Alerts), maxWebhookAlerts)),
		Sitrep:            noticeOf(n, maxWebhookAlerts),
	}
	maps.Copy(b.GroupLabels, cleanLabels(n.Labels))
	for i := range n.Alerts {
		if n.Alerts[i].State != alert.Resolved {
			b.Status = "firing"
		}
	}
	for i := range n.Alerts[:min(len(n.Alerts), maxWebhookAlerts)] {
		a := webhookAlertOf(&n.Alerts[i], n)
		if i == 0 {
			maps.Copy(b.CommonLabels, a.Labels)
		}
		maps.DeleteFunc(b.CommonLabels, func(k, v string) bool { return a.Labels[k] != v })
		b.Alerts = append(b.Alerts, a)
	}
	return b
}

func webhookAlertOf(a *alert.Alert, n alert.Notification) webhookAlert {
	w := webhookAlert{
		Status: "firing", Labels: map[string]string{}, StartsAt: a.Started.UTC(),
		Annotations: map[string]string{
			"summary":     safe.Line(single(n.Reason, a, n.At), maxHeadline),
			"description": strings.Join(paragraph(a, n.At), "\n"),
		},
	}
	maps.Copy(w.Labels, cleanLabels(a.Labels))
	w.Labels["target"] = safe.Line(a.Target, 0)
	w.Labels["severity"] = a.Severity.String()
	w.Labels["alertname"] = "SitrepDegraded"
	if a.Severity == alert.Critical {
		w.Labels["alertname"] = "SitrepDown"
	}
	if a.State == alert.Resolved {
		w.Status, w.EndsAt = "resolved", cmp.Or(a.Resolved, a.Confirmed, n.At).UTC()
	}
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%s\x00%s", a.Target, a.ID)
	w.Fingerprint = fmt.Sprintf("%016x", sum.Sum64())
	return w
}
