package inngestkit_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/sdk"
)

// differing are the differences that a trial of another SDK might find.
var differing = []sdk.Difference{
	{Call: "a stored step", Want: "200 42", Got: "200 0"},
	{Call: "a targeted step", Want: "206 StepRun b", Got: "206 StepRun a"},
}

// wantDifferences checks that a text names the SDK in use, the first
// difference, how many more there are, and the version to pin.
func wantDifferences(t *testing.T, text string) {
	t.Helper()
	for _, word := range []string{
		"github.com/inngest/inngestgo v" + sdk.Version(),
		"a stored step", "200 42", "200 0", "and 1 more",
		"go get github.com/inngest/inngestgo@v" + sdk.Tested,
	} {
		if !strings.Contains(text, word) {
			t.Errorf("%q does not name %q", text, word)
		}
	}
}

func TestNewRefusesAnSDKThatDiffers(t *testing.T) {
	inngestkit.SetTrial(t, differing...)
	_, err := inngestkit.New(inngestkit.Config{AppID: "my shop", Mode: inngestkit.ModeDev})
	wantMistakes(t, err, "Config.AppID", "github.com/inngest/inngestgo v")
	wantDifferences(t, err.Error())
	_, err = inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	mistake, ok := errors.AsType[*inngestkit.ConfigError](err)
	if !ok {
		t.Fatalf("got %v, want a *ConfigError", err)
	}
	if !strings.Contains(mistake.Fix, "Config.AllowUntestedSDK") {
		t.Errorf("the fix %q does not name the way to try the version", mistake.Fix)
	}
}

func TestUntestedSDKIsAWarningWhereItIsAllowed(t *testing.T) {
	inngestkit.SetTrial(t, differing...)
	var log bytes.Buffer
	c := inngestkit.Config{
		AppID: "shop", Mode: inngestkit.ModeDev, AllowUntestedSDK: true,
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if _, err := inngestkit.New(c); err != nil {
		t.Fatal(err)
	}
	wantDifferences(t, log.String())
	if n := strings.Count(log.String(), "inngestgo v"); n != 1 {
		t.Errorf("there are %d warnings, want 1:\n%s", n, &log)
	}
	c.Strict = true // turns warnings into errors
	_, err := inngestkit.New(c)
	wantMistakes(t, err, "github.com/inngest/inngestgo v")
	wantDifferences(t, err.Error())
}

func TestNewFindsTheTestedSDK(t *testing.T) {
	t.Parallel()
	if h := newHook(t, inngestkit.Config{}); strings.Contains(h.log.String(), "inngestgo") {
		t.Errorf("the log is\n%s", h.log)
	}
}
