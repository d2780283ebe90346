package signature_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/signature"
)

const (
	key   = "signkey-test-0123456789abcdef"
	other = "signkey-test-fedcba9876543210"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestSignAgreesWithTheSDK(t *testing.T) {
	t.Parallel()
	for _, k := range []string{key, "0123", "signkey-branch_1-00ff", "signkey-x", "signkey--00"} {
		body := []byte(`{"a":1,"b":[true,null,"x"]}`)
		want, err := inngestgo.Sign(context.Background(), now, []byte(k), body)
		if err != nil {
			t.Fatal(err)
		}
		if got := signature.Sign(k, body, now); got != want {
			t.Errorf("with %q: %s, want %s", k, got, want)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	body := []byte(`{"a":1,"b":2}`)
	good := signature.Sign(key, body, now)
	ts, sum, _ := strings.Cut(good, "&")
	for name, c := range map[string]struct {
		header string
		body   string
		at     time.Time
		keys   []string
		want   error
	}{
		"as signed":                {good, string(body), now, []string{key}, nil},
		"by the fallback":          {good, string(body), now, []string{other, key}, nil},
		"parts swapped":            {sum + "&" + ts, string(body), now, []string{key}, nil},
		"re-serialised":            {good, "{ \"b\": 2,\n \"a\": 1.0 }", now, []string{key}, nil},
		"five minutes old":         {good, string(body), now.Add(5 * time.Minute), []string{key}, nil},
		"older":                    {good, string(body), now.Add(5*time.Minute + time.Second), []string{key}, signature.ErrExpired},
		"from the future":          {good, string(body), now.Add(-5*time.Minute - time.Second), []string{key}, signature.ErrExpired},
		"another body":             {good, `{"a":1,"b":3}`, now, []string{key}, signature.ErrMismatch},
		"truncated body":           {good, `{"a":1,"b":2`, now, []string{key}, signature.ErrMismatch},
		"another key":              {good, string(body), now, []string{other}, signature.ErrMismatch},
		"no key":                   {good, string(body), now, []string{"", ""}, signature.ErrNoKey},
		"no header":                {"", string(body), now, []string{key}, signature.ErrMissing},
		"another timestamp":        {"t=1767323044&" + sum, string(body), now, []string{key}, signature.ErrMismatch},
		"a part twice":             {good + "&" + ts, string(body), now, []string{key}, signature.ErrMalformed},
		"an unknown part":          {good + "&x=1", string(body), now, []string{key}, signature.ErrMalformed},
		"not hexadecimal":          {ts + "&s=" + strings.Repeat("z", 64), string(body), now, []string{key}, signature.ErrMalformed},
		"a short sum":              {good[:len(good)-2], string(body), now, []string{key}, signature.ErrMalformed},
		"a signed timestamp":       {"t=+1767323045&" + sum, string(body), now, []string{key}, signature.ErrMalformed},
		"a negative timestamp":     {"t=-1&" + sum, string(body), now, []string{key}, signature.ErrMalformed},
		"a timestamp too large":    {"t=99999999999999999999&" + sum, string(body), now, []string{key}, signature.ErrMalformed},
		"a huge header":            {good + strings.Repeat(" ", 10_000), string(body), now, []string{key}, signature.ErrMalformed},
		"deep nesting":             {good, strings.Repeat("[", 1<<20), now, []string{key}, signature.ErrMismatch},
		"lone surrogate":           {good, `{"a":"\ud800"}`, now, []string{key}, signature.ErrMismatch},
		"duplicate names":          {good, `{"a":1,"a":1,"b":2}`, now, []string{key}, signature.ErrMismatch},
		"not JSON, but not signed": {good, "\x00\xff", now, []string{key}, signature.ErrMismatch},
	} {
		got, err := signature.Verify(c.header, []byte(c.body), c.at, c.keys...)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err == nil && got != key {
			t.Errorf("%s: matched by %q", name, got)
		}
	}
}

func TestVerifySignsBytesNotJSON(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "not json", `{"b":1, "a":2}`, "\x00\xff"} {
		if _, err := signature.Verify(signature.Sign(key, []byte(body), now), []byte(body), now, key); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestVerifyLeavesTheBodyAlone(t *testing.T) {
	t.Parallel()
	body := []byte(`{ "b": 2, "a": 1 }`)
	before := bytes.Clone(body)
	_, _ = signature.Verify(signature.Sign(other, body, now), body, now, key)
	if !bytes.Equal(body, before) {
		t.Errorf("the body became %s", body)
	}
}

func TestHashKey(t *testing.T) {
	t.Parallel()
	// The specification's own example (4.1.4).
	const want = "signkey-prod-b2ed992186a5cb19f6668aade821f502c1d00970dfd0e35128d51bac4649916c"
	if got, err := signature.HashKey("signkey-prod-12345678"); err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	for _, bad := range []string{"", "signkey-prod-", "signkey-prod-xyz", "signkey-prod-123"} {
		if got, err := signature.HashKey(bad); err == nil {
			t.Errorf("%q was hashed to %s", bad, got)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(signature.Sign(key, []byte("{}"), now), []byte("{}"))
	f.Add("t=1&s=00", []byte(`{"a":[1e400,"\ud800"]}`))
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		if _, err := signature.Verify(header, body, now, other); err == nil {
			t.Error("a request signed by nobody was let in")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	body := bytes.Repeat([]byte(`{"a":1}`), 4<<20/7)
	header := signature.Sign(key, body, now)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := signature.Verify(header, body, now, key); err != nil {
			b.Fatal(err)
		}
	}
}
