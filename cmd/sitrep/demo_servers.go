package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// nameServer knows one name, and lies about it when told to.
type nameServer struct {
	lie  atomic.Bool
	addr string
	udp  *dns.Server
}

func (n *nameServer) listen() error {
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	n.addr = packets.LocalAddr().String()
	n.udp = &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(n.answer)}
	go n.udp.ActivateAndServe() // ends with close
	return nil
}

func (n *nameServer) close() { _ = n.udp.Shutdown() }

func (n *nameServer) answer(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg)
	m.SetReply(q)
	address := net.IPv4(192, 0, 2, 10)
	if n.lie.Load() {
		address = net.IPv4(198, 51, 100, 66)
	}
	if len(q.Question) == 1 && q.Question[0].Qtype == dns.TypeA {
		m.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 30}, A: address,
		}}
	}
	_ = w.WriteMsg(m)
}

// authority signs the town's certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Demo Root"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(10 * 365 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, err
}

// sign returns a certificate for loopback that is good for this long.
func (a *authority) sign(life time.Duration) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "login.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(life),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// wrap makes a listener speak TLS.
func (a *authority) wrap(l net.Listener, life time.Duration) (net.Listener, error) {
	cert, err := a.sign(life)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*cert}}), nil
}

// gate is a TLS service whose certificate can be renewed while it runs.
type gate struct {
	authority *authority
	cert      atomic.Pointer[tls.Certificate]
	addr      string
	listener  net.Listener
}

func (g *gate) listen() error {
	g.renew(90 * 24 * time.Hour)
	l, err := loopback()
	if err != nil {
		return err
	}
	g.addr = l.Addr().String()
	g.listener = tls.NewListener(l, &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return g.cert.Load(), nil },
	})
	go func() {
		for {
			conn, err := g.listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
				_, _ = conn.Read(make([]byte, 1)) // does the handshake
			}()
		}
	}()
	return nil
}

func (g *gate) close() { _ = g.listener.Close() }

// renew replaces the certificate; if none can be made, the old one stays.
func (g *gate) renew(life time.Duration) {
	if cert, err := g.authority.sign(life); err == nil {
		g.cert.Store(cert)
	}
}
