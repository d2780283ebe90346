package validate_test

import (
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/validate"
)

type looped struct {
	Name string             `json:"name" validate:"required"`
	Next *looped            `json:"next"`
	List []*looped          `json:"list" validate:"dive"`
	By   map[string]*looped `json:"by" validate:"dive"`
	Any  any                `json:"any"`
	at   *looped
}

func TestValuesThatHoldThemselves(t *testing.T) {
	t.Parallel()
	for name, tie := range map[string]func(*looped){
		"pointer":   func(l *looped) { l.Next = l },
		"list":      func(l *looped) { l.List = []*looped{{Name: "b"}, l} },
		"map":       func(l *looped) { l.By = map[string]*looped{"a": l} },
		"interface": func(l *looped) { l.Any = l },
	} {
		l := &looped{Name: "a"}
		tie(l)
		got := fieldsOf(t, validate.Struct(l))
		if len(got) != 1 || got[0].Rule != "depth" || got[0].Message == "" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	for _, value := range tied() {
		if got := fieldsOf(t, validate.Struct(value)); len(got) != 1 || got[0].Rule != "depth" {
			t.Errorf("%T: got %+v", value, got)
		}
	}
	// A way that validator does not take is no loop.
	l := &looped{Name: "a", Any: map[string]any{}}
	l.at = l
	l.Any.(map[string]any)["a"] = l
	if err := validate.Struct(l); err != nil {
		t.Error(err)
	}
	l.Any = []*looped{l}
	if err := validate.Struct(l); err != nil {
		t.Error(err)
	}
}

type (
	byPointer struct{ Next *byPointer }
	bySlice   struct {
		List []bySlice `validate:"dive"`
	}
	byMap struct {
		By map[string]byMap `validate:"dive"`
	}
	byArray struct {
		Two [2]*byArray `validate:"dive"`
	}
	byInterface struct{ In struct{ Any *any } }
	byOther     struct{ Other *byOne }
	byOne       struct{ One byOther }
	ByEmbedded  struct{ *ByEmbedded }
)

// tied returns a value of each type that holds itself.
func tied() []any {
	pointer := &byPointer{}
	pointer.Next = pointer
	slice := bySlice{make([]bySlice, 1)}
	slice.List[0] = slice
	m := byMap{map[string]byMap{}}
	m.By["a"] = m
	array := &byArray{}
	array.Two[1] = array
	in := &byInterface{}
	in.In.Any = new(any(in))
	one := &byOne{}
	one.One.Other = one
	embedded := &ByEmbedded{}
	embedded.ByEmbedded = embedded
	return []any{pointer, slice, m, array, in, one, embedded}
}

// encoding/json reads 10,000 values inside each other.
func TestDeepValues(t *testing.T) {
	t.Parallel()
	deepest := strings.Repeat(`{"name":"a","list":[`, 4999) + `{"name":""}` + strings.Repeat(`]}`, 4999)
	got := fieldsOf(t, validate.Decode([]byte(deepest), &looped{}))
	if want := strings.Repeat("list[0].", 4999) + "name"; len(got) != 1 || got[0].Path != want {
		t.Errorf("got %d fields", len(got))
	}
}
