package inngestkit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/validate"
)

func TestNewEvent(t *testing.T) {
	t.Parallel()
	data := orderData{OrderID: "o-1", Total: 3}
	at := time.Date(2026, 3, 1, 12, 0, 0, int(7*time.Millisecond), time.UTC)
	if diff := cmp.Diff(inngestgo.GenericEvent[orderData]{Name: "test/order.created", Data: data}, orderCreated.New(data)); diff != "" {
		t.Errorf("bare (-want +got)\n%s", diff)
	}
	want := inngestgo.GenericEvent[orderData]{
		ID: new("id-1"), Name: "test/order.created", Data: data,
		User: map[string]any{"external_id": "u"}, Timestamp: at.UnixMilli(), Version: "2026-03-01.01",
	}
	got := orderCreated.New(data,
		inngestkit.WithID("id-1"), inngestkit.WithTime(at),
		inngestkit.WithVersion("2026-03-01.01"), inngestkit.WithUser(map[string]any{"external_id": "u"}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with options (-want +got)\n%s", diff)
	}
	if orderCreated.Name() != "test/order.created" {
		t.Error(orderCreated.Name())
	}
}

// brokenFields are the paths and rules of a *validate.Error.
func brokenFields(t *testing.T, err error) []string {
	t.Helper()
	invalid, ok := errors.AsType[*validate.Error](err)
	if !ok {
		t.Fatalf("got %v, want a *validate.Error", err)
	}
	var all []string
	for _, f := range invalid.Fields {
		all = append(all, f.Path+":"+f.Rule)
	}
	return all
}

func TestValidateEvent(t *testing.T) {
	t.Parallel()
	if err := orderCreated.Validate(orderData{OrderID: "o", Total: 1}); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"orderId:required", "total:gt"}, brokenFields(t, orderCreated.Validate(orderData{}))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

type signUp struct {
	Email string `json:"email" binding:"required,email"`
}

type coloured struct {
	Colour string `json:"colour" validate:"colour"`
}

var (
	anyOrder = inngestkit.DefineEvent[map[string]any]("test/order.*")
	signedUp = inngestkit.DefineEvent[signUp]("test/signed.up", inngestkit.WithTag("binding"))
	painted  = inngestkit.DefineEvent[coloured]("test/painted", inngestkit.WithValidator(colours()))
)

// colours is an application's own validator with a custom rule.
func colours() *validate.Validator {
	own := validator.New(validator.WithRequiredStructEnabled())
	if err := own.RegisterValidation("colour", func(fl validator.FieldLevel) bool { return fl.Field().String() == "red" }); err != nil {
		panic(err)
	}
	return validate.Wrap(own)
}

func TestOtherTagAndValidator(t *testing.T) {
	t.Parallel()
	none := func(context.Context, inngestgo.Input[signUp]) (any, error) { return "done", nil }
	newHook(t, inngestkit.Config{},
		inngestkit.NewFunction(opts("a"), signedUp.Trigger(), none),
		inngestkit.NewFunction(opts("b"), inngestkit.AnyOf(signedUp.Trigger(), inngestkit.Cron("0 9 * * *")), none),
		inngestkit.NewFunction(opts("c"), painted.Trigger(), func(context.Context, inngestgo.Input[coloured]) (any, error) { return "done", nil }),
	)
	if got := brokenFields(t, signedUp.Validate(signUp{Email: "x"})); !cmp.Equal(got, []string{"email:email"}) {
		t.Error(got)
	}
	if got := brokenFields(t, painted.Validate(coloured{"blue"})); !cmp.Equal(got, []string{"colour:colour"}) {
		t.Error(got)
	}
	if err := errors.Join(signedUp.Validate(signUp{Email: "a@b.example"}), painted.Validate(coloured{"red"})); err != nil {
		t.Error(err)
	}
}

// A zero EventType defines nothing. Every method says so, by the type and the
// form to write.
func TestZeroEventType(t *testing.T) {
	t.Parallel()
	var zero inngestkit.EventType[orderData]
	says := func(what, text string) {
		t.Helper()
		for _, word := range []string{"EventType[inngestkit_test.orderData]", `inngestkit.DefineEvent[inngestkit_test.orderData]("order.created")`} {
			if !strings.Contains(text, word) {
				t.Errorf("%s: %q does not say %s", what, text, word)
			}
		}
	}
	if zero.Name() != "" {
		t.Errorf("its name is %q", zero.Name())
	}
	says("Validate", fmt.Sprint(zero.Validate(anOrder)))
	func() {
		defer func() { says("New", fmt.Sprint(recover())) }()
		zero.New(anOrder)
	}()
	h := newHook(t, inngestkit.Config{})
	err := h.app.Register(inngestkit.NewFunction(opts("zero"), zero.Trigger(inngestkit.If("true")), func(context.Context, inngestgo.Input[orderData]) (any, error) { return nil, nil }))
	if mistake, ok := errors.AsType[*inngestkit.ConfigError](err); !ok || !strings.Contains(mistake.Where, `function "zero"`) {
		t.Errorf("Register said %v", err)
	}
	says("Trigger", fmt.Sprint(err))

	for name, use := range map[string]func(context.Context) error{
		"Send": func(ctx context.Context) error { _, err := zero.Send(ctx, "a", anOrder); return err },
		"Wait": func(ctx context.Context) error { _, err := zero.Wait(ctx, "a", time.Hour); return err },
	} {
		says(name, fmt.Sprint(use(t.Context())))
		h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) { return nil, use(ctx) }))
		e := wantFailure(t, h.call(t, callOf{}), http.StatusInternalServerError, "Error", false)
		says(name+" in a function", e.Message)
	}
}
