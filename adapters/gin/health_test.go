package inngestgin_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func ExampleHealth() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	r := gin.New()
	r.GET("/ready", inngestgin.Health(app))

	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ready", nil))
	fmt.Println(w.Code, w.Body)

	_ = app.Shutdown(context.Background())
	w = httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ready", nil))
	fmt.Println(w.Code)
	// Output:
	// 200 {"ready":true,"configured":true,"draining":false,"mode":"dev","functions":0,"inFlight":0,"lastSync":null}
	// 503
}
