package main_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// TestAppsOfOneID starts a dev server and two apps of one id, which the log, the
// list of apps and the doctor name, and removes one of them.
func TestAppsOfOneID(t *testing.T) {
	t.Parallel()
	s := dev(t, nil, "-p", "0", "--no-poll")
	first := shop(t, inngestkit.Config{DevServerURL: s.url}, done)
	second := shop(t, inngestkit.Config{DevServerURL: s.url}, done)
	s.add(t, first)
	s.add(t, second)
	line := s.logged(t, "an app has a problem", "what")
	if what, _ := line["what"].(string); !strings.Contains(what, first) || !strings.Contains(what, second) {
		t.Errorf("it logged %v, want both addresses", line)
	}
	for _, args := range [][]string{{"apps", "--url", s.url}, {"doctor", first, "--server", s.url}, {"doctor", second, "--server", s.url}} {
		got := run(t, args...)
		if !strings.Contains(got.out, `two apps have the id "shop"`) || !strings.Contains(got.out, first) || !strings.Contains(got.out, second) || !strings.Contains(got.out, "fix ") {
			t.Errorf("%v: %+v", args, got)
		}
	}
	if got := run(t, "apps", "rm", first, "--url", s.url); got.code != 0 || strings.Contains(got.out, first) || !strings.Contains(got.out, "shop at "+second+": synced") {
		t.Errorf("got %+v", got)
	}
	if got := run(t, "doctor", second, "--server", s.url); got.code != 0 {
		t.Errorf("when the other app was removed: %+v", got)
	}
	if got := run(t, "apps", "rm", "shop", "--url", s.url); got.code != 0 || got.out != "no apps\n" {
		t.Errorf("got %+v", got)
	}
	if got := run(t, "apps", "rm", "shop", "--url", s.url); got.code != 1 || !strings.Contains(got.errout, "no app has the id or URL shop") {
		t.Errorf("got %+v", got)
	}
	s.stop(t)
}

func TestAppsFailures(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(nil)
	t.Cleanup(web.Close)
	s := dev(t, nil, "-p", "0", "--signing-key", "signkey-test-0123456789abcdef")
	for want, args := range map[string][]string{
		"no server listens at http://127.0.0.1:1":      {"--url", "http://127.0.0.1:1"},
		"(status 404) is not an inngestkit dev server": {"--url", web.URL},
		"the signing key as a bearer token":            {"rm", "shop", "--url", s.url},
		"no app has the id or URL shop":                {"rm", "shop", "--url", s.url, "--signing-key", "signkey-test-0123456789abcdef"},
	} {
		if got := run(t, append([]string{"apps"}, args...)...); got.code != 1 || got.out != "" || !strings.Contains(got.errout, want) {
			t.Errorf("%v: %+v, want %q", args, got, want)
		}
	}
	got := run(t, "apps", "--json", "--url", s.url)
	if apps := []any{"not decoded"}; json.Unmarshal([]byte(got.out), &apps) != nil || got.code != 0 || len(apps) != 0 {
		t.Errorf("got %+v", got)
	}
	s.stop(t)
}

// TestUnsignedSyncIsRefused syncs an app in dev mode with a server that has a
// signing key: the error of app.Sync, the log and the list of apps say why.
func TestUnsignedSyncIsRefused(t *testing.T) {
	t.Parallel()
	s := dev(t, nil, "-p", "0", "--signing-key", "signkey-test-0123456789abcdef")
	for name, c := range map[string]struct {
		config inngestkit.Config
		want   string
	}{
		"unsigned":     {inngestkit.Config{DevServerURL: s.url}, "is not signed"},
		"wrong key":    {inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: "signkey-test-00", EventKey: "k", BaseURL: s.url}, "signed with another key"},
		"the same key": {inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: "signkey-test-0123456789abcdef", EventKey: "k", BaseURL: s.url}, ""},
	} {
		c.config.AppID = "shop"
		app, err := inngestkit.New(c.config)
		if err != nil {
			t.Fatal(err)
		}
		event := inngestkit.DefineEvent[map[string]any]("unsigned/" + strings.ReplaceAll(name, " ", "-"))
		if err := app.Register(inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, event.Trigger(),
			func(context.Context, inngestgo.Input[map[string]any]) (any, error) { return nil, nil })); err != nil {
			t.Fatal(err)
		}
		web := httptest.NewServer(app.Handler())
		t.Cleanup(web.Close)
		err = app.Sync(t.Context(), web.URL+"/api/inngest")
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "INNGEST_SIGNING_KEY") {
			t.Errorf("%s: got %v", name, err)
		}
		if got := run(t, "apps", "--url", s.url); !strings.Contains(got.out, c.want) {
			t.Errorf("%s: the list is %+v", name, got)
		}
	}
	s.stop(t)
}
