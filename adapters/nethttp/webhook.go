package inngesthttp

import "net/http"

// webhook gives the app's webhook a type to know it by.
type webhook struct{ http.Handler }

// IsWebhook says whether mux would give a request to the webhook of an app,
// for middleware around mux that must leave it alone: auth, CSRF, what reads
// bodies. It asks the mux and not the path, so it holds for every pattern that
// Mount and Handler were given, and for nothing that only looks like one. A
// webhook below another handler of the mux, such as http.StripPrefix, is not
// seen: put the middleware around the inner mux, or beside it. It is safe for
// concurrent use.
func IsWebhook(mux *http.ServeMux, r *http.Request) bool {
	h, _ := mux.Handler(r)
	_, ok := h.(webhook)
	return ok
}
