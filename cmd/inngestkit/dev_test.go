package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestDevRunsFunctions(t *testing.T) {
	t.Parallel()
	s := dev(t, nil, "-p", "0")
	app := shop(t, inngestkit.Config{DevServerURL: s.url}, done)
	second := dev(t, nil, "-p", "0", "--sdk-url", "http://127.0.0.1:1/api/inngest", "-u", app)
	said := map[any]map[string]any{}
	for range 2 {
		line := second.logged(t, "does not sync", "fix")
		said[line["url"]] = line
	}
	if line := said["http://127.0.0.1:1/api/inngest"]; line["what"] != "nothing listens at 127.0.0.1:1" {
		t.Errorf("got %v", line)
	}
	if line := said[app]; line["fix"] != "start it with INNGEST_DEV="+second.url {
		t.Errorf("got %v", line)
	}
	second.stop(t)

	waitFor(t, s.url+"/dev", `"appName":"shop"`) // that is the server it synced with
	sent := inngestkitWith(t, `{"x":1}`, []string{"INNGEST_DEV=" + s.url}, "send", "go", "--data", "-", "--id", "mine")
	if sent.code != 0 || len(strings.Fields(sent.out)) != 1 || sent.errout != "" {
		t.Fatalf("got %+v", sent)
	}
	if body := waitFor(t, s.url+"/v1/events/"+strings.TrimSpace(sent.out)+"/runs", `"status":"Completed"`); !strings.Contains(body, `"x":1`) {
		t.Errorf("got %s", body)
	}
	s.stop(t)
}

func TestDevRehearsesCloudMode(t *testing.T) {
	t.Parallel()
	const key = "signkey-test-0123456789abcdef"
	s := dev(t, nil, "--port=0", "--signing-key", key, "--event-key", "secret")
	app := shop(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: key, EventKey: "secret", BaseURL: s.url}, done)
	s.add(t, app)
	if got := run(t, "send", "go", "--url", s.url); got.code != 1 || !strings.Contains(got.errout, "status 401") {
		t.Errorf("without the event key: %+v", got)
	}
	sent := run(t, "send", "go", "--url", s.url, "--event-key", "secret")
	if sent.code != 0 {
		t.Fatalf("got %+v", sent)
	}
	req, err := http.NewRequest(http.MethodGet, s.url+"/v1/events/"+strings.TrimSpace(sent.out)+"/runs", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	for ended := false; !ended; {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			ended = ended || strings.Contains(lines.Text(), `"status":"Completed"`)
		}
		_ = res.Body.Close()
	}
	if got := run(t, "doctor", app, "--signing-key", key); got.code != 0 {
		t.Errorf("got %+v", got)
	}
	s.stop(t)
}

func TestDevReadsTheEnvironment(t *testing.T) {
	t.Parallel()
	s := dev(t, []string{"INNGEST_PORT=0", "INNGEST_SDK_URL=http://127.0.0.1:1/a,http://127.0.0.1:1/b", "INNGEST_SIGNING_KEY=nonsense"})
	waitFor(t, s.url+"/dev/apps", "http://127.0.0.1:1/b")
	s.stop(t)
	for _, wrong := range []string{"INNGEST_PORT=x", "INNGEST_POLL_INTERVAL=0", "INNGEST_NO_POLL=perhaps"} {
		if got := inngestkitWith(t, "", []string{wrong}, "dev"); got.code != 2 || !strings.Contains(got.errout, strings.Split(wrong, "=")[0]) {
			t.Errorf("%s: %+v", wrong, got)
		}
	}
}

func TestDevWithoutUI(t *testing.T) {
	t.Parallel()
	for want, args := range map[int][]string{http.StatusOK: nil, http.StatusNotFound: {"--no-ui"}} {
		s := dev(t, nil, append([]string{"-p", "0"}, args...)...)
		res, err := http.Get(s.url + "/")
		if err != nil {
			t.Fatal(err)
		}
		if _ = res.Body.Close(); res.StatusCode != want {
			t.Errorf("%v: got %d, want %d", args, res.StatusCode, want)
		}
		s.stop(t)
	}
}

