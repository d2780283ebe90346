package inngesthttp_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
	"time"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
)

// binders read requests as handlers of net/http do: with the decoders of the
// standard library and with strconv.
var binders = map[string]func(*http.Request) error{
	"json":  func(r *http.Request) error { return json.NewDecoder(r.Body).Decode(&adaptertest.Values{}) },
	"slice": func(r *http.Request) error { return json.NewDecoder(r.Body).Decode(&[]adaptertest.Bound{}) },
	"xml":   func(r *http.Request) error { return xml.NewDecoder(r.Body).Decode(&adaptertest.Values{}) },
	"query": func(r *http.Request) error { return parameters(r.URL.Query().Get) },
	"form": func(r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return err
		}
		return parameters(r.PostForm.Get)
	},
	"multipart": func(r *http.Request) error {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			return err
		}
		return parameters(r.FormValue)
	},
	"header": func(r *http.Request) error {
		return parameters(func(name string) string { return r.Header.Get("X-" + name) })
	},
	"uri": func(r *http.Request) error { return parameters(r.PathValue) },
}

// parameters reads the parameters that the request has.
func parameters(get func(name string) string) error {
	for name, parse := range map[string]func(string) error{
		"number": func(s string) error { _, err := strconv.ParseInt(s, 10, 8); return err },
		"count":  func(s string) error { _, err := strconv.ParseUint(s, 10, 8); return err },
		"flag":   func(s string) error { _, err := strconv.ParseBool(s); return err },
		"amount": func(s string) error { _, err := strconv.ParseFloat(s, 32); return err },
		"when":   func(s string) error { _, err := time.Parse(time.RFC3339, s); return err },
		"wait":   func(s string) error { _, err := time.ParseDuration(s); return err },
		"list":   func(s string) error { _, err := strconv.Atoi(s); return err },
	} {
		if value := get(name); value != "" {
			if err := parse(value); err != nil {
				return err
			}
		}
	}
	return nil
}
