package shop

import (
	"encoding/json"
	"net/http"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Router returns a handler that accepts orders at POST /orders.
func Router(app *inngestkit.App) http.Handler {
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app)
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		var order OrderData
		if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
			http.Error(w, "not an order", http.StatusBadRequest)
			return
		}
		if _, err := inngesthttp.Send(r, OrderCreated.New(order)); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	return inngesthttp.Middleware(app)(mux)
}
