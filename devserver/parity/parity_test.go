package parity

import (
	"flag"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/inngestkit/inngestkit/devserver"
)

// serverURL names the official dev server.
const serverURL = "INNGEST_DEV_SERVER_URL"

// scenario is one story that both servers must play.
type scenario struct {
	name  string
	shows string // the assertions, in words
	// differs lists the differences on purpose. Only with them may play call
	// pick.
	differs string
	play    func(*kit)
}

// server is a dev server by its URL.
type server struct {
	url      string
	official bool
}

func TestMain(m *testing.M) {
	flag.Parse()
	// Scenarios wait more than they compute, so by default more of them run at
	// once than there are processors.
	parallel := false
	flag.Visit(func(f *flag.Flag) { parallel = parallel || f.Name == "test.parallel" })
	if !parallel {
		if err := flag.Set("test.parallel", "64"); err != nil {
			panic(err)
		}
	}
	// Only by this variable does the SDK know that a dev server calls an endpoint.
	if err := os.Setenv("INNGEST_DEV", "1"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

func TestOurs(t *testing.T) {
	t.Parallel()
	s, err := devserver.Start(t.Context(), devserver.Config{
		Addr: "127.0.0.1:0", PollInterval: -1, Logger: slog.New(slog.DiscardHandler), // as the official one runs
		RetryBackoff: func(int) time.Duration { return 200 * time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	playAll(t, server{url: s.URL()})
}

func TestOfficial(t *testing.T) {
	t.Parallel()
	url := strings.TrimSuffix(os.Getenv(serverURL), "/")
	if url == "" {
		t.Skip(serverURL + " is not set: start the official dev server with `inngest dev --no-discovery --no-poll --retry-interval 1`, and set it to that server's URL")
	}
	playAll(t, server{url: url, official: true})
}

func playAll(t *testing.T, s server) {
	t.Helper()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	for _, sc := range scenarios() {
		t.Run(strings.ReplaceAll(sc.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			k := newKit(t, s, sc)
			sc.play(k)
			for _, check := range k.later {
				check()
			}
		})
	}
}
