package main_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestHelp compares each command's help with testdata and docs/cli.md.
func TestHelp(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"help": {"help"}, "dev": {"dev", "-h"}, "send": {"send", "--help"}, "apps": {"apps", "-h"}, "doctor": {"help", "doctor"}, "version": {"version", "-h"},
	} {
		got := run(t, args...)
		if got.code != 0 || got.errout != "" {
			t.Errorf("%v: %d, %s", args, got.code, got.errout)
		}
		file := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got.out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.out); diff != "" {
			t.Errorf("%v (-want +got):\n%s", args, diff)
		}
		if name != "version" && !strings.Contains(string(doc), "```text\n"+got.out+"```\n") {
			t.Errorf("docs/cli.md does not quote the help of %v:\n%s", args, got.out)
		}
	}
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"Usage: inngestkit COMMAND":                               {},
		`no command "docotr"; did you mean doctor?`:               {"docotr"},
		`no command "frobnicate"` + "\n":                          {"frobnicate"},
		`no command "sned"; did you mean send?`:                   {"help", "sned"},
		"no flag --prot; did you mean --port?":                    {"dev", "--prot", "1"},
		"no flag --no-pol; did you mean --no-poll?":               {"dev", "-no-pol"},
		"no flag --frobnicate\n":                                  {"dev", "--frobnicate"},
		"no flag -x\n":                                            {"dev", "-x"},
		"--server takes the URL of a server":                      {"doctor", "http://127.0.0.1:8080/", "--server", "foo"},
		"flag needs an argument: -u":                              {"dev", "-u"},
		"a port is a number from 0 to 65535":                      {"dev", "-p", "70000"},
		"a host is an address of this machine":                    {"dev", "--host="},
		"the event's name is empty":                               {"send", ""},
		"--event-key is empty":                                    {"send", "a", "--event-key", ""},
		"it is a number of seconds":                               {"dev", "--poll-interval", "0"},
		"a level is trace, debug, info, warn or error":            {"dev", "-l", "loud"},
		"has no scheme; write http://127.0.0.1:8080/x":            {"dev", "-p", "0", "-u", "127.0.0.1:8080/x"},
		`--sdk-url: "ftp://ada:xxxxx@127.0.0.1/x" is not an http`: {"dev", "-u", "ftp://ada:hunter2@127.0.0.1/x"},
		"--no-ui: it is true or false":                            {"dev", "--no-ui=perhaps"},
		"is given as -u URL":                                      {"dev", "http://127.0.0.1:8080/api/inngest"},
		"one event's name, and 0 were given":                      {"send"},
		"one event's name, and 2 were given":                      {"send", "a", "b"},
		"the data is not JSON at byte 8":                          {"send", "a", "--data", `{"a":1,}`},
		`the data is not a JSON object; write one such as`:        {"send", "a", "--data", `[1]`},
		"the data is not a JSON object":                           {"send", "a", "--data=null"},
		"the data cannot be read: open no-such-file":              {"send", "a", "--data", "@no-such-file"},
		"--url takes the URL of a server":                         {"send", "a", "--url", "127.0.0.1:8288"},
		"the URL of one app's endpoint, and 0 were given":         {"doctor"},
		`unexpected argument "remove"; the only action is rm`:     {"apps", "remove", "shop"},
		"rm takes the id or URL of one app":                       {"apps", "rm"},
		"has no scheme; write http://127.0.0.1:8080/api/inngest":  {"doctor", "127.0.0.1:8080/api/inngest"},
	} {
		if got := run(t, args...); got.code != 2 || got.out != "" || !strings.Contains(got.errout, want) || strings.Contains(got.errout, "hunter2") {
			t.Errorf("%v: %+v, want %q", args, got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"version"}, {"--version"}} {
		if got := run(t, args...); got.code != 0 || !strings.HasPrefix(got.out, "inngestkit ") || strings.Count(got.out, "\n") != 1 {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

func TestSendFailures(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	rude := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"\u001b[2J\u0007gone"}`))
	}))
	t.Cleanup(rude.Close)
	s := dev(t, nil, "-p", "0")
	for want, args := range map[string][]string{
		"status 400: \ufffd[2J\ufffdgone":                                        {"--url", rude.URL},
		"no server listens at http://127.0.0.1:1; start one with inngestkit dev": {"--url", "http://127.0.0.1:1/", "--event-key", "secret"},
		"(status 404) is not an Inngest server":                                  {"--url", web.URL},
		"the server refused the event with status 4":                             {"--url", s.url, "--data", "@" + large(t)},
	} {
		if got := run(t, append([]string{"send", "a"}, args...)...); got.code != 1 || got.out != "" || !strings.Contains(got.errout, want) || strings.Contains(got.errout, "secret") {
			t.Errorf("%.80q: %+v, want %q", args, got, want)
		}
	}
	s.stop(t)
}

// large returns a file with more data than an event may have.
func large(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(file, []byte(`{"a":"`+strings.Repeat("x", 4<<20)+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	s := dev(t, nil, "-p", "0")
	app := shop(t, inngestkit.Config{DevServerURL: s.url}, done)
	if got := run(t, "doctor", app); got.code != 0 || !strings.Contains(got.out, "dev mode, functions: 1, SDK go:v") || !strings.Contains(got.out, "ok: ") {
		t.Errorf("got %+v", got)
	}
	if got := run(t, "doctor", "http://127.0.0.1:1/api/inngest"); got.code != 1 || !strings.Contains(got.out, "\n1. nothing listens at 127.0.0.1:1\n   why ") || !strings.Contains(got.out, "\n   fix      start the app") {
		t.Errorf("got %+v", got)
	}
	for _, server := range []string{s.url, s.url + "/api/inngest"} {
		if got := run(t, "doctor", server); got.code != 1 || !strings.Contains(got.out, "an Inngest server answers at") {
			t.Errorf("got %+v", got)
		}
	}
	got := run(t, "doctor", "--json", "--signing-key", "signkey-test-00", app)
	var report struct {
		URL      string
		App      struct{ ID, Mode string }
		Findings []struct{ Code, What, Why, Fix string }
	}
	if err := json.Unmarshal([]byte(got.out), &report); err != nil || got.code != 1 || report.URL != app || report.App.Mode != "dev" ||
		len(report.Findings) != 1 || report.Findings[0].Code != "dev-mode" {
		t.Errorf("%v: %+v", err, got)
	}
	if states := waitFor(t, s.url+"/dev/apps", "[]"); states != "[]" {
		t.Errorf("the doctor registered the app: %s", states)
	}
	s.stop(t)
}
