package doctor_test

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"go.uber.org/goleak"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/doctor"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

// examine examines a URL and returns the codes of the findings.
func examine(t *testing.T, raw, signingKey string) (codes []string, report doctor.Report) {
	t.Helper()
	u, err := doctor.ParseURL(raw)
	if err != nil {
		t.Fatal(err)
	}
	report = doctor.Examine(t.Context(), doctor.Options{URL: u, SigningKey: signingKey})
	codes = []string{}
	for _, f := range report.Findings {
		if f.What == "" || f.Why == "" || f.Fix == "" {
			t.Errorf("a finding lacks words: %+v", f)
		}
		codes = append(codes, f.Code)
	}
	return codes, report
}

func TestFindings(t *testing.T) {
	t.Parallel()
	yes, no, wrongKey := true, false, key+"00"
	dev := inEcho(shop(t, inngestkit.Config{}))
	spa := says(http.StatusOK, "text/html; charset=utf-8", "<!doctype html>")
	for name, c := range map[string]struct {
		app  http.Handler
		key  string
		want []string
	}{
		"well, dev mode":             {dev, "", nil},
		"well, cloud mode":           {inGin(shop(t, cloud(key))), key, nil},
		"well, the SDK":              {sdk(t, inngestgo.ClientOpts{Dev: &yes}), "", nil},
		"well, the SDK, cloud mode":  {sdk(t, inngestgo.ClientOpts{Dev: &no, SigningKey: new(key)}), key, []string{doctor.CodeNoEventKey}}, // the SDK reads it from the environment
		"well, Echo's body limit":    {inEcho(shop(t, inngestkit.Config{}), middleware.BodyLimit("5M")), "", nil},
		"cloud mode, no key":         {inEcho(shop(t, cloud(key))), "", []string{doctor.CodeCloudMode}},
		"the SDK in cloud mode":      {sdk(t, inngestgo.ClientOpts{Dev: &no, SigningKey: new(key)}), "", []string{doctor.CodeCloudMode}},
		"another key":                {inEcho(shop(t, cloud(wrongKey))), key, []string{doctor.CodeWrongKey}},
		"the SDK with another key":   {sdk(t, inngestgo.ClientOpts{Dev: &no, SigningKey: &wrongKey}), key, []string{doctor.CodeWrongKey}},
		"another time":               {late(inEcho(shop(t, cloud(wrongKey)))), key, []string{doctor.CodeClock}},
		"dev mode with a key":        {dev, key, []string{doctor.CodeDevMode}},
		"no signing key":             {inEcho(shop(t, cloud(""))), "", []string{doctor.CodeCloudMode, doctor.CodeNoSigningKey}},
		"no server":                  {inEcho(shop(t, inngestkit.Config{DevServerURL: "http://127.0.0.1:1"})), "", []string{doctor.CodeNoServer}},
		"no functions":               {inngestSays(`{"mode":"dev","function_count":0,"schema_version":"2024-05-24"}`, "2"), "", []string{doctor.CodeNoFunctions}},
		"served elsewhere":           {inEcho(shop(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: key, EventKey: "e", ServeOrigin: "https://shop.example"})), key, []string{doctor.CodeServedAt}},
		"no event key":               {inEcho(shop(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: key})), key, []string{doctor.CodeNoEventKey}},
		"its own small limit":        {inEcho(shop(t, inngestkit.Config{MaxBodyBytes: 1 << 20})), "", []string{doctor.CodeBodyLimit}},
		"Echo's basic auth":          {inEcho(shop(t, inngestkit.Config{}), middleware.BasicAuth(nobody)), "", []string{doctor.CodeUnauthorized}},
		"Gin's basic auth":           {inGin(shop(t, inngestkit.Config{}), gin.BasicAuth(gin.Accounts{"a": "b"})), "", []string{doctor.CodeUnauthorized}},
		"Echo's CSRF":                {inEcho(shop(t, inngestkit.Config{}), middleware.CSRF()), "", []string{doctor.CodeCSRF}},
		"Echo's body limit":          {inEcho(shop(t, inngestkit.Config{}), middleware.BodyLimit("2M")), "", []string{doctor.CodeBodyLimit}},
		"a tiny body limit":          {inEcho(shop(t, inngestkit.Config{}), middleware.BodyLimit("10B")), "", []string{doctor.CodeBodyLimit}},
		"Echo's rate limiter":        {inEcho(shop(t, inngestkit.Config{}), echoLimiter()), "", []string{doctor.CodeRateLimit}},
		"Echo's HTTPS redirect":      {inEcho(shop(t, inngestkit.Config{}), middleware.HTTPSRedirect()), "", []string{doctor.CodeRedirect}},
		"Echo's slash redirect":      {inEcho(shop(t, inngestkit.Config{}), middleware.AddTrailingSlashWithConfig(middleware.TrailingSlashConfig{RedirectCode: 301})), "", []string{doctor.CodeRedirect}},
		"a login page":               {http.RedirectHandler("/login?next=x", http.StatusFound), "", []string{doctor.CodeRedirect}},
		"forbidden":                  {says(http.StatusForbidden, "text/plain", "no"), "", []string{doctor.CodeForbidden}},
		"body consumed":              {reads(dev), "", []string{doctor.CodeBodyRead}},
		"body consumed, the SDK":     {reads(sdk(t, inngestgo.ClientOpts{Dev: &yes})), "", []string{doctor.CodeBodyRead}},
		"body changed":               {rewrites(inEcho(shop(t, cloud(key)))), key, []string{doctor.CodeBodyChanged}},
		"a limit that hangs up":      {limited(inEcho(shop(t, inngestkit.Config{})), 1<<20), "", []string{doctor.CodeBodyLimit}},
		"no such path":               {http.NewServeMux(), "", []string{doctor.CodeNotFound}},
		"GET alone":                  {to(http.MethodGet, dev, says(http.StatusMethodNotAllowed, "text/plain", "")), "", []string{doctor.CodeMethod}},
		"no POST":                    {to(http.MethodPost, http.NotFoundHandler(), dev), "", []string{doctor.CodeNotFound}},
		"a single-page app":          {spa, "", []string{doctor.CodeNotInngest}},
		"a page with a CSRF token":   {says(http.StatusOK, "text/html", `<meta name="csrf-token">`), "", []string{doctor.CodeNotInngest}},
		"a page in place of PUT":     {to(http.MethodPut, spa, dev), "", []string{doctor.CodeNotInngest}},
		"a JSON API":                 {says(http.StatusOK, "application/json", `{"ok":true}`), "", []string{doctor.CodeNotInngest}},
		"a proxy without an app":     {says(http.StatusBadGateway, "text/html", "bad gateway"), "", []string{doctor.CodeGateway}},
		"a panic":                    {http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "", []string{doctor.CodeClosed}},
		"a panic in middleware":      {inEcho(shop(t, inngestkit.Config{}), middleware.Recover(), panics), "", []string{doctor.CodeServerError}},
		"an old SDK's introspection": {to(http.MethodGet, inngestSays(`{"message":"Inngest endpoint configured correctly."}`, "2"), dev), "", []string{doctor.CodeVersion}},
		"a newer protocol":           {to(http.MethodGet, inngestSays(`{"mode":"dev","function_count":1,"schema_version":"2024-05-24"}`, "9"), dev), "", []string{doctor.CodeVersion}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			codes, report := examine(t, serve(t, c.app)+"/api/inngest", c.key)
			if diff := cmp.Diff(append([]string{}, c.want...), codes); diff != "" {
				t.Errorf("findings (-want +got):\n%s%+v", diff, report.Findings)
			}
		})
	}
}

