package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hard are passwords that other tools mangle.
var hard = []string{`qu$HOMEer7`, `100%s`, `a#b`, `a"b\c`, `p@ss:w/rd`, ` blanks `}

func TestSecretsArriveByteForByte(t *testing.T) {
	for _, want := range hard {
		for _, text := range []string{want, "plain:" + want} {
			if got := resolved(t, "", text, nil); got != want {
				t.Errorf("%q: got %q", text, got)
			}
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "pw"), []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		vars := map[string]string{"PW": want, "CREDENTIALS_DIRECTORY": dir}
		for _, ref := range []string{"file:pw", "file:" + dir + "/pw", "env:PW", "cred:pw", "cmd:cat pw"} {
			if got := resolved(t, dir, ref, vars); got != want {
				t.Errorf("%s of %q: got %q", ref, want, got)
			}
		}
	}
}

func TestOneFinalNewlineIsDropped(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{"a\n\n": "a\n", "a\r\n": "a", " a": " a", "a\n ": "a\n "} {
		if err := os.WriteFile(filepath.Join(dir, "pw"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := resolved(t, dir, "file:pw", nil); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func resolved(t *testing.T, dir, ref string, vars map[string]string) string {
	t.Helper()
	s := secrets{inputs: newInputs(&disk{}), lookup: environment(vars), known: map[string]found{}}
	text, _, err := s.resolve(&source{dir: dir}, ref)
	if err != nil {
		t.Errorf("%s: %v", ref, err)
	}
	return text
}

func TestSecretsThatCannotBeHad(t *testing.T) {
	dir := t.TempDir()
	big := bytes.Repeat([]byte("x"), maxSecret+1)
	for name, data := range map[string][]byte{"empty": nil, "newline": []byte("\n"), "big": big} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ ref, want string }{
		{"env:NONE", "env:NONE: the variable is not set"},
		{"env:EMPTY", "env:EMPTY: it is empty"},
		{"file:none", "file:none: no such file in " + dir},
		{"file:empty", "file:empty: it is empty"},
		{"file:newline", "file:newline: it is empty"},
		{"file:big", "file:big: it has more than 64KiB"},
		{"file:" + dir, "it is no regular file"},
		{"cred:x", "cred:x: $CREDENTIALS_DIRECTORY is not set"},
		{"cmd:false", "cmd:false: exit status 1"},
		{"cmd:cat big", "it printed more than 64KiB"},
		{"cmd:", "cmd:: no command is given"},
	} {
		s := secrets{inputs: newInputs(&disk{}), lookup: environment(map[string]string{"EMPTY": ""}), known: map[string]found{}}
		_, _, err := s.resolve(&source{dir: dir}, c.ref)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.ref, err, c.want)
		}
	}
}

func TestCommandOfAFileThatOthersWriteIsNotRun(t *testing.T) {
	s := secrets{known: map[string]found{}}
	_, _, err := s.resolve(&source{name: "config.toml", writable: true}, "cmd:echo x")
	if err == nil || !strings.Contains(err.Error(), "everybody may write to config.toml") {
		t.Errorf("got %v", err)
	}
}

// TestSecretsAreShownNowhere loads configurations that hold one secret text in
// every place that takes one, right and wrong, and looks for it in all that is said.
func TestSecretsAreShownNowhere(t *testing.T) {
	const secret = "hunter2hunter2"
	for _, text := range []string{
		"[target]\na = \"https://u:%s@example.com/?token=%[1]s\"\n",
		"[target]\na = \"https://u:%s/@example.com/\"\n",
		"[target]\na = \"htps://u:%s@example.com/\"\n",
		"[target]\na = \"u:%s@example.com/\"\n",
		"[target]\na = \"tcp://u:%s@example.com:1\"\n",
		"[target.a]\nurl = \"https://example.com\"\nbearer = \"%s\"\n",
		"[target.a]\nurl = \"https://example.com\"\nbearer = %s\n",
		"[target.a]\nurl = \"https://example.com\"\nbearer = [\"%s\"]\n",
		"[target.a]\nurl = \"https://example.com\"\nbaerer = \"%s\"\n",
		"[target.a]\nurl = \"https://example.com\"\nbasic = { user = \"u\", password = \"%s\" }\n",
		"[target.a]\nurl = \"https://example.com\"\nheaders = { Authorization = \"%s\", X = \"a\\nb%[1]s\" }\n",
		"[receiver.a]\nslack = \"https://hooks.slack.com/%s\"\n",
		"[receiver.a]\nslack = \"ftp://hooks.slack.com/%s\"\n",
		"[receiver.a]\nwebhook = \"https://example.com/%s\"\nsecret = \"whsec_%[1]s!\"\n",
		"[receiver.a]\nemail = \"a@b.c\"\nsmtp = \"smtp://u@h\"\npassword = \"%s\"\n",
		"[receiver.a]\nemail = \"a@b.c\"\nsmtp = \"smtp://u:%s@h\"\n",
		"[receiver.a]\nemail = \"a@b.c\"\nsmtp = \"smtp://u:%s/@h\"\n",
	} {
		path := write(t, fmt.Sprintf(text, secret))
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, Options{LookupEnv: environment(nil)})
		var said bytes.Buffer
		problems, _ := err.(Problems)
		if c != nil {
			problems = c.Warnings
			if err := c.Show(&said); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&said, "%+v", c.Targets)
		}
		fmt.Fprintln(&said, problems)
		if err := problems.Render(&said, false); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(said.String(), secret) {
			t.Errorf("%q:\n%s", text, said.String())
		}
	}
}

func TestReadableSecretsAreWarnedOf(t *testing.T) {
	const text = "[target.a]\nurl = \"https://example.com\"\nbearer = \"x\"\nheaders = { Accept = \"text/html\", Cookie = \"y\" }\n"
	for mode, want := range map[os.FileMode]int{0o600: 0, 0o640: 0, 0o644: 2} {
		path := write(t, text)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Warnings) != want {
			t.Errorf("mode %v: %v, want %d warnings", mode, c.Warnings, want)
		}
	}
}
