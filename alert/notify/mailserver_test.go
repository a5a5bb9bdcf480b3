package notify

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"html"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailServer takes mail on loopback, or plays what it is told to.
type mailServer struct {
	t    *testing.T
	port int
	mum  chan struct{}

	// guarded by mu; functions may be nil
	mu      sync.Mutex
	sender  func() error                // what MAIL is answered
	rcpt    func(address string) error  // what RCPT is answered
	data    func(conn *smtp.Conn) error // what the whole message is answered
	login   func(user, password string) error
	mails   []taking
	senders int // MAIL was said
	clear   int // … without TLS
}

// taking is one message as it came in.
type taking struct {
	to  []string
	raw []byte
	tls bool
}

// startMail runs a mail server. With a nil TLS config it offers no STARTTLS;
// with implicit, TLS comes first.
func startMail(t *testing.T, cfg *tls.Config, implicit bool) *mailServer {
	t.Helper()
	m := &mailServer{t: t, mum: make(chan struct{}, 8)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.port = l.Addr().(*net.TCPAddr).Port
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &mailSession{server: m, conn: c}, nil
	}))
	srv.Domain, srv.TLSConfig, srv.AllowInsecureAuth = "mail.test", cfg, true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if implicit {
		l = tls.NewListener(l, cfg)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		srv.Serve(l)
	}()
	t.Cleanup(func() {
		srv.Close()
		l.Close() // Serve may not have seen it yet
		<-done
	})
	return m
}

// play changes what the server does from now on.
func (m *mailServer) play(change func(*mailServer)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sender, m.rcpt, m.data = nil, nil, nil
	change(m)
}

func (m *mailServer) list() []taking {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mails
}

// seen returns how often MAIL was said, and how often in clear.
func (m *mailServer) seen() (senders, clear int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.senders, m.clear
}

// mailSession is one connection; go-smtp calls it from one goroutine.
type mailSession struct {
	server *mailServer
	conn   *smtp.Conn
	to     []string
}

func (s *mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		if s.server.login == nil {
			return nil
		}
		return s.server.login(user, password)
	}), nil
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error {
	m := s.server
	m.mu.Lock()
	defer m.mu.Unlock()
	m.senders++
	if _, secure := s.conn.TLSConnectionState(); !secure {
		m.clear++
	}
	if m.sender == nil {
		return nil
	}
	return m.sender()
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	answer := s.server.rcpt
	s.server.mu.Unlock()
	if answer != nil {
		if err := answer(to); err != nil {
			return err
		}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := s.server
	m.mu.Lock()
	answer := m.data
	m.mu.Unlock()
	if answer != nil {
		if err := answer(s.conn); err != nil {
			return err
		}
	}
	_, secure := s.conn.TLSConnectionState()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = append(m.mails, taking{to: s.to, raw: raw, tls: secure})
	return nil
}

func (s *mailSession) Reset()        { s.to = nil }
func (s *mailSession) Logout() error { return nil }

// says is a server's refusal that repeats whatever secret it was told.
func says(code int) error {
	return &smtp.SMTPError{
		Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 1},
		Message: "no " + canary + " " + base64.StdEncoding.EncodeToString([]byte("\x00ops@mail.test\x00"+canary)) + " \x1b[2J",
	}
}

// farEmail is a server that wants STARTTLS and a password.
func farEmail(t *testing.T) far {
	srv, pool := loopbackTLS(t)
	m := startMail(t, &tls.Config{Certificates: srv.TLS.Certificates}, false)
	to := mustNotifier(t)(NewEmail(m.options(func(o *EmailOptions) { o.RootCAs = pool })))
	return far{
		mum: m.mum,
		meet: func(t *testing.T, b behaviour) Notifier {
			switch b {
			case takes:
				m.play(func(*mailServer) {})
			case isBusy:
				m.play(func(m *mailServer) { m.rcpt = func(string) error { return says(451) } })
			case refuses:
				m.play(func(m *mailServer) { m.rcpt = func(string) error { return says(550) } })
			case keepsMum:
				release := make(chan struct{})
				t.Cleanup(func() { close(release) })
				m.play(func(s *mailServer) {
					s.data = func(*smtp.Conn) error {
						m.mum <- struct{}{}
						<-release
						return errors.New("too late")
					}
				})
			case hangsUp:
				m.play(func(m *mailServer) { m.data = func(c *smtp.Conn) error { return c.Close() } })
			case asksPause, floods, refusesAtLength, redirects: // see TestMailServerThatNeverStopsTalking
				return nil
			}
			return to
		},
		arrived: func() []arrival {
			var all []arrival
			for _, r := range m.list() {
				got := parseMail(t, r.raw)
				all = append(all, arrival{
					key:  got.header.Get("Message-ID"),
					text: strings.Join([]string{got.subject, got.plain, html.UnescapeString(got.html)}, "\n"),
				})
			}
			return all
		},
	}
}

// options describe the server as smtp://ops@mail.test with the canary for a
// password, and one recipient.
func (m *mailServer) options(change func(*EmailOptions)) EmailOptions {
	o := EmailOptions{To: []string{"sre@example.com"}, Host: "127.0.0.1", Port: m.port, User: "ops@mail.test"}
	o.Password = secretOf(canary)
	change(&o)
	return o
}

// letter is a message taken apart and decoded.
type letter struct {
	header      mail.Header
	subject     string
	plain, html string // line ends are \n
}

func parseMail(t *testing.T, raw []byte) letter {
	t.Helper()
	msg, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	got := letter{header: msg.Header}
	if got.subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q: %v", kind, err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		clean := strings.ReplaceAll(string(text), "\r\n", "\n")
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "text/plain":
			got.plain = clean
		case "text/html":
			got.html = clean
		}
	}
}
