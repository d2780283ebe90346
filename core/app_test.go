package inngestkit_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

type orderData struct {
	OrderID string  `json:"orderId" validate:"required"`
	Total   float64 `json:"total"   validate:"gt=0"`
}

var orderCreated = inngestkit.DefineEvent[orderData]("test/order.created")

func TestRegisterAddsAllOrNone(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{})
	unnamed := inngestkit.NewFunction(inngestgo.FunctionOpts{}, inngestgo.EventTrigger("test/started", nil), one)
	if err := h.app.Register(fn(one), unnamed); err == nil {
		t.Fatal("a function without an id was registered")
	}
	if n := len(h.app.Registered()); n != 0 {
		t.Errorf("%d functions were registered in spite of the error", n)
	}
	if err := h.app.Register(fn(one)); err != nil {
		t.Error(err)
	}
}

func TestFunctionsAreSorted(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{})
	for i := 9; i >= 0; i-- {
		f := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: fmt.Sprint("fn-", i)}, inngestgo.EventTrigger("test/started", nil), one)
		if err := h.app.Register(f); err != nil {
			t.Fatal(err)
		}
	}
	for i, f := range h.app.Registered() {
		if want := fmt.Sprint("fn-", i); f.ID() != want {
			t.Errorf("function %d is %s, want %s", i, f.ID(), want)
		}
	}
}

// An *App that New did not make, such as a nil one after an ignored error, is
// named by each method: in an error if the method returns one, or in a panic.
func TestNilApp(t *testing.T) {
	t.Parallel()
	methods := map[string]func(*inngestkit.App) error{
		"Client":          func(a *inngestkit.App) error { a.Client(); return nil },
		"Handler":         func(a *inngestkit.App) error { a.Handler(); return nil },
		"Health":          func(a *inngestkit.App) error { a.Health(); return nil },
		"HealthHandler":   func(a *inngestkit.App) error { a.HealthHandler(); return nil },
		"ID":              func(a *inngestkit.App) error { _ = a.ID(); return nil },
		"LivenessHandler": func(a *inngestkit.App) error { a.LivenessHandler(); return nil },
		"PlainSender":     func(a *inngestkit.App) error { a.PlainSender(); return nil },
		"Register":        func(a *inngestkit.App) error { return a.Register(fn(one)) },
		"Registered":      func(a *inngestkit.App) error { a.Registered(); return nil },
		"Sender":          func(a *inngestkit.App) error { a.Sender(); return nil },
		"Shutdown":        func(a *inngestkit.App) error { return a.Shutdown(context.Background()) },
		"Sync": func(a *inngestkit.App) error {
			return a.Sync(context.Background(), "http://shop.test/api/inngest")
		},
	}
	for method := range reflect.TypeFor[*inngestkit.App]().Methods() {
		if methods[method.Name] == nil {
			t.Errorf("the method %s is not tried", method.Name)
		}
	}
	for name, call := range methods {
		for what, app := range map[string]*inngestkit.App{"nil": nil, "zero": {}} {
			said := fmt.Sprint(saidBy(func() error { return call(app) }))
			if !strings.Contains(said, "App."+name+" ") || !strings.Contains(said, "inngestkit.New") {
				t.Errorf("%s of a %s app says %q", name, what, said)
			}
		}
	}
	for name, call := range map[string]func(){
		"adapter.Handler":          func() { adapter.Handler(nil) },
		"adapter.Mounted":          func() { adapter.Mounted(nil, "/") },
		"adapter.OpenScope":        func() { adapter.OpenScope(nil, httptest.NewRequest(http.MethodGet, "/", nil)) },
		"inngestecho.Middleware":   func() { adapter.Require(nil, "inngestecho.Middleware") },
		"inngestecho.Middleware 2": func() { adapter.Require(&inngestkit.App{}, "inngestecho.Middleware 2") },
	} {
		said := fmt.Sprint(saidBy(func() error { call(); return nil }))
		if !strings.HasPrefix(said, name+" ") || !strings.Contains(said, "nil *inngestkit.App") {
			t.Errorf("%s says %q", name, said)
		}
	}
	adapter.Require(newHook(t, inngestkit.Config{}).app, "the test") // which is not nil
}

// saidBy returns the error of a call, or the value that it panicked with.
func saidBy(call func() error) (said any) {
	defer func() {
		if v := recover(); v != nil {
			said = v
		}
	}()
	return call()
}
