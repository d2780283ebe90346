package inngestgin_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	engine "github.com/gin-gonic/gin/codec/json"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	"github.com/inngestkit/inngestkit/validate"
)

// bareKinds are mistakes that Abort answers without UseBinding, and two that it
// does not know in full.
var bareKinds = []struct {
	binder, request, contentType string
	status                       int
	fields                       string
	got                          *httptest.ResponseRecorder
}{
	{binder: "query", request: "?number=secret", status: http.StatusUnprocessableEntity, fields: "number"},
	{binder: "query", request: "?number=98765", status: http.StatusUnprocessableEntity, fields: "number"},
	{binder: "query", request: "?flag=secret", status: http.StatusUnprocessableEntity, fields: "flag"},
	{binder: "query", request: "?number=secret&other=secret", status: http.StatusUnprocessableEntity},
	{binder: "form", request: "amount=secret", contentType: binding.MIMEPOSTForm, status: http.StatusUnprocessableEntity, fields: "amount"},
	{binder: "form", request: "number=%zz", contentType: binding.MIMEPOSTForm, status: http.StatusBadRequest},
	{binder: "form", request: "secret", contentType: binding.MIMEMultipartPOSTForm, status: http.StatusBadRequest},
	{binder: "json", request: `{"number":"secret"}`, status: http.StatusUnprocessableEntity, fields: "number"},
	{binder: "json", request: `{`, status: http.StatusBadRequest},
	{binder: "xml", request: "<Values></secret>", status: http.StatusBadRequest},
	{binder: "xml", request: "<Values><number>secret</number></Values>", status: http.StatusUnprocessableEntity},
	{binder: "yaml", request: "number: secret", status: http.StatusUnprocessableEntity},
	{binder: "yaml", request: "number: [", status: http.StatusBadRequest},
	{binder: "toml", request: "number = 'secret'", status: http.StatusUnprocessableEntity},
	{binder: "toml", request: "number =", status: http.StatusBadRequest},
	{binder: "slice", request: `[{"email":"a@example.com"},{"email":"secret"}]`, status: http.StatusUnprocessableEntity, fields: "Email"},
	{binder: "json", request: `{"own":"secret"}`, status: http.StatusInternalServerError},
}

type bareBound struct {
	Email string `binding:"required,email" json:"email"`
}

// refusals are the errors of UseBinding with validators that are not Gin's.
var refusals []error

// otherValidator validates nothing.
type otherValidator struct{ engine any }

func (otherValidator) ValidateStruct(any) error { return nil }
func (v otherValidator) Engine() any            { return v.engine }

// withoutUseBinding binds before TestMain calls UseBinding.
func withoutUseBinding() {
	own := binding.Validator
	for _, v := range []binding.StructValidator{nil, otherValidator{}, otherValidator{"an engine"}} {
		binding.Validator = v
		refusals = append(refusals, inngestgin.UseBinding())
	}
	binding.Validator = own
	e := gin.New()
	for name, bind := range binders {
		if name == "slice" { // the validator would keep the Go names of adaptertest.Bound
			bind = func(c *gin.Context) error { return c.ShouldBindJSON(&[]bareBound{}) }
		}
		e.POST("/"+name, func(c *gin.Context) { inngestgin.Abort(c, bind(c)) })
	}
	for i, kind := range bareKinds {
		path, body := "/"+kind.binder, kind.request
		if kind.binder == "query" {
			path, body = path+body, ""
		}
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind.contentType)
		bareKinds[i].got = httptest.NewRecorder()
		e.ServeHTTP(bareKinds[i].got, r)
	}
}

