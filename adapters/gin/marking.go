//go:build !nomsgpack

package inngestgin

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// markAll makes Gin's bindings mark errors.
func markAll() {
	for _, b := range []*binding.Binding{&binding.Form, &binding.Query, &binding.FormPost, &binding.FormMultipart, &binding.Header} {
		*b = marking{*b}
	}
	for _, b := range []*binding.BindingBody{&binding.JSON, &binding.XML, &binding.YAML, &binding.TOML, &binding.BSON, &binding.ProtoBuf} {
		*b = markingBody{*b}
	}
	binding.Uri = markingURI{binding.Uri}
}

// marking, markingBody and markingURI are bindings that mark errors.
type (
	marking     struct{ binding.Binding }
	markingBody struct{ binding.BindingBody }
	markingURI  struct{ binding.BindingUri }
)

func (b marking) Bind(r *http.Request, obj any) error { return mark(b.Binding.Bind(r, obj)) }

func (b markingBody) Bind(r *http.Request, obj any) error { return mark(b.BindingBody.Bind(r, obj)) }

func (b markingBody) BindBody(body []byte, obj any) error {
	return mark(b.BindingBody.BindBody(body, obj))
}

func (b markingURI) BindUri(values map[string][]string, obj any) error { //nolint:revive,staticcheck // Gin's spelling
	return mark(b.BindingUri.BindUri(values, obj))
}

// mark marks an error of binding if neither its type nor its text shows that it
// is the client's mistake.
func mark(err error) error {
	if err == nil || isOwn(err) {
		return err
	}
	if _, known := adapter.Problem(explain(err, "")); known {
		return err
	}
	return &gin.Error{Err: err, Type: gin.ErrorTypeBind}
}

// isOwn reports whether an error of binding is the application's mistake, such as
// a target that nothing can be bound to.
func isOwn(err error) bool {
	var (
		target *json.InvalidUnmarshalError
		typ    *xml.UnsupportedTypeError
		tag    *xml.TagPathError
	)
	if errors.As(err, &target) || errors.As(err, &typ) || errors.As(err, &tag) ||
		errors.Is(err, binding.ErrConvertMapStringSlice) || errors.Is(err, binding.ErrConvertToMapString) || errors.Is(err, binding.ErrMultiFileHeader) {
		return true
	}
	said := err.Error()
	return slices.ContainsFunc(ownTexts, func(own string) bool { return strings.Contains(said, own) })
}

// ownTexts are parts of the texts of such errors that have no type.
var ownTexts = []string{"json: Unmarshal(", "ReadVal: can", "unknown type", "obj is not ProtoMessage", "invalid request", "in the collection_format", "unknown time zone", "validator: ("}
