package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail/smtp"
)

// transaction is one message over one connection, and who took it. It speaks
// SMTP itself, above go-mail's client, because a server answers for each
// address apart and because only the place where it broke says what may have
// arrived.
type transaction struct {
	email *emailNotifier
	to    []*mail.Address // to be told

	step    string          // what it was doing, for errors
	sent    bool            // the end of the message was written
	took    []*mail.Address // offered and not refused; once run returns nil, they have it
	putOff  []refusal       // 4xx
	refused []refusal       // 5xx
}

// refusal is an address and why a server did not take it.
type refusal struct {
	address string
	err     error
}

// run goes through it. An error is about the whole; refused addresses alone are none.
func (t *transaction) run(ctx context.Context, message []byte) error {
	if len(t.to) == 0 {
		return nil
	}
	conn, err := t.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) }) // ends whatever waits for the server
	defer stop()
	c, err := t.greet(conn)
	if err != nil {
		return err
	}
	if err := t.authenticate(c); err != nil {
		return err
	}
	t.step = "sender"
	c.SkipSMTPUTF8(!t.beyondASCII()) // a relay that cannot pass it on would bounce what needs it not
	if err := c.Mail(envelope(t.email.from)); err != nil {
		return err
	}
	if err := t.recipients(c); err != nil {
		return err
	}
	if len(t.took) > 0 {
		if err := t.content(c, message); err != nil {
			return err
		}
	}
	if stop() { // what comes of the farewell matters to nobody
		conn.SetDeadline(time.Now().Add(2 * time.Second))
		c.Quit()
	}
	return nil
}

// connect dials, and does the handshake of smtps.
func (t *transaction) connect(ctx context.Context) (net.Conn, error) {
	t.step = "connect"
	conn, err := newDialer().DialContext(ctx, "tcp", net.JoinHostPort(t.email.host, strconv.Itoa(t.email.port)))
	if err != nil {
		return nil, err
	}
	conn = &stingy{Conn: conn, left: maxConversation}
	if !t.email.smtps {
		return conn, nil
	}
	secure := tls.Client(conn, t.email.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// maxConversation bounds what a server may say in one transaction, in bytes. The
// client below takes lines of any length.
const maxConversation = 1 << 20

// stingy is a connection that reads so many bytes and no more.
type stingy struct {
	net.Conn
	left int // used by one reader at a time
}

var errTalkative = errors.New("the server says more than 1 MiB")

func (s *stingy) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, errTalkative
	}
	n, err := s.Conn.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// greet reads the greeting, says hello and turns to TLS where that is wanted.
func (t *transaction) greet(conn net.Conn) (*smtp.Client, error) {
	t.step = "greeting"
	c, err := smtp.NewClient(conn, t.email.host)
	if err != nil {
		return nil, err
	}
	t.step = "hello"
	if err := c.Hello(hostname()); err != nil {
		return nil, err
	}
	if t.email.smtps {
		return c, nil
	}
	t.step = "STARTTLS"
	if offered, _ := c.Extension("STARTTLS"); !offered {
		if t.email.optional {
			return c, nil
		}
		return nil, errNoTLS
	}
	err = c.StartTLS(t.startTLSConfig())
	if _, said := smtpCode(err); said && t.email.optional {
		return c, nil // it answered no, in clear, and is still there
	}
	return c, err
}

// startTLSConfig is the handshake after STARTTLS. Where clear text would do,
// a certificate that proves nothing is no worse, unless a password follows.
func (t *transaction) startTLSConfig() *tls.Config {
	cfg := t.email.tls.Clone()
	cfg.InsecureSkipVerify = t.email.optional && t.email.user == ""
	return cfg
}

// What a server does not offer, it will not offer at the next attempt either.
var (
	errNoTLS     = permanentError("the server offers no STARTTLS; nothing is sent in clear")
	errClearAuth = permanentError("the connection is not encrypted; the password is not sent over it")
	errNoAuth    = permanentError("the server offers no authentication that fits (SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, LOGIN)")
)

// authenticate logs in, if there is a user.
func (t *transaction) authenticate(c *smtp.Client) error {
	if t.email.user == "" {
		return nil
	}
	t.step = "authentication"
	if _, encrypted := c.TLSConnectionState(); !encrypted {
		return errClearAuth
	}
	_, offered := c.Extension("AUTH")
	user, password := t.email.user, t.email.password.Reveal()
	for _, mechanism := range []struct {
		name string
		auth smtp.Auth
	}{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(user, password)},
		{"SCRAM-SHA-1", smtp.ScramSHA1Auth(user, password)},
		{"PLAIN", smtp.PlainAuth("", user, password, t.email.host, false)},
		{"LOGIN", smtp.LoginAuth(user, password, t.email.host, false)},
	} {
		if slices.Contains(strings.Fields(strings.ToUpper(offered)), mechanism.name) {
			return c.Auth(mechanism.auth)
		}
	}
	return errNoAuth
}

// recipients offers each address and notes the answers.
func (t *transaction) recipients(c *smtp.Client) error {
	t.step = "recipients"
	for _, a := range t.to {
		err := c.Rcpt(envelope(a))
		code, said := smtpCode(err)
		switch {
		case err == nil:
			t.took = append(t.took, a)
		case !said, code == 421: // cut, or about to be: SMTP's word for hanging up
			return err
		case code <= 499:
			t.putOff = append(t.putOff, refusal{a.Address, err})
		default:
			t.refused = append(t.refused, refusal{a.Address, err})
		}
	}
	return nil
}

// beyondASCII tells whether an address needs SMTPUTF8.
func (t *transaction) beyondASCII() bool {
	return slices.ContainsFunc(append([]*mail.Address{t.email.from}, t.to...), func(a *mail.Address) bool {
		return strings.ContainsFunc(a.Address, func(r rune) bool { return r > unicode.MaxASCII })
	})
}

// content sends the message to those who took it.
func (t *transaction) content(c *smtp.Client, message []byte) error {
	t.step = "message"
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(message); err != nil {
		return err // without its end no server takes it
	}
	t.sent = true
	return w.Close()
}

// refusals names the addresses that were not taken, and why; "" if there are none.
func (t *transaction) refusals() string {
	var s []string
	for _, r := range slices.Concat(t.refused, t.putOff) {
		s = append(s, fmt.Sprintf("%s: %v", r.address, r.err))
	}
	return strings.Join(s, "; ")
}

// envelope writes an address as the commands of SMTP have it.
func envelope(a *mail.Address) string { return (&mail.Address{Address: a.Address}).String() }

// smtpCode returns the code that a server refused with; false if err is not its word.
func smtpCode(err error) (int, bool) {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code, true
	}
	return 0, false
}