func TestWithoutUseBinding(t *testing.T) {
	t.Parallel()
	if engine.Package != "encoding/json" {
		t.Skip("other decoders of JSON tell less")
	}
	for _, kind := range bareKinds {
		var doc validate.Problem
		if err := json.Unmarshal(kind.got.Body.Bytes(), &doc); err != nil {
			t.Fatalf("%v in %s", err, kind.got.Body)
		}
		var fields []string
		for _, f := range doc.Errors {
			fields = append(fields, f.Path)
		}
		if kind.got.Code != kind.status || strings.Join(fields, " ") != kind.fields || strings.Contains(kind.got.Body.String(), "secret") {
			t.Errorf("%s of %s was answered %d %s", kind.binder, kind.request, kind.got.Code, kind.got.Body)
		}
	}
}

func TestUseBindingRefusesOtherValidators(t *testing.T) {
	t.Parallel()
	for i, want := range []string{"binding.Validator is nil", "is a <nil>", "is a string"} {
		if err := refusals[i]; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "do without UseBinding") {
			t.Errorf("UseBinding returned %v, want it to say %q", err, want)
		}
	}
}

// TestListsOfParameters binds an array, whose length is fixed, and slices of
// slices.
func TestListsOfParameters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		target any
		body   string
		status int
		says   string
	}{
		{&struct {
			Pair [2]int `form:"pair"`
		}{}, "pair=98765", http.StatusUnprocessableEntity, "a list of the request has the wrong length"},
		{&[][]bound{}, `[[],[{"email":"a@example.com","lines":[]},{"email":"secret","lines":[]}]]`, http.StatusUnprocessableEntity, `"path":"[1][1].email"`},
		{&[2]bound{}, `[{"email":"a@example.com","lines":[]},{"email":"secret","lines":[]}]`, http.StatusUnprocessableEntity, `"path":"[1].email"`},
	} {
		e := gin.New()
		e.POST("/", func(gc *gin.Context) {
			if strings.HasPrefix(c.body, "[") {
				inngestgin.Abort(gc, gc.ShouldBindJSON(c.target))
			} else {
				inngestgin.Abort(gc, gc.ShouldBind(c.target))
			}
		})
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
		r.Header.Set("Content-Type", binding.MIMEPOSTForm)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "98765") {
			t.Errorf("%s was answered %d %s, want %d with %s", c.body, w.Code, w.Body, c.status, c.says)
		}
	}
}

// TestOwnMistakes binds to targets that nothing can be bound to: that is not the
// client's mistake.
func TestOwnMistakes(t *testing.T) {
	t.Parallel()
	for name, bind := range map[string]func(*gin.Context) error{
		"no pointer":    func(c *gin.Context) error { return c.ShouldBindJSON(bound{}) },
		"a nil pointer": func(c *gin.Context) error { return c.ShouldBindJSON((*bound)(nil)) },
		"a channel in a form": func(c *gin.Context) error {
			return c.ShouldBindQuery(&struct {
				A chan int `form:"a"`
			}{})
		},
		"a map of maps":   func(c *gin.Context) error { return c.ShouldBindQuery(&map[string]map[string]int{}) },
		"a map of slices": func(c *gin.Context) error { return c.ShouldBindQuery(&map[string][]int{}) },
		"plain text":      func(c *gin.Context) error { return c.ShouldBindPlain(&struct{}{}) },
		"no message":      func(c *gin.Context) error { return c.ShouldBindWith(&struct{}{}, binding.ProtoBuf) },
		"a zone": func(c *gin.Context) error {
			return c.ShouldBindQuery(&struct {
				A time.Time `form:"a" time_location:"Nowhere"`
			}{})
		},
		"a list's format": func(c *gin.Context) error {
			return c.ShouldBindQuery(&struct {
				A []int `collection_format:"x" form:"a"`
			}{})
		},
	} {
		e := gin.New()
		var err error
		e.POST("/", func(c *gin.Context) { err = bind(c); inngestgin.Abort(c, err) })
		r := httptest.NewRequest(http.MethodPost, "/?a=1", strings.NewReader(`{"a":1}`))
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != http.StatusInternalServerError {
			t.Errorf("%s: %v was answered %d %s", name, err, w.Code, w.Body)
		}
	}
}

