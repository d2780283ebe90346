package inngesthttp

import "net/http"

// webhook gives the app's webhook a type that identifies it.
type webhook struct{ http.Handler }

// IsWebhook reports whether mux would give a request to the webhook of an app.
// Use it in middleware around mux that must leave the webhook alone:
// authentication, CSRF, anything that reads bodies. It looks at the handler that
// mux would choose, so it finds every pattern of [Mount] and [Handler], and no
// other path that looks like one. It does not find a webhook below another
// handler of the mux, such as http.StripPrefix: put the middleware around the
// inner mux. It is safe for concurrent use.
func IsWebhook(mux *http.ServeMux, r *http.Request) bool {
	h, _ := mux.Handler(r)
	_, ok := h.(webhook)
	return ok
}
