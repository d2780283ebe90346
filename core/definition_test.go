package inngestkit_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// newWithLog makes an app and returns its warnings.
func newWithLog(t *testing.T, c inngestkit.Config) (*inngestkit.App, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	c.AppID, c.Mode = "shop", inngestkit.ModeDev
	c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	app, err := inngestkit.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return app, &log
}

// A wrong definition of another part of the program is no reason to refuse an
// app: it is a warning, once in a process, that names the place.
func TestWrongDefinitionsElsewhereAreWarnings(t *testing.T) {
	wrong := inngestkit.DefineEvent[*orderData]("test/wrong.elsewhere")
	for _, strict := range []bool{true, false} {
		app, log := newWithLog(t, inngestkit.Config{Strict: strict, Events: []inngestkit.Definition{orderCreated}})
		if !strict {
			if log.Len() > 0 {
				t.Errorf("the second app warns again:\n%s", log)
			}
		} else {
			for _, word := range []string{"test/wrong.elsewhere", "definition_test.go:", "pointer", "fix="} {
				if !strings.Contains(log.String(), word) {
					t.Errorf("the warning does not name %q:\n%s", word, log)
				}
			}
		}
		if err := app.Register(fn(one)); err != nil {
			t.Errorf("an app that does not use the definition is refused: %v", err)
		}
	}

	// The app that uses it refuses it, in Config.Events or at Register.
	_, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Events: []inngestkit.Definition{wrong}})
	wantMistakes(t, err, "test/wrong.elsewhere")
}

// A definition that an app meets at Register is checked there.
func TestDefinitionsMetAtRegister(t *testing.T) {
	app, _ := newWithLog(t, inngestkit.Config{})
	late := inngestkit.DefineEvent[map[string]any]("test/late with spaces")
	for range 2 { // it stays wrong
		err := app.Register(inngestkit.NewFunction(opts("late"), late.Trigger(), one))
		mistake, ok := errors.AsType[*inngestkit.ConfigError](err)
		if !ok || !strings.Contains(err.Error(), `event "test/late with spaces"`) || !strings.Contains(err.Error(), "definition_test.go:") {
			t.Errorf("got %v (%v)", err, mistake)
		}
		if n := len(app.Registered()); n != 0 {
			t.Errorf("%d functions were registered", n)
		}
	}
	if err := app.Register(fn(one)); err != nil {
		t.Error(err)
	}
}

// Tests in tables may define bad events: those that nothing uses make one
// warning each.
func TestEachWrongDefinitionIsWarnedAbout(t *testing.T) {
	names := []string{"test/a b", "test/*.b", ""}
	for _, name := range names {
		inngestkit.DefineEvent[orderData](name)
	}
	_, log := newWithLog(t, inngestkit.Config{})
	for _, name := range names {
		if n := strings.Count(log.String(), fmt.Sprintf(`event \"%s\" (core/definition_test.go:`, name)); n != 1 {
			t.Errorf("%d warnings of %q, want 1:\n%s", n, name, log)
		}
	}
}
