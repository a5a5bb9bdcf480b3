package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pair writes a certificate and its key as NAME.pem and NAME.key.
func pair(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		name + ".pem": {Type: "CERTIFICATE", Bytes: cert},
		name + ".key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCertificatesThatCannotBeUsedBreakTheirTargetOnly(t *testing.T) {
	for tls, want := range map[string]string{
		`cert = "a.pem", key = "a.key"`:                "",
		`cert = "a.pem", key = "a.key", ca = "b.pem"`:  "",
		`cert = "a.pem", key = "file:a.key"`:           "",
		`cert = "a.pem", key = "b.key"`:                "private key does not match",
		`cert = "a.key", key = "a.key"`:                "failed to find",
		`ca = "a.key"`:                                 "no certificate in a.key",
		`cert = "a.pem", key = "none.key"`:             "none.key: no such file in",
		`cert = "a.pem", key = "a.key", ca = "no.pem"`: "no.pem: no such file in",
	} {
		dir := t.TempDir()
		pair(t, dir, "a")
		pair(t, dir, "b")
		path := filepath.Join(dir, "config.toml")
		text := "[target]\nother = \"https://example.com\"\n[target.a]\nurl = \"https://example.com\"\ntls = { " + tls + " }\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, Options{})
		if err != nil {
			t.Errorf("%s: %v", tls, err)
			continue
		}
		a, other := c.Targets[0], c.Targets[1]
		if !strings.Contains(a.Broken, want) || (a.Broken == "") != (want == "") || (a.Probe == nil) != (want != "") {
			t.Errorf("%s: broken %q, want %q", tls, a.Broken, want)
		}
		if len(c.Warnings) != min(len(want), 1) || other.Broken != "" {
			t.Errorf("%s: warnings %v, the other target %q", tls, c.Warnings, other.Broken)
		}
	}
}