func nobody(string, string, echo.Context) (bool, error) { return false, nil }

func panics(echo.HandlerFunc) echo.HandlerFunc {
	return func(echo.Context) error { panic("middleware") }
}

func inngestSays(body, version string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Inngest-Sdk", "go:v0.1.0")
		w.Header().Set("X-Inngest-Req-Version", version)
		says(http.StatusOK, "application/json", body).ServeHTTP(w, r)
	})
}

func TestConnections(t *testing.T) {
	t.Parallel()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	plain := serve(t, http.NotFoundHandler())
	for name, c := range map[string]struct{ url, code, fix string }{
		"nothing there":        {"http://127.0.0.1:1/api/inngest", doctor.CodeRefused, "start the app"},
		"unknown host":         {"http://no-such-host.invalid/api/inngest", doctor.CodeHost, "127.0.0.1"},
		"unknown certificate":  {secure.URL + "/api/inngest", doctor.CodeTLS, "certificate"},
		"http to https":        {strings.Replace(secure.URL, "https", "http", 1) + "/api/inngest", doctor.CodeScheme, "https://127.0.0.1:"},
		"https to http":        {strings.Replace(plain, "http", "https", 1) + "/api/inngest", doctor.CodeScheme, "use http://127.0.0.1:"},
		"something else there": {"http://" + greeter(t) + "/api/inngest", doctor.CodeScheme, "check the port"},
	} {
		codes, report := examine(t, c.url, "")
		if len(codes) != 1 || codes[0] != c.code || !strings.Contains(report.Findings[0].Fix, c.fix) {
			t.Errorf("%s: %+v", name, report.Findings)
		}
	}
}

