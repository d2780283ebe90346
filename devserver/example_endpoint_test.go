package devserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/inngest/inngestgo/step"
	"github.com/inngest/inngestgo/stephttp"

	"github.com/inngestkit/inngestkit/devserver"
)

// Each request to an HTTP handler with steps becomes a run.
func Example_endpoint() {
	dev, err := devserver.Start(context.Background(), devserver.Config{Addr: "127.0.0.1:0", Logger: quiet})
	check(err)
	defer dev.Close()

	mux := http.NewServeMux()
	inngest := stephttp.Setup(stephttp.SetupOpts{Optional: stephttp.OptionalSetupOpts{BaseURL: dev.URL()}})
	mux.Handle("POST /orders/{id}", inngest.ServeHTTP(func(w http.ResponseWriter, r *http.Request) {
		stephttp.Configure(r.Context(), stephttp.FnOpts{ID: "place-order"})
		receipt, err := step.Run(r.Context(), "charge", func(context.Context) (string, error) {
			return "receipt of order " + r.PathValue("id"), nil
		})
		if err != nil {
			http.Error(w, "the card was refused", http.StatusPaymentRequired)
			return
		}
		fmt.Fprint(w, receipt)
	}))
	app := httptest.NewServer(mux)
	defer app.Close()

	res, err := http.Post(app.URL+"/orders/7", "application/json", strings.NewReader("{}"))
	check(err)
	answer, err := io.ReadAll(res.Body) // the run is reported before the answer ends
	check(err)
	res.Body.Close()

	res, err = http.Get(dev.URL() + "/v1/runs/" + res.Header.Get("X-Run-Id"))
	check(err)
	var run struct {
		Data struct{ Status, Output string }
	}
	check(json.NewDecoder(res.Body).Decode(&run))
	res.Body.Close()
	fmt.Printf("%s\n%s: %s\n", answer, run.Data.Status, run.Data.Output)
	// Output:
	// receipt of order 7
	// Completed: receipt of order 7
}
