package inngestgin_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	engine "github.com/gin-gonic/gin/codec/json"
	"github.com/google/go-cmp/cmp"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
)

// bound has Gin's own tags beside ours.
type bound struct {
	Email string `binding:"required,email" json:"email"`
	Lines []struct {
		Quantity int `binding:"min=1" json:"quantity"`
	} `binding:"required,dive" json:"lines"`
}

func TestBindingErrorsAreProblems(t *testing.T) {
	t.Parallel()
	e := gin.New()
	e.POST("/", func(c *gin.Context) {
		var b bound
		if err := c.ShouldBindJSON(&b); err != nil {
			inngestgin.Abort(c, err)
		}
	})
	e.POST("/all", func(c *gin.Context) {
		var b []bound
		if err := c.ShouldBindJSON(&b); err != nil {
			inngestgin.Abort(c, err)
		}
	})
	for _, c := range []struct {
		path, body string
		status     int
		errors     []string
	}{
		{"/", `{"email":"secret-value","lines":[{"quantity":1},{"quantity":0}]}`, http.StatusUnprocessableEntity, []string{"email: email", "lines[1].quantity: min"}},
		{"/", `{"email":3}`, http.StatusUnprocessableEntity, []string{"email: type"}},
		{"/", `{`, http.StatusBadRequest, nil},
		{"/", ``, http.StatusBadRequest, nil},
		{"/all", `[{"email":"a@b.de","lines":[]},{"email":"secret-value","lines":[]}]`, http.StatusUnprocessableEntity, []string{"[1].email: email"}},
	} {
		if engine.Package != "encoding/json" && c.body == `{"email":3}` {
			continue // other decoders tell less
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, c.path, strings.NewReader(c.body)))
		var doc struct {
			Errors []struct{ Path, Rule, Message string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatalf("%v in %s", err, w.Body)
		}
		var got []string
		for _, f := range doc.Errors {
			got = append(got, f.Path+": "+f.Rule)
			if f.Message == "" || strings.Contains(f.Message, "failed the rule") {
				t.Errorf("%s: the message is %q", c.body, f.Message)
			}
		}
		if diff := cmp.Diff(c.errors, got); w.Code != c.status || diff != "" || strings.Contains(w.Body.String(), "secret-value") {
			t.Errorf("%s: %d %s\n%s", c.body, w.Code, w.Body, diff)
		}
	}
}
