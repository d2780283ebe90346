package inngesthttp

import "net/http"

// webhook gives the app's webhook a type that IsWebhook recognizes.
type webhook struct{ http.Handler }

// IsWebhook reports whether a request to mux is for the webhook of an app. Use it
// in middleware around mux that must leave the webhook alone, such as
// authentication, CSRF and anything that reads bodies. It looks at the handler
// that mux would choose. So it finds every pattern of [Mount] and [Handler], and
// no other path that looks like one. It does not find a webhook below another
// handler of mux, such as [http.StripPrefix]: put the middleware around the inner
// mux. It is safe for concurrent use.
func IsWebhook(mux *http.ServeMux, r *http.Request) bool {
	h, _ := mux.Handler(r)
	_, ok := h.(*webhook)
	return ok
}