// TestDevStopsWhileItsPageIsOpen keeps the page's stream open.
func TestDevStopsWhileItsPageIsOpen(t *testing.T) {
	t.Parallel()
	s := dev(t, nil, "-p", "0")
	res, err := http.Get(s.url + "/page/api/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	s.stop(t)
	for _, line := range s.tail {
		if line["msg"] == "calls in flight were cut off" {
			t.Error("it waited for the page")
		}
	}
}

// TestDevStopsAtOnceWhenAskedTwice blocks a call, so that the server waits for it
// after the first signal.
func TestDevStopsAtOnceWhenAskedTwice(t *testing.T) {
	t.Parallel()
	s := dev(t, nil, "-p", "0", "-l", "debug")
	called := make(chan struct{}, 10)
	app := shop(t, inngestkit.Config{DevServerURL: s.url}, func(ctx context.Context) (string, error) {
		called <- struct{}{}
		<-ctx.Done()
		return "", ctx.Err()
	})
	s.add(t, app)
	run(t, "send", "go", "--url", s.url)
	<-called
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if timeout := s.logged(t, "stopping", "timeout")["timeout"]; timeout != "10s" {
		t.Errorf("it says that it waits for %v", timeout)
	}
	if state := s.end(t, syscall.SIGINT); state.ExitCode() != 1 {
		t.Errorf("it ended with %v, as if it had waited", state)
	}
}

// TestDevIsJoinedAndSucceeded kills the first of two dev servers at one port.
func TestDevIsJoinedAndSucceeded(t *testing.T) {
	t.Parallel()
	first := dev(t, nil, "-p", "0")
	port := first.url[strings.LastIndex(first.url, ":")+1:]
	app := shop(t, inngestkit.Config{DevServerURL: first.url}, done)
	second := dev(t, nil, "-p", port, "--join", "-u", app)
	if second.url != first.url {
		t.Errorf("they are at %s and %s", first.url, second.url)
	}
	waitFor(t, first.url+"/dev", `"appName":"shop"`)
	first.end(t, syscall.SIGKILL)
	second.logged(t, "synced an app", "app")
	if sent := run(t, "send", "go", "--url", second.url); sent.code != 0 {
		t.Errorf("got %+v", sent)
	}
	second.stop(t)
}

func TestDevCannotRun(t *testing.T) {
	t.Parallel()
	s := dev(t, nil, "-p", "0")
	port := s.url[strings.LastIndex(s.url, ":")+1:]
	for want, args := range map[string][]string{
		"listen on another port with --port":                    {"-p", port, "--signing-key", "signkey-test-00"},
		"share it with --join":                                  {"-p", port},
		"is taken by an inngestkit dev server (":                {"-p", port, "--no-discovery"},
		"stop it, or listen on another port":                    {"-p", port, "--join", "--signing-key", "signkey-test-00"},
		"--host takes an address of this machine":               {"-p", "0", "--host", "192.0.2.1"},
		"another signing key":                                   {"-p", port, "--signing-key", "signkey-test-00"},
		"must be hexadecimal":                                   {"-p", "0", "--signing-key", "nonsense"},
		"no such host: --host takes an address of this machine": {"-p", "0", "--host", "no-such-host.invalid"},
	} {
		if got := run(t, append([]string{"dev"}, args...)...); got.code != 1 || !strings.Contains(got.errout, want) {
			t.Errorf("%v: %+v", args, got)
		}
		got := run(t, append([]string{"dev", "--json"}, args...)...)
		var line struct{ Error string }
		if err := json.Unmarshal([]byte(got.errout), &line); err != nil || got.code != 1 || !strings.Contains(line.Error, want) {
			t.Errorf("%v: in JSON: %v: %+v", args, err, got)
		}
	}
	s.stop(t)
}

func TestDevTalksToPeople(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(binary, "dev", "-p", "0", "--host", "0.0.0.0", "-u", "http://ada:hunter2@127.0.0.1:1/api/inngest")
	cmd.Env = clean()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var logs strings.Builder
	cmd.Stderr = &logs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var said []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if said = append(said, lines.Text()); strings.Contains(lines.Text(), "INNGEST_DEV=http://127.0.0.1:") {
			break
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if text := strings.Join(said, "\n"); !strings.Contains(text, "http://ada:xxxxx@127.0.0.1:1/api/inngest") || !strings.Contains(text, "usual ports") {
		t.Errorf("it said %s", text)
	}
	if !strings.Contains(logs.String(), "whoever can reach the dev server can run your functions") {
		t.Errorf("it logged %s", &logs)
	}
}

// TestDevSaysHowToStartSignedApps looks at the hints of a server with a signing
// key, which apps in dev mode cannot use.
func TestDevSaysHowToStartSignedApps(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(binary, "dev", "-p", "0", "--no-discovery", "--signing-key", "signkey-test-0123456789abcdef")
	cmd.Env = clean()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said = append(said, lines.Text()); strings.Contains(lines.Text(), "INNGEST_BASE_URL     http://127.0.0.1:") {
			break
		}
	}
	if text := strings.Join(said, "\n"); !strings.Contains(text, "INNGEST_SIGNING_KEY") || strings.Contains(text, "INNGEST_DEV=") || strings.Contains(text, "0123456789abcdef") {
		t.Errorf("it said %s", text)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
