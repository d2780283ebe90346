package inngestkit_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// mistake is one that New or Register reports.
type mistake struct {
	name   string
	env    map[string]string
	config inngestkit.Config
	// register makes the sources to register with a sound app.
	register func() []inngestkit.Source
}

func (c mistake) err(t *testing.T) error {
	t.Helper()
	setenv(t, c.env)
	if c.register == nil {
		_, err := inngestkit.New(c.config)
		return err
	}
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		t.Fatal(err)
	}
	return app.Register(c.register()...)
}

var position = regexp.MustCompile(`[\w/-]+\.go:\d+`)

func TestMistakes(t *testing.T) {
	var text bytes.Buffer
	for _, c := range append(configMistakes, registerMistakes()...) {
		t.Run(c.name, func(t *testing.T) {
			err := c.err(t)
			mistake, ok := errors.AsType[*inngestkit.ConfigError](err)
			if !ok {
				t.Fatalf("got %v, want a *ConfigError", err)
			}
			if mistake.Where == "" || mistake.Problem == "" || mistake.Fix == "" {
				t.Errorf("something is missing in %#v", mistake)
			}
			for _, secret := range []string{"c0ffee", "hunter2"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%v quotes a secret", err)
				}
			}
			fmt.Fprintf(&text, "# %s\n%s\n\n", c.name, position.ReplaceAllString(err.Error(), "FILE:LINE"))
		})
	}
	golden(t, "mistakes.golden", text.Bytes())
}

func TestMistakesAreReportedTogether(t *testing.T) {
	setenv(t, map[string]string{"INNGEST_DEV": "maybe", "INNGEST_SERVE_PATH": "api"})
	pointer := inngestkit.DefineEvent[*orderData]("test/pointer")
	_, err := inngestkit.New(inngestkit.Config{AppID: "my shop", CallTimeout: -1, Events: []inngestkit.Definition{pointer}})
	wantMistakes(t, err, "Config.AppID", "INNGEST_DEV", "INNGEST_SERVE_PATH", "Config.CallTimeout", `event "test/pointer"`)
}

func TestRegisterReportsMistakesTogether(t *testing.T) {
	setenv(t, nil)
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		t.Fatal(err)
	}
	err = app.Register(
		inngestkit.NewFunction[orderData](opts(""), orderCreated.Trigger(), nil),
		inngestkit.NewFunction(opts("tick"), inngestkit.Cron("@daily"), one),
		nil,
	)
	wantMistakes(t, err, `function ""`, `function ""`, `function "tick"`, "source 2")
	if n := len(app.Registered()); n != 0 {
		t.Errorf("%d functions were registered", n)
	}
}

func wantMistakes(t *testing.T, err error, where ...string) {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("got %v, want joined errors", err)
	}
	all := joined.Unwrap()
	for i, err := range all {
		if i >= len(where) || !strings.Contains(err.Error(), where[i]) {
			t.Errorf("mistake %d is not expected: %v", i, err)
		}
	}
	if len(all) < len(where) {
		t.Errorf("%d mistakes, want %d", len(all), len(where))
	}
}
