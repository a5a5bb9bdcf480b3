package checker

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// userAgent is sent unless the headers say otherwise.
const userAgent = "sitrep"

// httpRequest is one request of a probe, the first or one that a redirect made.
// It never changes once rendered.
type httpRequest struct {
	method string
	url    *url.URL // the host in ASCII, without userinfo and fragment
	host   string   // Host header
	header http.Header
	body   []byte
	wire   []byte // all of it, as HTTP/1.1 has it
	plain  *http.Request
}

// newHTTPRequest checks what is to be sent.
func newHTTPRequest(o HTTPOptions) (*httpRequest, error) {
	u, user, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	r := &httpRequest{method: strings.ToUpper(o.Method), url: u, host: u.Host, header: http.Header{}, body: o.Body}
	if r.method == "" {
		r.method = http.MethodGet
	}
	if !httpguts.ValidHeaderFieldName(r.method) {
		return nil, fmt.Errorf("method %q is none", o.Method)
	}
	if r.method == http.MethodConnect {
		return nil, errors.New("method CONNECT is for proxies")
	}
	for _, h := range o.Headers {
		if err := r.addHeader(h); err != nil {
			return nil, err
		}
	}
	if err := r.authorize(o, user); err != nil {
		return nil, err
	}
	r.setDefault("User-Agent", userAgent)
	if r.method != http.MethodHead {
		r.setDefault("Accept-Encoding", "gzip")
	}
	if json.Valid(r.body) {
		r.setDefault("Content-Type", "application/json")
	}
	return r, nil
}

// parseURL returns the URL as it is asked for, and the userinfo that it had.
// Errors do not repeat it: it may hold a secret.
func parseURL(raw string) (*url.URL, *url.Userinfo, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, nil, errors.New("the URL cannot be read: a character in it may have to be escaped")
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, nil, fmt.Errorf("scheme %q is neither http nor https", u.Scheme)
	}
	host, err := hostASCII(u.Hostname())
	if err != nil {
		return nil, nil, err
	}
	if port := u.Port(); port != "" {
		if _, _, err := splitAddr(net.JoinHostPort(host, port), ""); err != nil {
			return nil, nil, err
		}
		u.Host = net.JoinHostPort(host, port)
	} else if u.Host = host; strings.Contains(host, ":") {
		u.Host = "[" + host + "]"
	}
	user := u.User
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return u, user, nil
}

func (r *httpRequest) addHeader(h Header) error {
	value := h.Value.Reveal()
	if !httpguts.ValidHeaderFieldName(h.Name) {
		return fmt.Errorf("headers: %q is no name of a header", h.Name)
	}
	if !httpguts.ValidHeaderFieldValue(value) {
		return fmt.Errorf("headers: the value of %q has a character that a header may not have", h.Name)
	}
	switch name := http.CanonicalHeaderKey(h.Name); name {
	case "Host":
		if !httpguts.ValidHostHeader(value) || value == "" {
			return errors.New("headers: Host is no host")
		}
		r.host = value
		if name, port := splitHost(value); !isAddr(name) {
			ascii, err := hostASCII(name)
			if err != nil {
				return fmt.Errorf("headers: Host: %w", err)
			}
			if r.host = ascii; port != "" {
				r.host = net.JoinHostPort(ascii, port)
			}
		}
	case "Content-Length", "Transfer-Encoding", "Trailer":
		return fmt.Errorf("headers: %q follows from the body", h.Name)
	default:
		r.header.Add(name, value)
	}
	return nil
}

// authorize sets the Authorization header; the URL's userinfo counts as basic.
func (r *httpRequest) authorize(o HTTPOptions, user *url.Userinfo) error {
	name, password := o.BasicUser, o.BasicPassword.Reveal()
	if name == "" && password == "" && user != nil {
		name = user.Username()
		password, _ = user.Password()
	}
	basic := name != "" || password != ""
	switch {
	case basic && !o.Bearer.IsZero():
		return errors.New("bearer and basic exclude each other")
	case (basic || !o.Bearer.IsZero()) && r.header.Get("Authorization") != "":
		return errors.New("headers: Authorization is set by bearer or basic already")
	case !o.Bearer.IsZero():
		return r.setAuthorization("Bearer " + o.Bearer.Reveal())
	case basic:
		return r.setAuthorization("Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password)))
	}
	return nil
}

func (r *httpRequest) setAuthorization(value string) error {
	if !httpguts.ValidHeaderFieldValue(value) {
		return errors.New("bearer has a character that a header may not have")
	}
	r.header.Set("Authorization", value)
	return nil
}

func (r *httpRequest) setDefault(name, value string) {
	if _, ok := r.header[name]; !ok {
		r.header.Set(name, value)
	}
}

// render writes the request down as HTTP/1.1 sends it, once for all runs.
func (r *httpRequest) render(keepAlive bool) error {
	r.plain = &http.Request{Method: r.method}
	req := r.request(context.Background())
	req.Close = !keepAlive
	var b bytes.Buffer
	if err := req.Write(&b); err != nil {
		return permanent("the request cannot be written: %v", err)
	}
	r.wire = b.Bytes()
	return nil
}

// request returns the request as package net/http has it, for HTTP/2.
func (r *httpRequest) request(ctx context.Context) *http.Request {
	req := &http.Request{
		Method: r.method, URL: r.url, Host: r.host, Header: r.header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		ContentLength: int64(len(r.body)),
	}
	if len(r.body) > 0 {
		req.Body = io.NopCloser(bytes.NewReader(r.body))
	}
	return req.WithContext(ctx)
}

// port returns the port to connect to.
func (r *httpRequest) port() string {
	if port := r.url.Port(); port != "" {
		return port
	}
	if r.url.Scheme == "https" {
		return "443"
	}
	return "80"
}

// key says which connections the request can go over.
func (r *httpRequest) key() string { return r.url.Scheme + "://" + r.url.Host }

// crossHostHeaders are the headers that a redirect takes along to another host.
var crossHostHeaders = []string{"User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Content-Type"}

// redirected returns the request that follows from a redirect. Another host, or
// the same one without TLS, is told no credentials, and any header may be one.
func (r *httpRequest) redirected(a *answer) (*httpRequest, error) {
	relative, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		return nil, errors.New("to a place that cannot be read")
	}
	target := r.url.ResolveReference(relative)
	if target.Scheme != "http" && target.Scheme != "https" {
		return nil, fmt.Errorf("to %q, which is not http", target.Scheme)
	}
	u, _, err := parseURL(target.String())
	if err != nil {
		return nil, fmt.Errorf("to a place that cannot be asked: %w", err)
	}
	next := &httpRequest{method: r.method, url: u, host: u.Host, header: r.header, body: r.body}
	if u.Host == r.url.Host && relative.Host == "" {
		next.host = r.host
	}
	if u.Hostname() != r.url.Hostname() || r.url.Scheme == "https" && u.Scheme == "http" {
		next.header = http.Header{}
		for name, values := range r.header {
			if slices.Contains(crossHostHeaders, name) {
				next.header[name] = values
			}
		}
	}
	switch a.code {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	case http.StatusSeeOther:
		next.dropBody(r.method != http.MethodHead)
	default:
		next.dropBody(r.method == http.MethodPost)
	}
	return next, nil
}

// dropBody turns the request into a GET, as browsers do on 301 to 303.
func (r *httpRequest) dropBody(drop bool) {
	if !drop {
		return
	}
	r.method, r.body = http.MethodGet, nil
	r.header = r.header.Clone()
	r.header.Del("Content-Type")
}
