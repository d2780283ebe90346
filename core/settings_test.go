package inngestkit_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// inspect asks an app, as Inngest would, for its configuration.
func inspect(t *testing.T, app *inngestkit.App, key string) wire.Inspection {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/inngest", nil)
	r.Header.Set(wire.HeaderSignature, signature.Sign(key, nil, time.Now()))
	w := httptest.NewRecorder()
	app.Handler().ServeHTTP(w, r)
	var got wire.Inspection
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("answered %d %s", w.Code, w.Body)
	}
	if got.PrivateInspection == nil {
		t.Fatalf("answered only %s", w.Body)
	}
	return got
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// seen is the configuration in an inspection.
type seen struct{ Mode, API, EventAPI, Env, Origin, Path string }

func TestEnvironment(t *testing.T) {
	const (
		devServer = inngestkit.DefaultDevServerURL
		cloudAPI  = inngestkit.DefaultAPIBaseURL
		cloudSend = inngestkit.DefaultEventAPIBaseURL
	)
	cloud := seen{Mode: "cloud", API: cloudAPI, EventAPI: cloudSend}
	dev := seen{Mode: "dev", API: devServer, EventAPI: devServer}
	at := func(mode, api, event string) seen { return seen{Mode: mode, API: api, EventAPI: event} }
	type env map[string]string

	for name, c := range map[string]struct {
		env    env
		config inngestkit.Config
		want   seen
	}{
		"nothing":                {nil, inngestkit.Config{}, cloud},
		"0":                      {env{"INNGEST_DEV": "0"}, inngestkit.Config{}, cloud},
		"false":                  {env{"INNGEST_DEV": "False"}, inngestkit.Config{}, cloud},
		"off":                    {env{"INNGEST_DEV": "off"}, inngestkit.Config{}, cloud},
		"blank":                  {env{"INNGEST_DEV": " "}, inngestkit.Config{}, cloud},
		"1":                      {env{"INNGEST_DEV": "1"}, inngestkit.Config{}, dev},
		"true":                   {env{"INNGEST_DEV": "TRUE "}, inngestkit.Config{}, dev},
		"URL":                    {env{"INNGEST_DEV": "http://dev:1/"}, inngestkit.Config{}, at("dev", "http://dev:1", "http://dev:1")},
		"cloud mode wins":        {env{"INNGEST_DEV": "1"}, inngestkit.Config{Mode: inngestkit.ModeCloud}, cloud},
		"dev mode wins":          {env{"INNGEST_DEV": "0"}, inngestkit.Config{Mode: inngestkit.ModeDev}, dev},
		"dev mode takes the URL": {env{"INNGEST_DEV": "http://dev:1"}, inngestkit.Config{Mode: inngestkit.ModeDev}, at("dev", "http://dev:1", "http://dev:1")},
		"dev server wins":        {env{"INNGEST_DEV": "http://dev:1"}, inngestkit.Config{DevServerURL: "http://other:2"}, at("dev", "http://other:2", "http://other:2")},
		"dev server means dev":   {nil, inngestkit.Config{DevServerURL: "http://other:2"}, at("dev", "http://other:2", "http://other:2")},
		"base URL":               {env{"INNGEST_BASE_URL": "https://self:1/"}, inngestkit.Config{}, at("cloud", "https://self:1", "https://self:1")},
		"base URL over dev":      {env{"INNGEST_BASE_URL": "https://self:1", "INNGEST_DEV": "1"}, inngestkit.Config{}, at("dev", "https://self:1", "https://self:1")},
		"API URL over base":      {env{"INNGEST_BASE_URL": "https://self:1", "INNGEST_API_BASE_URL": "https://api:2"}, inngestkit.Config{}, at("cloud", "https://api:2", "https://self:1")},
		"event URL over base":    {env{"INNGEST_BASE_URL": "https://self:1", "INNGEST_EVENT_API_BASE_URL": "https://events:3"}, inngestkit.Config{}, at("cloud", "https://self:1", "https://events:3")},
		"variable over base":     {env{"INNGEST_API_BASE_URL": "https://api:2"}, inngestkit.Config{BaseURL: "https://own:4"}, at("cloud", "https://api:2", "https://own:4")},
		"fields over variables":  {env{"INNGEST_API_BASE_URL": "https://api:2", "INNGEST_EVENT_API_BASE_URL": "https://events:3"}, inngestkit.Config{APIBaseURL: "https://own:4", EventAPIBaseURL: "https://own:5"}, at("cloud", "https://own:4", "https://own:5")},
		"serve":                  {env{"INNGEST_SERVE_ORIGIN": "https://shop", "INNGEST_SERVE_PATH": "/hook"}, inngestkit.Config{}, seen{"cloud", cloudAPI, cloudSend, "", "https://shop", "/hook"}},
		"serve host":             {env{"INNGEST_SERVE_HOST": "https://old/"}, inngestkit.Config{}, seen{"cloud", cloudAPI, cloudSend, "", "https://old", ""}},
		"serve origin over host": {env{"INNGEST_SERVE_HOST": "https://old", "INNGEST_SERVE_ORIGIN": "https://shop"}, inngestkit.Config{}, seen{"cloud", cloudAPI, cloudSend, "", "https://shop", ""}},
		"serve fields":           {env{"INNGEST_SERVE_ORIGIN": "https://shop", "INNGEST_SERVE_PATH": "/hook"}, inngestkit.Config{ServeOrigin: "https://own", ServePath: "/own"}, seen{"cloud", cloudAPI, cloudSend, "", "https://own", "/own"}},
		"environment":            {env{"INNGEST_ENV": "pr-1"}, inngestkit.Config{}, seen{"cloud", cloudAPI, cloudSend, "pr-1", "", ""}},
		"environment field":      {env{"INNGEST_ENV": "pr-1"}, inngestkit.Config{Env: "pr-2"}, seen{"cloud", cloudAPI, cloudSend, "pr-2", "", ""}},
		"a trailing line break":  {env{"INNGEST_ENV": "pr-1\n"}, inngestkit.Config{}, seen{"cloud", cloudAPI, cloudSend, "pr-1", "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			variables := env{"INNGEST_APP_ID": "from-env", "INNGEST_SIGNING_KEY": signingKey, "INNGEST_EVENT_KEY": "from-env"}
			maps.Copy(variables, c.env)
			setenv(t, variables)
			app, err := inngestkit.New(c.config)
			if err != nil {
				t.Fatal(err)
			}
			i := inspect(t, app, signingKey)
			got := seen{i.Mode, i.APIOrigin, i.EventAPIOrigin, deref(i.Env), deref(i.ServeOrigin), deref(i.ServePath)}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if i.AppID != "from-env" || app.ID() != "from-env" || !i.HasEventKey {
				t.Errorf("id %q, event key %t: not from the environment", i.AppID, i.HasEventKey)
			}
		})
	}
}