// TestUseBindingKeepsErrors expects errors to keep the types that applications
// look for.
func TestUseBindingKeepsErrors(t *testing.T) {
	t.Parallel()
	body := func(s string) *http.Request { return httptest.NewRequest(http.MethodPost, "/", strings.NewReader(s)) }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a rule":            {binding.JSON.Bind(body(`{}`), &bound{}), "validator.ValidationErrors"},
		"a rule in a slice": {binding.JSON.Bind(body(`[{}]`), &[]bound{}), "binding.SliceValidationError"},
		"a form":            {binding.Query.Bind(httptest.NewRequest(http.MethodGet, "/?number=a", nil), &adaptertest.Values{}), "*strconv.NumError"},
		"XML":               {binding.XML.Bind(body("<"), &adaptertest.Values{}), "*xml.SyntaxError"},
		"a wrong target": {binding.Query.Bind(httptest.NewRequest(http.MethodGet, "/?a=b", nil), &struct {
			A chan int `form:"a"`
		}{}), "*errors.errorString"},
		"no body":          {binding.JSON.Bind(&http.Request{}, &bound{}), "*errors.errorString"},
		"an own method":    {binding.JSON.Bind(body(`{"own":"secret"}`), &adaptertest.Values{}), "*gin.Error"},
		"a body in memory": {binding.JSON.BindBody([]byte(`{"own":"secret"}`), &adaptertest.Values{}), "*gin.Error"},
	} {
		if got := fmt.Sprint(reflect.TypeOf(c.err)); got != c.want && engine.Package == "encoding/json" {
			t.Errorf("the error about %s is a %s: %v", name, got, c.err)
		}
	}
	if err := binding.JSON.Bind(body(`{"email":"a@example.com","lines":[{"quantity":1}]}`), &bound{}); err != nil {
		t.Errorf("a good body is refused: %v", err)
	}
	if err := inngestgin.UseBinding(); err != nil {
		t.Errorf("UseBinding a second time returned %v", err)
	}
}

// TestNull binds JSON's null to pointers, for which Gin's own validator panics.
func TestNull(t *testing.T) {
	t.Parallel()
	for _, target := range []any{&[]*bound{}, new(*bound), new([]bound)} {
		if err := binding.JSON.BindBody([]byte("null"), target); err != nil {
			t.Errorf("binding null to a %T returned %v", target, err)
		}
	}
	if err := binding.JSON.BindBody([]byte("[null]"), &[]*bound{}); err != nil {
		t.Errorf("binding a list of null returned %v", err)
	}
}

// TestGinsMark answers errors that the application or c.Bind has marked with
// gin.ErrorTypeBind.
func TestGinsMark(t *testing.T) {
	t.Parallel()
	secret := errors.New("secret")
	for _, c := range []struct {
		err    error
		status int
	}{
		{&gin.Error{Err: secret, Type: gin.ErrorTypeBind}, http.StatusBadRequest},
		{fmt.Errorf("binding: %w", &gin.Error{Err: secret, Type: gin.ErrorTypeBind}), http.StatusBadRequest},
		{&gin.Error{Err: secret, Type: gin.ErrorTypePublic}, http.StatusInternalServerError},
		{&gin.Error{Err: &http.MaxBytesError{}, Type: gin.ErrorTypeBind}, http.StatusRequestEntityTooLarge},
	} {
		e := gin.New()
		e.GET("/", func(gc *gin.Context) { inngestgin.Abort(gc, c.err) })
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != c.status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%v was answered %d %s", c.err, w.Code, w.Body)
		}
	}
}

// TestClientQuotesOwnMistake sends malformed JSON with the words of an
// application's mistake: it stays the client's.
func TestClientQuotesOwnMistake(t *testing.T) {
	t.Parallel()
	e := gin.New()
	e.POST("/", func(c *gin.Context) { inngestgin.Abort(c, c.ShouldBindJSON(new(bound))) })
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"email":"ReadVal: can only unmarshal into pointer" x`))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest {
		t.Errorf("malformed JSON was answered %d %s", w.Code, w.Body)
	}
}
