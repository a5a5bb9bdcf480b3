package checker

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
)

// slack is how many bytes more than its content a compressed body may take.
const slack = 64 << 10

// maxPooled is the largest buffer that is kept for the next body.
const maxPooled = 64 << 10

// body is the body of an answer while it is judged. It is borrowed: nothing
// keeps it, or a part of it, for longer.
type body struct {
	buf       bytes.Buffer
	capped    bool  // there was more than may be read
	undecoded error // why it could not be unpacked; nil if it could
}

var (
	bodies      = sync.Pool{New: func() any { return new(body) }}
	gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}
)

func newBody() *body { return bodies.Get().(*body) }

func (b *body) reset() {
	b.buf.Reset()
	b.capped, b.undecoded = false, nil
}

// release gives b back.
func (b *body) release() {
	b.reset()
	if b.buf.Cap() <= maxPooled {
		bodies.Put(b)
	}
}

// read takes the body of resp: at most most bytes of what it unpacks to, from
// about as many on the wire. The error is one of the connection.
func (b *body) read(resp *http.Response, most int64) error {
	sent := &wireReader{from: resp.Body, left: most + slack}
	err := b.unpack(resp, sent, most)
	switch {
	case errors.Is(sent.err, errCapped):
		b.capped = true
		return nil
	case sent.err != nil:
		return sent.err
	}
	b.undecoded = err
	return nil
}

// unpack reads what sent unpacks to.
func (b *body) unpack(resp *http.Response, sent io.Reader, most int64) error {
	content := sent
	switch strings.ToLower(resp.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		z := gzipReaders.Get().(*gzip.Reader)
		defer gzipReaders.Put(z)
		if err := z.Reset(sent); err != nil {
			if err == io.EOF { // no body at all: a 204, or the answer to HEAD
				return nil
			}
			return err
		}
		content = z
	}
	// One byte more than may be kept tells whether there is more.
	n, err := b.buf.ReadFrom(io.LimitReader(content, most+1))
	if n > most {
		b.capped = true
		b.buf.Truncate(int(most))
	}
	return err
}

var errCapped = errors.New("more than may be read")

// wireReader reads at most left bytes, and remembers what ended it other than the end.
type wireReader struct {
	from io.Reader
	left int64
	err  error
}

func (c *wireReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		c.err = errCapped
		return 0, c.err
	}
	n, err := c.from.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}