func TestKeysOfTheEnvironment(t *testing.T) {
	setenv(t, map[string]string{
		"INNGEST_APP_ID": "from-env", "INNGEST_EVENT_KEY": "from-env",
		"INNGEST_SIGNING_KEY": signingKey, "INNGEST_SIGNING_KEY_FALLBACK": fallbackKey,
	})
	app, err := inngestkit.New(inngestkit.Config{AppID: "own"})
	if err != nil {
		t.Fatal(err)
	}
	if id := inspect(t, app, fallbackKey).AppID; id != "own" {
		t.Errorf("the app's id is %q, want that of its Config", id)
	}
	const other = "signkey-prod-aa00"
	app, err = inngestkit.New(inngestkit.Config{SigningKey: other})
	if err != nil {
		t.Fatal(err)
	}
	inspect(t, app, other)
}

func TestEnvironmentIsReadOnce(t *testing.T) {
	setenv(t, map[string]string{"INNGEST_APP_ID": "shop", "INNGEST_DEV": "http://dev:1", "INNGEST_SIGNING_KEY": signingKey})
	app, err := inngestkit.New(inngestkit.Config{})
	if err != nil {
		t.Fatal(err)
	}
	before := inspect(t, app, signingKey)
	setenv(t, map[string]string{"INNGEST_APP_ID": "other", "INNGEST_DEV": "0", "INNGEST_SIGNING_KEY": fallbackKey, "INNGEST_EVENT_KEY": "late"})
	if diff := cmp.Diff(before, inspect(t, app, signingKey)); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}
