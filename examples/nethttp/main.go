// The shop in plain net/http.
package main

import (
	"encoding/json"
	"net/http"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/examples/internal/serve"
	"github.com/inngestkit/inngestkit/examples/internal/shop"
)

func main() { serve.Main("net/http", routes) }

func routes(app *inngestkit.App) http.Handler {
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app)

	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		var user shop.UserRegisteredData
		if err := json.NewDecoder(r.Body).Decode(&user); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		user.UserID = shop.NewID()
		ids, err := inngesthttp.Send(r, shop.UserRegistered.New(user))
		if err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		created(w, ids)
	})

	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		var order shop.OrderData
		if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		order.OrderID = shop.NewID()
		ids, err := inngesthttp.Send(r, shop.OrderCreated.New(order))
		if err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		created(w, ids)
	})

	return inngesthttp.Middleware(app)(mux)
}

func created(w http.ResponseWriter, ids []string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string][]string{"ids": ids}) // the client is gone
}
