package notify

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
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
	headers []Header      // valid
	keys    []safe.Secret // of the HMAC, their bytes; none is unsigned
	format  string
	body    *Body // nil is one of ours
	baseURL string
	wording Wording
}

// NewWebhook returns a notifier that sends each notification as JSON by HTTP.
func NewWebhook(o WebhookOptions) (Notifier, error) {
	method := cmp.Or(strings.ToUpper(o.Method), http.MethodPost)
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, method) {
		return nil, fmt.Errorf("webhook: method %s carries no body; use POST, PUT or PATCH", safe.Line(method, maxName))
	}
	if !slices.Contains([]string{"", formatAlertmanager, formatSitrep}, o.Format) || o.Format != "" && o.Body != nil {
		return nil, fmt.Errorf(`webhook: the body is "sitrep", "alertmanager" or a template, not %q`, safe.Line(o.Format, maxName))
	}
	w := &webhookNotifier{headers: slices.Clone(o.Headers), format: o.Format, body: o.Body, baseURL: o.BaseURL, wording: o.Wording}
	var secrets []string
	for _, secret := range []safe.Secret{o.Secret, o.Second} {
		key, err := signingKey(secret)
		if err != nil {
			return nil, fmt.Errorf("webhook: %w", err)
		}
		if !key.IsZero() {
			w.keys = append(w.keys, key)
		}
		secrets = append(secrets, secret.Reveal(), key.Reveal())
	}
	shown, err := headerSecrets(o.Headers)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	w.poster, err = newPoster(o.URL, method, append(secrets, shown...)...)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	return w, nil
}

// The formats of a body.
const (
	formatAlertmanager = "alertmanager"
	formatSitrep       = "sitrep"
)

// headerSecrets checks headers and returns what of them no error may show.
func headerSecrets(headers []Header) ([]string, error) {
	var secrets []string
	for _, h := range headers {
		v := h.Value.Reveal()
		switch {
		case !httpguts.ValidHeaderFieldName(h.Name):
			return nil, fmt.Errorf("%q is no name of a header", safe.Line(h.Name, maxName))
		case !httpguts.ValidHeaderFieldValue(v):
			return nil, fmt.Errorf("the value of header %s has characters that none may have", h.Name)
		}
		secrets = append(secrets, v)
		if _, token, ok := strings.Cut(v, " "); ok { // "Bearer TOKEN"
			secrets = append(secrets, token)
		}
	}
	return secrets, nil
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
	payload, kind, err := w.payload(w.wording.say(n))
	if err != nil {
		return dead(w.scrub.line(err.Error(), maxErr))
	}
	return w.post(ctx, w.header(n.Key, kind, payload), payload)
}

// payload returns the body and its type. A template that fails, or that makes no
// JSON where it was to, is no reason to say nothing: the body is then ours, and
// says why.
func (w *webhookNotifier) payload(m message) (payload []byte, kind string, err error) {
	if w.body != nil {
		text, kind, err := w.body.content(m)
		if err == nil {
			return []byte(text), kind, nil
		}
		m.fault("body", err)
	}
	switch w.format {
	case formatSitrep:
		payload, err = encode(noticeOf(m, maxWebhookAlerts))
	case formatAlertmanager:
		payload, err = encode(webhookBodyOf(m, w.baseURL))
	default:
		payload, err = encode(struct {
			webhookBody
			Sitrep notice `json:"sitrep"`
		}{webhookBodyOf(m, w.baseURL), noticeOf(m, maxWebhookAlerts)})
	}
	return payload, "application/json", err
}

// header returns the headers of one attempt: the operator's, then ours.
func (w *webhookNotifier) header(key, kind string, payload []byte) http.Header {
	h := http.Header{"Content-Type": {kind}}
	for _, own := range w.headers {
		h.Set(own.Name, own.Value.Reveal())
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	h.Set("Webhook-Id", key)
	h.Set("Webhook-Timestamp", at)
	var signatures []string // one a secret: a reader takes the message if it can make one of them
	for _, secret := range w.keys {
		signatures = append(signatures, sign([]byte(secret.Reveal()), key, at, payload))
	}
	if len(signatures) > 0 {
		h.Set("Webhook-Signature", strings.Join(signatures, " "))
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

// webhookBody is version 4 of Alertmanager's webhook.
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

func webhookBodyOf(m message, baseURL string) webhookBody {
	n := m.n
	b := webhookBody{
		Version: "4", GroupKey: safe.Line(n.Group, 0), Receiver: safe.Line(n.Receiver, 0), ExternalURL: baseURL,
		Status:            "resolved",
		TruncatedAlerts:   max(len(n.Alerts)-maxWebhookAlerts, 0) + n.More,
		GroupLabels:       map[string]string{},
		CommonLabels:      map[string]string{},
		CommonAnnotations: map[string]string{},
		Alerts:            make([]webhookAlert, 0, min(len(n.Alerts), maxWebhookAlerts)),
	}
	maps.Copy(b.GroupLabels, cleanLabels(n.Labels))
	for i := range n.Alerts {
		if n.Alerts[i].State != alert.Resolved {
			b.Status = "firing"
		}
	}
	for i := range n.Alerts[:min(len(n.Alerts), maxWebhookAlerts)] {
		a := webhookAlertOf(m.wording, &n.Alerts[i], n)
		if i == 0 {
			maps.Copy(b.CommonLabels, a.Labels)
		}
		maps.DeleteFunc(b.CommonLabels, func(k, v string) bool { return a.Labels[k] != v })
		b.Alerts = append(b.Alerts, a)
	}
	return b
}

func webhookAlertOf(w Wording, a *alert.Alert, n alert.Notification) webhookAlert {
	out := webhookAlert{
		Status: "firing", Labels: map[string]string{}, StartsAt: a.Started.UTC(),
		Annotations: map[string]string{
			"summary":     safe.Line(w.single(n, a), maxHeadline),
			"description": strings.Join(w.paragraph(n, a), "\n"),
		},
	}
	if u := runbook(a); u != "" {
		out.Annotations["runbook_url"] = u
	}
	maps.Copy(out.Labels, cleanLabels(a.Labels))
	out.Labels["target"] = safe.Line(a.Target, 0)
	out.Labels["severity"] = a.Severity.String()
	out.Labels["alertname"] = alertName(a.Severity)
	if a.State == alert.Resolved {
		out.Status, out.EndsAt = "resolved", cmp.Or(a.Resolved, a.Confirmed, n.At).UTC()
	}
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%s\x00%s", a.Target, a.ID)
	out.Fingerprint = fmt.Sprintf("%016x", sum.Sum64())
	return out
}

// alertName is what Alertmanager calls an alert of that severity.
func alertName(s alert.Severity) string {
	if s == alert.Critical {
		return "SitrepDown"
	}
	return "SitrepDegraded"
}
