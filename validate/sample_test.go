package validate_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/validate"
)

func TestExampleKeepsToTheRules(t *testing.T) {
	t.Parallel()
	type line struct {
		SKU      string  `json:"sku"      validate:"required,len=8"`
		Quantity int     `json:"quantity" validate:"gte=1"`
		Price    float64 `json:"price"    validate:"gt=0"`
	}
	type order struct {
		ID     string            `json:"id"     validate:"required,uuid"`
		Email  string            `json:"email"  validate:"omitempty,email"`
		Source string            `json:"source" validate:"oneof=web mobile api"`
		Quoted string            `json:"quoted" validate:"oneof='by hand' other"`
		Lines  []line            `json:"lines"  validate:"min=1,dive"`
		Tags   []string          `json:"tags"   validate:"dive,min=10"`
		Site   *string           `json:"site"   validate:"omitempty,url"`
		At     time.Time         `json:"at"`
		Notes  map[string]string `json:"notes"`
		Self   *order            `json:"self"   validate:"-"`
		hidden string
	}
	_ = order{}.hidden
	v := validate.Default()
	example := v.Example(reflect.TypeFor[order]())
	if o := example.(order); o.Source != "web" || o.Email != "name@example.com" || len(o.Lines) != 1 || o.Site == nil {
		t.Errorf("the example is %+v", o)
	}
	if raw, err := json.Marshal(example); err != nil {
		t.Errorf("%v in %s", err, raw)
	}
	o := example.(order)
	o.Quoted = "other" // a quoted option with spaces is left to its reader
	if err := v.Struct(o); err != nil {
		t.Error(err)
	}
	if got := v.Example(reflect.TypeFor[map[string]any]()); got == nil {
		t.Error("a map has no example")
	}
}
