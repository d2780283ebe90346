package devserver_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/devserver"
)

// TestRegistrationsNeedTheKey registers apps at a server with a signing key. It
// accepts what Inngest Cloud accepts.
func TestRegistrationsNeedTheKey(t *testing.T) {
	const key = "signkey-test-0123456789abcdef"
	const hashed = "signkey-test-55c53f5d490297900cefa825d0c8e8e9532ee8a118abe7d8570762cd38be9818"
	log := make(logLines, 1000)
	s := serve(t, devserver.Config{SigningKey: key, PollInterval: -1, Logger: slog.New(slog.NewTextHandler(log, nil))})
	api := s.URL()
	sync := func(app string) string {
		return `{"appName":"` + app + `","url":"http://127.0.0.1:1/api/inngest","functions":[{"id":"` + app + `-f","name":"f","triggers":[{"event":"e"}],"steps":{"step":{"runtime":{"url":"http://127.0.0.1:1/api/inngest"}}}}]}`
	}
	for _, c := range []struct {
		app, authorization string
		status             int
		code, says         string
	}{
		{"unsigned", "", http.StatusUnauthorized, "no-signing-key", "not signed"},
		{"forged", "Bearer signkey-test-00", http.StatusUnauthorized, "wrong-key", "another key"},
		{"signed", "Bearer " + hashed, http.StatusOK, "", ""},
		{"signed", "Bearer " + key, http.StatusOK, "", ""},
		{"renamed", "", http.StatusUnauthorized, "no-signing-key", "not signed"},
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut} {
			res, body := call(t, method, api+"/fn/register", sync(c.app), "Authorization", c.authorization)
			if res.StatusCode != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%+v: got %d %s", c, res.StatusCode, body)
			}
			states := appStates(t, api)
			if len(states) != 1 || states[0].URL != "http://127.0.0.1:1/api/inngest" {
				t.Fatalf("%+v: known are %+v", c, states)
			}
			r := states[0].Reason
			if c.code == "" && r != nil || c.code != "" && (r == nil || r.Code != c.code || !strings.Contains(r.Fix, "INNGEST_SIGNING_KEY")) {
				t.Errorf("%+v: the reason is %+v", c, r)
			}
		}
		if c.code != "" {
			wantLogged(t, log, "http://127.0.0.1:1/api/inngest", c.says, "INNGEST_BASE_URL")
		}
	}
	_, body := call(t, http.MethodGet, api+"/dev", "")
	if !strings.Contains(body, "signed-f") || strings.Contains(body, "unsigned") || strings.Contains(body, "forged") || strings.Contains(body, "renamed") {
		t.Errorf("registered are %s", body)
	}
}

// TestUnsignedAppIsTold asks an app in dev mode to sync with a server that has a
// signing key.
func TestUnsignedAppIsTold(t *testing.T) {
	s := serve(t, devserver.Config{SigningKey: "signkey-test-0123456789abcdef", PollInterval: often})
	api, dev := s.URL(), true
	app := listen(t, sdkApp(t, inngestgo.ClientOpts{Dev: &dev, APIBaseURL: &api}, "fn", nothing)) + "/api/inngest"
	add(t, api, app)
	r := waitApp(t, api, func(a appState) bool { return a.URL == app && a.Reason != nil }).Reason
	if !strings.Contains(r.Fix, "without INNGEST_DEV") {
		t.Errorf("got %+v", *r)
	}
	if res, body := call(t, http.MethodPut, app, "", "X-Inngest-Server-Kind", "dev"); res.StatusCode == http.StatusOK {
		t.Errorf("the app synced: %s", body)
	}
}
