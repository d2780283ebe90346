package adaptertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// testNilApp passes a nil app to each function that takes an app.
func testNilApp(t *testing.T, a Adapter) {
	if len(a.Functions) == 0 {
		t.Fatal("Adapter.Functions is empty; list the functions of the adapter that take an app")
	}
	for name, call := range a.Functions {
		if said := panicOf(func() { call(nil) }); !strings.HasPrefix(said, name+" ") || !strings.Contains(said, "nil *inngestkit.App") {
			t.Errorf("%s of a nil app panics with %q, want its name and that the app is nil", name, said)
		}
	}
}

func panicOf(f func()) (said string) {
	defer func() {
		if p := recover(); p != nil {
			said = fmt.Sprint(p)
		}
	}()
	f()
	return ""
}

// testNilError passes a nil error to the error verb, without an answer and after
// one.
func testNilError(t *testing.T, a Adapter) {
	nothing := handled(t, a, func(http.ResponseWriter, *http.Request) error { return nil })
	r := nothing.do(http.MethodPost, HandledPath, nil)
	equal(t, "answer without one of the handler's", []any{r.status, r.body}, []any{http.StatusOK, ""})

	k := handled(t, a, created)
	r = k.do(http.MethodPost, HandledPath, nil)
	equal(t, "answer of the handler's", []any{r.status, r.body}, []any{http.StatusCreated, "created"})
	equal(t, "events", len(k.inngest.received(t)), 2)
}

// testWithContext derives the request's context with the adapter's option.
func testWithContext(t *testing.T, a Adapter) {
	var got any
	k := handled(t, a, func(w http.ResponseWriter, r *http.Request) error {
		got = r.Context().Value(TenantKey{})
		return created(w, r)
	}, func(s *Setup) {
		s.Context = func(r *http.Request) context.Context {
			return context.WithValue(r.Context(), TenantKey{}, r.Header.Get(callerHeader))
		}
	})
	equal(t, "status", k.do(http.MethodPost, HandledPath, nil, callerHeader, "acme").status, http.StatusCreated)
	equal(t, "a value in the handler's context", got, any("acme"))
	equal(t, "events", len(k.inngest.received(t)), 2)

	call := k.do(http.MethodPost, callPath(defaultPath, "tenant"), strings.NewReader(callBody(t, order{ID: "o-1"}, nil)),
		append(signatureOf(callBody(t, order{ID: "o-1"}, nil)), callerHeader, "acme")...)
	equal(t, "a value in the function's context", call.body, `"acme"`)
}

// testNilContext derives a nil context.
func testNilContext(t *testing.T, a Adapter) {
	k := handled(t, a, func(http.ResponseWriter, *http.Request) error {
		t.Error("the handler ran")
		return nil
	}, func(s *Setup) { s.Context = func(*http.Request) context.Context { return nil } })
	equal(t, "status", k.do(http.MethodPost, HandledPath, nil).status, http.StatusInternalServerError)
}
