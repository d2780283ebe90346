package inngesttest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestRealURL sets INNGEST_DEV_SERVER_URL to URLs without an Inngest server.
func TestRealURL(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	for url, why := range map[string]string{
		"http://127.0.0.1:1": "connection refused",
		"127.0.0.1:8288":     "first path segment",
		"localhost:8288":     "unsupported protocol scheme",
		other.URL:            "404 page not found",
	} {
		t.Run(url, func(t *testing.T) {
			t.Setenv("INNGEST_DEV_SERVER_URL", url)
			text := record(t, func(tb testing.TB) { inngesttest.NewFunctions(tb, waits("")) })
			for _, want := range []string{"inngesttest: INNGEST_DEV_SERVER_URL is \"" + url + "\"", why, "such as http://127.0.0.1:8288"} {
				if !strings.Contains(text, want) {
					t.Errorf("the message is without %q:\n%s", want, text)
				}
			}
			if strings.Contains(text, "http://inngest.test") {
				t.Errorf("the message names a server that the user did not:\n%s", text)
			}
		})
	}
}

// TestRealInBubble would wait forever if New did not skip it, as no time passes in a
// bubble during a request.
func TestRealInBubble(t *testing.T) {
	t.Setenv("INNGEST_DEV_SERVER_URL", "http://127.0.0.1:1")
	synctest.Test(t, func(t *testing.T) {
		var skipped *recordingTB
		text := record(t, func(tb testing.TB) {
			skipped = tb.(*recordingTB)
			inngesttest.NewFunctions(tb, on(func(context.Context, input) (any, error) { return nil, nil }))
			t.Error("the test went on")
		})
		equal(t, "what it says", text, "")
		equal(t, "that it is skipped", skipped.skipped, true)
	})
}
