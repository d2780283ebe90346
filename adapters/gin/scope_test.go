package inngestgin_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

type signup struct {
	Email string `json:"email" validate:"required"`
}

var signedUp = inngestkit.DefineEvent[signup]("gin/signed.up")

// served answers one request with the handler behind Middleware, with an
// Inngest that accepts everything, and returns how many events that got.
func served(t *testing.T, engine func(*gin.Engine), handler gin.HandlerFunc, opts ...inngestgin.MiddlewareOption) (*httptest.ResponseRecorder, int) {
	t.Helper()
	events := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var batch []json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
			t.Error(err)
		}
		events += len(batch)
		_ = json.NewEncoder(w).Encode(map[string][]string{"ids": make([]string, len(batch))})
	}))
	defer api.Close()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: api.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Shutdown(context.Background()) }()
	e := gin.New()
	if engine != nil {
		engine(e)
	}
	e.Use(inngestgin.Middleware(app, opts...))
	e.POST("/", handler)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	return w, events
}

func TestErrorsAfterAnAnswerDropEvents(t *testing.T) {
	t.Parallel()
	w, events := served(t, nil, func(c *gin.Context) {
		if _, err := inngestgin.Enqueue(c, signedUp.New(signup{"a@b.c"})); err != nil {
			t.Error(err)
		}
		c.JSON(http.StatusCreated, gin.H{"done": true})
		_ = c.Error(errors.New("too late"))
	})
	if w.Code != http.StatusInternalServerError || events != 0 || w.Body.Len() != 0 {
		t.Errorf("answered %d %s with %d events sent", w.Code, w.Body, events)
	}
}

func TestKeptAnswerLooksWritten(t *testing.T) {
	t.Parallel()
	_, _ = served(t, nil, func(c *gin.Context) {
		if _, err := inngestgin.Enqueue(c, signedUp.New(signup{"a@b.c"})); err != nil {
			t.Error(err)
		}
		if c.Writer.Written() || c.Writer.Size() >= 0 {
			t.Error("an answer not begun looks written")
		}
		c.String(http.StatusCreated, "four")
		if !c.Writer.Written() || c.Writer.Size() != 4 || c.Writer.Status() != http.StatusCreated {
			t.Errorf("the answer kept back is %t, %d, %d", c.Writer.Written(), c.Writer.Size(), c.Writer.Status())
		}
	})
}
