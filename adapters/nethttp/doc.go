// Package inngesthttp mounts an inngestkit app in net/http, and in any router
// that takes an http.Handler, such as chi.
//
//	import inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
//
//	mux := http.NewServeMux()
//	inngesthttp.Mount(mux, app) // GET, POST, PUT /api/inngest
//	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
//		ids, err := inngesthttp.Send(r, UserRegistered.New(data))
//		if err != nil {
//			inngesthttp.Error(w, r, err)
//			return
//		}
//		// …
//	})
//	http.ListenAndServe(":8080", inngesthttp.Middleware(app)(mux))
//
// The webhook checks a signature over the body's raw bytes. Middleware that reads
// or rewrites bodies must leave it alone; see [IsWebhook].
package inngesthttp
