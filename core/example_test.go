package inngestkit_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// The examples share these events. An application defines its events like this,
// as package-level variables.
var (
	InvoiceSent = inngestkit.DefineEvent[InvoiceSentData]("invoice.sent")
	InvoicePaid = inngestkit.DefineEvent[InvoicePaidData]("invoice.paid")
)

type InvoiceSentData struct {
	InvoiceID string  `json:"invoiceId" validate:"required"`
	Email     string  `json:"email"     validate:"required,email"`
	Total     float64 `json:"total"     validate:"gt=0"`
}

type InvoicePaidData struct {
	InvoiceID string `json:"invoiceId" validate:"required"`
}

// anInvoice is an event that the examples send.
var anInvoice = InvoiceSent.New(InvoiceSentData{InvoiceID: "i-7", Email: "ada@example.com", Total: 12.5})

// newExampleApp makes an app in dev mode and registers functions with it.
func newExampleApp(functions ...inngestkit.Source) *inngestkit.App {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	if err := app.Register(functions...); err != nil {
		panic(err)
	}
	return app
}

// call plays Inngest: it calls a function of the app with an event, and prints
// the answer.
func call(app *inngestkit.App, function, event string) {
	body := fmt.Sprintf(`{"event":%s,"events":[%[1]s],"steps":{},"ctx":{"run_id":"run-1"}}`, event)
	w := httptest.NewRecorder()
	app.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/inngest?stepId=step&fnId="+function, strings.NewReader(body)))
	fmt.Println(w.Code, string(bytes.TrimSpace(w.Body.Bytes())))
}

// exampleT takes the place of a test's *testing.T in the examples.
type exampleT struct {
	testing.TB
	cleanups []func()
}

func (t *exampleT) Helper()                           {}
func (t *exampleT) Failed() bool                      { return false }
func (t *exampleT) Output() io.Writer                 { return io.Discard }
func (t *exampleT) Logf(string, ...any)               {}
func (t *exampleT) Context() context.Context          { return context.Background() }
func (t *exampleT) Cleanup(f func())                  { t.cleanups = append(t.cleanups, f) }
func (t *exampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (t *exampleT) Fatalf(format string, args ...any) { t.Errorf(format, args...) }

func (t *exampleT) end() {
	for _, f := range t.cleanups {
		f()
	}
}
