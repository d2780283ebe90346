package devserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/devserver"
)

func TestAppsRequestsThatAskForNothing(t *testing.T) {
	s := serve(t, devserver.Config{})
	for _, body := range []string{`{"url":"http://127.0.0.1:1/api/inngest"}`, `{}`, `null`, `[]`, `x`} {
		res, answer := call(t, http.MethodPost, s.URL()+"/dev/apps", body)
		if res.StatusCode != http.StatusBadRequest || !strings.Contains(answer, `{\"urls\":[`) {
			t.Errorf("%s is answered %d %s, want 400 and what to write", body, res.StatusCode, answer)
		}
	}
	if states := appStates(t, s.URL()); len(states) != 0 {
		t.Errorf("the server keeps %+v", states)
	}
}