// greeter is a server of another protocol.
func greeter(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("220 smtp.example ESMTP\r\n"))
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}

func TestElsewhereIsNamed(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/x/inngest", inEchoAt(t, "/x/inngest"))
	_, report := examine(t, serve(t, mux), "")
	if len(report.Findings) != 1 || !strings.HasSuffix(report.Findings[0].Fix, "/x/inngest") {
		t.Errorf("got %+v", report.Findings)
	}
}

func inEchoAt(t *testing.T, path string) http.Handler {
	t.Helper()
	e := echo.New()
	e.Any(path, echo.WrapHandler(shop(t, inngestkit.Config{}).Handler()))
	return e
}

// TestNothingIsRegistered shows that an examination may make an app contact its
// server, but not register there.
func TestNothingIsRegistered(t *testing.T) {
	t.Parallel()
	kinds := make(chan string, 10)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kinds <- r.Header.Get("X-Inngest-Expected-Server-Kind")
		w.WriteHeader(http.StatusBadRequest)
	}))
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: server, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	examine(t, serve(t, inEcho(app))+"/api/inngest", "")
	close(kinds)
	for kind := range kinds {
		if kind != "cloud" {
			t.Errorf("the app asked a dev server to take it, expecting a server of kind %q", kind)
		}
	}
}

func TestSecretsStayIn(t *testing.T) {
	t.Parallel()
	seen := make(chan http.Header, 10)
	at := strings.Replace(serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header
		w.WriteHeader(http.StatusUnauthorized)
	})), "http://", "http://ada:hunter2@", 1)
	_, report := examine(t, at+"/api/inngest", key)
	if text := report.URL + report.Findings[0].What + report.Findings[0].Fix; strings.Contains(text, "hunter2") {
		t.Errorf("the report tells the password: %s", text)
	}
	close(seen)
	for h := range seen {
		for name, values := range h {
			if strings.Contains(strings.Join(values, " "), "0123456789abcdef") {
				t.Errorf("header %s carries the signing key", name)
			}
		}
		if user, password, ok := (&http.Request{Header: h}).BasicAuth(); !ok || user != "ada" || password != "hunter2" {
			t.Errorf("the URL's user was not sent: %v", h)
		}
	}
}

func TestParseURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"http://127.0.0.1:8080/api/inngest": "",
		"https://shop.example":              "",
		"localhost:3000/api/inngest":        `"localhost:3000/api/inngest" has no scheme; write http://localhost:3000/api/inngest`,
		"shop.example":                      `"shop.example" has no scheme; write http://shop.example`,
		"ftp://shop.example/":               `"ftp://shop.example/" is not an http or https URL; write one such as http://127.0.0.1:8080/api/inngest`,
		"ftp://ada:hunter2@shop.example/":   `"ftp://ada:xxxxx@shop.example/" is not an http or https URL; write one such as http://127.0.0.1:8080/api/inngest`,
		"http://ada:hunter2@[::1/":          `it is not an http or https URL; write one such as http://127.0.0.1:8080/api/inngest`,
		"":                                  `"" is not an http or https URL; write one such as http://127.0.0.1:8080/api/inngest`,
	} {
		_, err := doctor.ParseURL(raw)
		if got := errText(err); got != want {
			t.Errorf("%q: %s, want %s", raw, got, want)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestCodesAreDocumented compares docs/cli.md with the codes.
func TestCodesAreDocumented(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("finding.go")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`(?m)^\tCode\w+ += "([a-z-]+)"$`).FindAllSubmatch(source, -1)
	if len(codes) < 20 {
		t.Errorf("only %d codes were found: has their form changed?", len(codes))
	}
	for _, code := range codes {
		if !bytes.Contains(doc, []byte("`"+string(code[1])+"`")) {
			t.Errorf("docs/cli.md does not explain %s", code[1])
		}
	}
}
