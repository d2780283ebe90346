package adapter_test

import (
	"bytes"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// TestKeysDoNotMeet moves a character from each part of an id to the next. The
// parts together read the same, and the ids must differ: else one tenant's key
// meets another's.
func TestKeysDoNotMeet(t *testing.T) {
	t.Parallel()
	i := newInngest(t)
	for _, policy := range []inngestkit.IdempotencyPolicy{{}, {Body: true}} {
		for _, pair := range [][2]request{
			{{"shop", "POST", "/", "ada", "k1", ""}, {"shopP", "OST", "/", "ada", "k1", ""}},
			{{"shop", "PUT", "/orders", "ada", "k1", ""}, {"shop", "PU", "T/orders", "ada", "k1", ""}},
			{{"shop", "POST", "/orders", "ada", "k1", ""}, {"shop", "POST", "/order", "sada", "k1", ""}},
			{{"shop", "POST", "/", "tenant-1", "1", ""}, {"shop", "POST", "/", "tenant-", "11", ""}},
			{{"shop", "POST", "/", "a", "bc", ""}, {"shop", "POST", "/", "ab", "c", ""}},
		} {
			one, other := pair[0].id(t, i, policy), pair[1].id(t, i, policy)
			if one == "" || one == other {
				t.Errorf("%+v and %+v have the ids %q and %q", pair[0], pair[1], one, other)
			}
			if again := pair[0].id(t, i, policy); again != one {
				t.Errorf("%+v has the id %q, and then %q", pair[0], one, again)
			}
		}
	}
}

// TestIDsOfOneRequest sends more than one event of a name, alone and together.
func TestIDsOfOneRequest(t *testing.T) {
	t.Parallel()
	i := newInngest(t)
	send := func() []string {
		before := len(i.received())
		_, scope := request{"shop", "POST", "/", "ada", "k1", ""}.scope(t, i, inngestkit.IdempotencyPolicy{})
		for _, events := range [][]inngestkit.Event{
			{orderPlaced.New(order{ID: "a"}), orderReturned.New(order{ID: "a"}), orderPlaced.New(order{ID: "b"})},
			{orderPlaced.New(order{ID: "c"}, inngestkit.WithID("own"))},
			{orderPlaced.New(order{ID: "d"})},
		} {
			if _, err := scope.Send(t.Context(), events...); err != nil {
				t.Fatal(err)
			}
		}
		return i.received()[before:]
	}
	first, again := send(), send()
	seen := map[string]bool{}
	for n, id := range first {
		if id == "" || seen[id] || id != again[n] {
			t.Errorf("event %d has the id %q, and then %q; the ids before are %v", n, id, again[n], first[:n])
		}
		seen[id] = true
	}
	if first[3] != "own" {
		t.Errorf("an event with its own id has %q", first[3])
	}
}

// TestKeyedBodyIsWhole reads the body of a keyed request, which the key's digest
// has read before.
func TestKeyedBodyIsWhole(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	failed := errors.New("cut off")
	i := newInngest(t)
	for name, c := range map[string]struct {
		body io.Reader
		size int
		err  error
	}{
		"empty":               {strings.NewReader(""), 0, nil},
		"of the digest's":     {strings.NewReader(strings.Repeat("x", limit)), limit, nil},
		"longer":              {strings.NewReader(strings.Repeat("x", limit+1)), limit + 1, nil},
		"failing at once":     {iotest.ErrReader(failed), 0, failed},
		"failing":             {io.MultiReader(strings.NewReader("xx"), iotest.ErrReader(failed)), 2, failed},
		"failing beyond":      {io.MultiReader(strings.NewReader(strings.Repeat("x", limit+1)), iotest.ErrReader(failed)), limit + 1, failed},
		"read byte by byte":   {iotest.OneByteReader(strings.NewReader("xyz")), 3, nil},
		"ending with its EOF": {iotest.DataErrReader(strings.NewReader("xyz")), 3, nil},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/", c.body)
		closed := false
		r.Body = closing{r.Body, &closed}
		r.Header.Set(inngestkit.DefaultIdempotencyHeader, "k1")
		r, _ = adapter.OpenScope(i.app(t, "shop", nil), r, adapter.WithIdempotencyKey(inngestkit.IdempotencyPolicy{Body: true}, func() string { return "ada" }))
		got, err := io.ReadAll(r.Body)
		if len(got) != c.size || !errors.Is(err, c.err) {
			t.Errorf("a body %s has %d bytes and the error %v, want %d and %v", name, len(got), err, c.size, c.err)
		}
		if _, again := r.Body.Read(make([]byte, 1)); again == nil || c.err != nil && !errors.Is(again, c.err) {
			t.Errorf("a body %s that has ended gives the error %v", name, again)
		}
		if err := r.Body.Close(); err != nil || !closed {
			t.Errorf("the body is closed: %t, %v", closed, err)
		}
	}
}

type closing struct {
	io.ReadCloser

	closed *bool
}

func (c closing) Close() error {
	*c.closed = true
	return c.ReadCloser.Close()
}

// TestBodyOfTheKey has the first MiB of the body, and no more, be part of the key.
func TestBodyOfTheKey(t *testing.T) {
	t.Parallel()
	i := newInngest(t)
	policy := inngestkit.IdempotencyPolicy{Body: true}
	id := func(body string) string { return request{"shop", "POST", "/", "ada", "k1", body}.id(t, i, policy) }
	long := strings.Repeat("x", 1<<20)
	if id(long) != id(long+"y") {
		t.Error("a byte after the first MiB changes the id")
	}
	if id(long) == id(long[1:]+"y") || id(long) == id(long[1:]) {
		t.Error("the last byte of the first MiB does not change the id")
	}
	if id("") == id("x") {
		t.Error("an empty body has the id of another")
	}
}

// TestKeyedBodyNone covers requests without a body.
func TestKeyedBodyNone(t *testing.T) {
	t.Parallel()
	i := newInngest(t)
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	r.Body = nil
	r.Header.Set(inngestkit.DefaultIdempotencyHeader, "k1")
	r, scope := adapter.OpenScope(i.app(t, "shop", nil), r, adapter.WithIdempotencyKey(inngestkit.IdempotencyPolicy{}, func() string { return "ada" }))
	if r.Body != nil {
		t.Errorf("a request without a body has the body %v", r.Body)
	}
	if _, err := scope.Send(t.Context(), orderPlaced.New(order{ID: "a"})); err != nil || i.received()[0] == "" {
		t.Errorf("Send returned %v, with the id %q", err, i.received())
	}
}

// TestCallerIsAskedOnce asks when the first event is sent, not before and not
// again.
func TestCallerIsAskedOnce(t *testing.T) {
	t.Parallel()
	i := newInngest(t)
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/", nil)
	r.Header.Set(inngestkit.DefaultIdempotencyHeader, "k1")
	asked := 0
	_, scope := adapter.OpenScope(i.app(t, "shop", nil), r, adapter.WithIdempotencyKey(inngestkit.IdempotencyPolicy{}, func() string { asked++; return "" }))
	if asked != 0 {
		t.Error("the caller is asked for before an event is sent")
	}
	for range 2 {
		if _, err := scope.Enqueue(orderPlaced.New(order{ID: "a"})); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("the caller is asked for %d times", asked)
	}
	scope.Drop("the test is over")
}

// TestReusedKeyIsWarnedOf counts the warnings of a key with another body. They
// name the request, and quote neither key nor body.
func TestReusedKeyIsWarnedOf(t *testing.T) {
	t.Parallel()
	i := newInngest(t)
	var log bytes.Buffer
	app := i.app(t, "shop", &log)
	send := func(caller, body string, p inngestkit.IdempotencyPolicy) int {
		before := strings.Count(log.String(), "another body")
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/orders", strings.NewReader(body))
		r.Header.Set(inngestkit.DefaultIdempotencyHeader, "key-secret")
		_, scope := adapter.OpenScope(app, r, adapter.WithIdempotencyKey(p, func() string { return caller }))
		for range 2 { // a request is warned of once
			if _, err := scope.Send(t.Context(), orderPlaced.New(order{ID: "a"})); err != nil {
				t.Fatal(err)
			}
		}
		return strings.Count(log.String(), "another body") - before
	}
	plain, withBody := inngestkit.IdempotencyPolicy{}, inngestkit.IdempotencyPolicy{Body: true}
	for n, c := range []struct {
		caller, body string
		policy       inngestkit.IdempotencyPolicy
		want         int
	}{
		{"ada", "body", plain, 0},
		{"ada", "body", plain, 0},
		{"bob", "changed-secret", plain, 0},
		{"", "changed-secret", plain, 0},
		{"ada", "changed-secret", withBody, 0},
		{"ada", "changed-secret", plain, 1},
		{"ada", "body", plain, 0},
	} {
		if got := send(c.caller, c.body, c.policy); got != c.want {
			t.Errorf("request %d is warned of %d times, want %d", n, got, c.want)
		}
	}
	if said := log.String(); strings.Contains(said, "secret") || !strings.Contains(said, "method=POST") || !strings.Contains(said, "path=/orders") {
		t.Errorf("the log is %s", said)
	}
}
