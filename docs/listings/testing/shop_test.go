package testing_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/docs/listings/testing/shop"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestMain(m *testing.M) {
	_ = os.Unsetenv("INNGEST_DEV_SERVER_URL") // the listings use the embedded engine
	os.Exit(m.Run())
}

func newShop(t *testing.T) *inngestkit.App {
	t.Helper()
	app, err := shop.New(inngestkit.Config{Mode: inngestkit.ModeDev}, shop.Services{})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestInBubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		env := inngesttest.New(t, newShop(t))
		env.Step("send-welcome").Returns(nil)
		begun := time.Now()
		run := env.Trigger(shop.UserSignedUp.New(shop.UserData{UserID: "ada"}))
		env.Advance(3 * shop.ReminderAfter)
		run.RequireCompleted()
		if got := time.Since(begun); got != 72*time.Hour {
			t.Errorf("it took %v, want three days", got)
		}
	})
}

func TestRequestToRun(t *testing.T) {
	t.Parallel()
	app := newShop(t)
	env := inngesttest.New(t, app)
	env.UseRouter(shop.Router(app))
	env.Step("charge-card").Returns(shop.Payment{ID: "p1"})

	res := env.Do(httptest.NewRequest(http.MethodPost, "/orders", strings.NewReader(`{"orderId":"o1","total":9.5}`)))

	if res.Code != http.StatusCreated {
		t.Fatalf("the response is %d %s", res.Code, res.Body)
	}
	env.LastRun("process-order").RequireCompleted()
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	app := newShop(t)
	order := shop.OrderCreated.New(shop.OrderData{OrderID: "o1", Total: 9.5})

	w := httptest.NewRecorder()
	shop.Router(app).ServeHTTP(w, inngesttest.NewCall(t, app, "process-order", order))

	res := inngesttest.ReadResponse(t, w)
	if res.Status != http.StatusPartialContent || res.Ops[0].Step != "check-inventory" {
		t.Errorf("the response is %+v", res)
	}
}

// TestTimelineOfThePage compares the table in docs/testing.md with the run's.
func TestTimelineOfThePage(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("charge-card").Fails(shop.ErrAway).Times(2)
	env.Step("charge-card").Returns(shop.Payment{ID: "p1"})
	run := env.Trigger(shop.OrderCreated.New(shop.OrderData{OrderID: "o1", Total: 9.5}))
	page, err := os.ReadFile("../../testing.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), run.Timeline()) {
		t.Errorf("docs/testing.md does not show:\n%s", run.Timeline())
	}
}
