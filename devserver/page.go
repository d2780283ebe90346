package devserver

import (
	"embed"
	"net/http"
	"path"
)

// pageFiles is the page: HTML, style sheets and ES modules. There is no build
// step.
//
//go:embed page
var pageFiles embed.FS

// pageTypes lists the content types here, because the system's table may be
// wrong.
var pageTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// pagePolicy isolates the page: nothing is loaded from other hosts, and data can
// become neither markup nor code.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

func (s *Server) getPage(w http.ResponseWriter, _ *http.Request) { writePageFile(w, "index.html") }

func (s *Server) getPageFile(w http.ResponseWriter, r *http.Request) {
	writePageFile(w, r.PathValue("file"))
}

func writePageFile(w http.ResponseWriter, name string) {
	body, err := pageFiles.ReadFile(path.Join("page", path.Clean("/"+name)))
	if err != nil {
		writeError(w, http.StatusNotFound, "the page has no such file")
		return
	}
	h := w.Header()
	h.Set("Content-Type", pageTypes[path.Ext(name)])
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(body)
}
