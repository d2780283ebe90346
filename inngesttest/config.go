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
	// AppID is the id of the app that NewFunctions creates. It is the first part of
	// the functions' full ids. Defaults to "test".
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
	// with App.PlainSender or App.Client.
	CheckSends
	// CheckValidation fails the test if a run fails because an event is invalid,
	// and the test did not call [Run.RequireFailed].
	CheckValidation
	// CheckFaults fails the test if a fault never happens.
	CheckFaults
)

// New returns an [Env] for a test of an app. From this call to the end of the
// test, all that the app sends stays in the process. Only one Env can have an
// app at a time.
//
// If INNGEST_DEV_SERVER_URL is set, the test runs against the Inngest server at
// that URL, in real time: see [Env.UsesRealServer].
func New(t testing.TB, app *inngestkit.App) *Env {
	t.Helper()
	return Config{}.New(t, app)
}

// NewFunctions returns an [Env] for a test of functions, or of services with
// functions. It creates an app for them, and fails the test if a function
// cannot be registered. Otherwise it does the same as [New].
func NewFunctions(t testing.TB, sources ...inngestkit.Source) *Env {
	t.Helper()
	return Config{}.NewFunctions(t, sources...)
}

// New is like the function [New], with the settings of c.
func (c Config) New(t testing.TB, app *inngestkit.App) *Env {
	t.Helper()
	if app == nil {
		t.Fatal("inngesttest: the app is nil; did inngestkit.New return an error?")
	}
	url := strings.TrimSpace(os.Getenv("INNGEST_DEV_SERVER_URL"))
	if url == "" {
		return c.newEnv(t, nil, app)
	}
	if inBubble() { // where time stands still during a request
		skipOnRealServer(t, "a bubble of testing/synctest")
	}
	return c.newEnv(t, overHTTP(url), app)
}

// NewFunctions is like the function [NewFunctions], with the settings of c.
func (c Config) NewFunctions(t testing.TB, sources ...inngestkit.Source) *Env {
	t.Helper()
	return c.New(t, c.app(t, sources))
}

// newEnv makes an Env that uses the server behind a connection, or the embedded
// engine if that is nil.
func (c Config) newEnv(t testing.TB, server *connection, app *inngestkit.App) *Env {
	t.Helper()
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

// app creates an app for functions.
func (c Config) app(t testing.TB, sources []inngestkit.Source) *inngestkit.App {
	t.Helper()
	if len(sources) == 0 {
		t.Fatal("inngesttest: NewFunctions was called without functions; write New(t, app), or NewFunctions(t, fn, fn…)")
	}
	for _, source := range sources {
		if source == nil {
			t.Fatal("inngesttest: a source is nil; pass functions, or services with Functions()")
		}
	}
	if c.AppID == "" {
		c.AppID = "test"
	}
	app, err := inngestkit.New(inngestkit.Config{AppID: c.AppID, Mode: inngestkit.ModeDev})
	if err == nil {
		err = app.Register(sources...)
	}
	if err != nil {
		t.Fatalf("inngesttest: the functions cannot be registered:\n%v", err)
	}
	return app
}
