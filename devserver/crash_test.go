package devserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

// The environment that makes the test binary a dev server, to be killed.
const (
	crashDir  = "INNGESTKIT_CRASH_DIR"
	crashAddr = "INNGESTKIT_CRASH_ADDR"
)

// serveUntilKilled runs a server that stores its data, and prints its URL.
func serveUntilKilled(dir, addr string) {
	s, err := devserver.Start(context.Background(), devserver.Config{
		Addr: addr, DataDir: dir, Logger: quiet, RetryBackoff: func(int) time.Duration { return 10 * time.Millisecond },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.URL())
	<-s.Done()
}

// crashing is a dev server in a separate process, and an app that outlives it.
type crashing struct {
	*testing.T
	dir, url string
	process  *exec.Cmd
	client   http.Client // not the default one, whose connections other tests close

	mu    sync.Mutex
	ran   map[string]int // by run and step
	total int
	ended map[string]int // calls that ended a run
	moved *sync.Cond
}

func (c *crashing) start(addr string) {
	c.Helper()
	c.process = exec.Command(os.Args[0])
	c.process.Env = append(os.Environ(), crashDir+"="+c.dir, crashAddr+"="+addr)
	c.process.Stderr = os.Stderr
	out, err := c.process.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		c.Fatal(err)
	}
	if c.url, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		c.Fatal("the server did not start: ", err)
	}
	c.url = strings.TrimSpace(c.url)
}

// kill kills the process at once.
func (c *crashing) kill() {
	_ = c.process.Process.Kill()
	_ = c.process.Wait()
}

// five is a function of five steps, and counts them.
func (c *crashing) five(ctx context.Context, in input) (any, error) {
	run := in.InputCtx.RunID
	for i := range 5 {
		if _, err := step.Run(ctx, fmt.Sprint("step-", i), func(context.Context) (int, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.ran[fmt.Sprint(run, i)]++
			c.total++
			c.moved.Broadcast()
			return i, nil
		}); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended[run]++
	c.moved.Broadcast()
	return "done", nil
}

// until waits until a condition on the counts is true.
func (c *crashing) until(met func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !met() {
		c.moved.Wait()
	}
}

// TestCrash kills a server in the middle of many runs, twice: all of them end,
// once, and no step whose result the server had accepted runs again.
func TestCrash(t *testing.T) {
	t.Parallel()
	const kills = 2
	runs := 1000
	if testing.Short() {
		runs = 250
	}
	c := &crashing{T: t, dir: t.TempDir(), ran: map[string]int{}, ended: map[string]int{}}
	c.moved = sync.NewCond(&c.mu)
	c.client.Transport = &http.Transport{}
	t.Cleanup(c.client.CloseIdleConnections)
	c.start("127.0.0.1:0")
	defer func() { c.kill() }()
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: new(true), Logger: quiet, APIBaseURL: new(c.url)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: "five"}, inngestgo.EventTrigger("go", nil), c.five); err != nil {
		t.Fatal(err)
	}
	app := httptest.NewServer(client.Serve())
	defer app.Close()
	c.request(http.MethodPut, app.URL+"/api/inngest", "", nil)

	var sent struct {
		IDs []string `json:"ids"`
	}
	c.request(http.MethodPost, c.url+"/e/key", "["+strings.Repeat(`{"name":"go"},`, runs-1)+`{"name":"go"}]`, &sent)
	for i := range kills {
		c.until(func() bool { return c.total >= (i+1)*runs*5/(kills+1) })
		c.kill()
		c.start(strings.TrimPrefix(c.url, "http://"))
	}
	c.until(func() bool { return len(c.ended) == runs })
	for _, id := range sent.IDs {
		c.completedOnce(id)
	}

	again := 0
	for step, n := range c.ran {
		if again += n - 1; n > 1+kills {
			t.Errorf("step %s ran %d times", step, n)
		}
	}
	if most := kills * 100; again > most { // as many calls are in flight at once
		t.Errorf("%d steps ran again, and at most %d were under way", again, most)
	}
	t.Logf("%d of %d steps were under way when the server was killed, and ran again", again, runs*5)
}

// completedOnce waits until the event's one run is known to have completed.
func (c *crashing) completedOnce(event string) {
	c.Helper()
	var reply struct {
		Data []struct {
			ID     string          `json:"run_id"`
			Status string          `json:"status"`
			Output json.RawMessage `json:"output"`
		} `json:"data"`
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		c.request(http.MethodGet, c.url+"/v1/events/"+event+"/runs", "", &reply)
		if len(reply.Data) == 1 && reply.Data[0].Status == "Completed" || time.Now().After(deadline) {
			break
		}
	}
	if len(reply.Data) != 1 || reply.Data[0].Status != "Completed" || string(reply.Data[0].Output) != `"done"` {
		c.Errorf("event %s: %+v", event, reply.Data)
	}
}

func (c *crashing) request(method, url, body string, reply any) {
	c.Helper()
	req, err := http.NewRequestWithContext(c.Context(), method, url, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	res, err := c.client.Do(req)
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		c.Fatalf("%s %s: %s", method, url, res.Status)
	}
	if reply != nil {
		if err := json.NewDecoder(res.Body).Decode(reply); err != nil {
			c.Fatal(err)
		}
	}
}
