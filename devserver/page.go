package devserver

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"join":  strings.Join,
	"lower": func(s engine.Status) string { return strings.ToLower(string(s)) },
	"clock": func(t time.Time) string { return t.Local().Format(time.TimeOnly) },
	"took": func(r engine.Run) string {
		if r.Ended.IsZero() {
			return ""
		}
		return r.Ended.Sub(r.Started).Round(time.Millisecond).String()
	},
}).Parse(pageSource))

// pageRuns is how many runs the page shows.
const pageRuns = 50

func (s *Server) getPage(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, struct {
		URL  string
		Apps []engine.App
		Runs []engine.Run
	}{s.URL(), s.engine.Apps(), s.engine.Runs(engine.RunQuery{Limit: pageRuns}).Runs})
	if err != nil {
		writeError(w, http.StatusInternalServerError, "the page could not be written: "+err.Error())
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes())
}
