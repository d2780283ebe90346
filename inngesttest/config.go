package inngesttest

import (
	"os"
	"strings"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Config holds the settings of an [Env]. The zero value is what [New] uses.
type Config struct {
	// AppID is the id of the app that New creates when it is given functions and
	// no app. It is the first part of their full ids. Defaults to "test".
	AppID string
	// Start is the time at which the clock starts. Defaults to now. It must not
	// be set in a bubble of testing/synctest, which has a clock already.
	Start time.Time
	// ManualRetries makes a run wait before each retry until [Env.Advance] has
	// moved the clock past the backoff. Set it to look at a run between two
	// attempts. Defaults to false: retries happen without Advance.
	ManualRetries bool
	// MocksOnly fails the test if the code of a step would run, because the step
	// has no mock. Set it if steps must not touch anything real. Defaults to
	// false.
	MocksOnly bool
	// Deliver delivers the events that functions send, as Inngest does: they
	// start the functions of the app that they trigger, and end waits. Defaults
	// to false: events are captured. See [Env.Deliver] and [Env.Drain].
	Deliver bool
	// StepOrder is the order in which parallel steps run. Defaults to
	// [ListedOrder].
	StepOrder StepOrder
	// SkipChecks are the checks to turn off. Defaults to none.
	SkipChecks Check
	// IdleTimeout is how long the functions may take to become idle, in real
	// time. If they take longer, the test fails. Defaults to a minute. In a
	// bubble of testing/synctest it is always a day of the bubble's time.
	IdleTimeout time.Duration
}

// Check is a check that every test is put through, or several joined with |. All
// are on by default; [Config.SkipChecks] turns them off.
type Check uint

// The checks.
const (
	// CheckReplay fails the test if a function takes its steps in another order
	// when it is called again with the same outputs.
	CheckReplay Check = 1 << iota
	// CheckStepIDs fails the test if a function uses a step id in two places: on
	// two lines, or on one line of a helper that it calls from two lines. A loop
	// is one place.
	CheckStepIDs
	// CheckGoroutines fails the test if a function leaves a goroutine behind.
	CheckGoroutines
	// CheckWaits fails the test if a run still waits for an event or a signal at
	// the end, and the test did not call [Run.RequireWaiting], or if no event can
	// meet the condition of a wait.
	CheckWaits
	// CheckMocks fails the test if a mock never answers a step.
	CheckMocks
	// CheckSends fails the test if a function sends an event outside its steps,
	// with App.Sender or App.Client.
	CheckSends
	// CheckValidation fails the test if a run fails because an event is invalid,
	// and the test did not call [Run.RequireFailed].
	CheckValidation
	// CheckFaults fails the test if a fault never happens.
	CheckFaults
)

// New returns an [Env] for a test of an app, of functions, or of services with
// functions. For functions and services it creates an app. From this call to the
// end of the test, all that the app sends stays in the process. Only one Env can
// have an app at a time. New fails the test if a function cannot be registered.
//
// If INNGEST_DEV_SERVER_URL is set, the test runs against the Inngest server at
// that URL, in real time: see [Env.UsesRealServer].
func New(t testing.TB, sources ...inngestkit.Source) *Env {
	t.Helper()
	return Config{}.New(t, sources...)
}

// New is like the function [New], with the settings of c.
func (c Config) New(t testing.TB, sources ...inngestkit.Source) *Env {
	t.Helper()
	url := strings.TrimSpace(os.Getenv("INNGEST_DEV_SERVER_URL"))
	if url == "" {
		return c.newEnv(t, nil, sources)
	}
	if inBubble() { // where time stands still during a request
		skipOnRealServer(t, "a bubble of testing/synctest")
	}
	return c.newEnv(t, overHTTP(url), sources)
}

// newEnv makes an Env that uses the server behind a connection, or the embedded
// engine if that is nil.
func (c Config) newEnv(t testing.TB, server *connection, sources []inngestkit.Source) *Env {
	t.Helper()
	app := c.app(t, sources)
	if c.IdleTimeout <= 0 {
		c.IdleTimeout = time.Minute
	}
	e := &Env{t: t, app: app, cfg: c, order: c.StepOrder, deliverAll: c.Deliver, runs: map[string]*Run{}, calls: map[string]*delivery{}, deliver: map[string]*site{}}
	if server != nil {
		e.real = &realServer{env: e, connection: server, progress: map[string]*progress{}}
	}
	e.begin()
	return e
}

// app returns the app among the sources, or an app created for them.
func (c Config) app(t testing.TB, sources []inngestkit.Source) *inngestkit.App {
	t.Helper()
	var app *inngestkit.App
	rest := make([]inngestkit.Source, 0, len(sources))
	for _, source := range sources {
		a, ok := source.(*inngestkit.App)
		switch {
		case source == nil:
			t.Fatal("inngesttest: a source is nil; pass an app, functions, or services with Functions()")
		case ok && a == nil:
			t.Fatal("inngesttest: the app is nil; did inngestkit.New return an error?")
		case ok && app == nil:
			app = a
			continue
		case ok:
			t.Fatal("inngesttest: New was called with two apps; create an Env for each")
		}
		rest = append(rest, source)
	}
	switch {
	case len(sources) == 0:
		t.Fatal("inngesttest: New was called without an app or functions; write New(t, app), or New(t, fn, fn…)")
	case app != nil && len(rest) > 0:
		t.Fatal("inngesttest: New was called with an app and functions; register the functions with the app, or leave out the app")
	case app != nil:
		return app
	}
	if c.AppID == "" {
		c.AppID = "test"
	}
	app, err := inngestkit.New(inngestkit.Config{AppID: c.AppID, Mode: inngestkit.ModeDev})
	if err == nil {
		err = app.Register(rest...)
	}
	if err != nil {
		t.Fatalf("inngesttest: the functions cannot be registered:\n%v", err)
	}
	return app
}
