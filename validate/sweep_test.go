package validate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/validate"
)

// sweepRules are the rules of validator/v10: those that look at other fields
// or at a parameter stand here several times.
const sweepRules = `required; isdefault; len=3; min=1; max=5; eq=3; ne=3; gt=0; gte=2; lt=5; lte=5; min=1h; gt; gte; lt; lte; min;
	oneof=1 2; oneofci=a b; noneof=1 2; noneofci=a b; eq_ignore_case=a; ne_ignore_case=a; unique; unique=SKU; unique=Kind;
	required_if=Kind box; required_if=N 3; required_if=N abc; required_if=Any abc; required_if=Any 3; required_if=Ptr 3;
	required_if=Kind box N abc; required_if=Kind 'a b' Flag true; required_if=List 1; required_if=Map nil; required_if=When x;
	required_if=Deep.SKU x; required_if=Deep.Price x; required_if=Base.Name x; required_if=Name x; required_if=List[0] x;
	required_unless=Kind box; required_unless=N 3; required_with=Kind; required_with=Kind Name; required_with_all=Kind Any;
	required_without=Kind; required_without_all=Kind Ptr; excluded_if=Kind box; excluded_unless=N 3; excluded_with=Kind;
	excluded_with=Deep.SKU; excluded_with_all=Kind N; excluded_without=Ptr; excluded_without_all=Kind N; skip_unless=Kind box;
	skip_unless=N 3; eqfield=Kind; nefield=Kind; eqfield=N; gtfield=N; gtefield=When; ltfield=When; ltefield=Any; gtfield=Deep;
	eqfield=List; fieldcontains=Kind; fieldexcludes=N; eqcsfield=Deep.SKU; necsfield=Kind; gtcsfield=N; gtecsfield=When;
	ltcsfield=Any; ltecsfield=N; postcode_iso3166_alpha2=DE; postcode_iso3166_alpha2_field=Kind;
	postcode_iso3166_alpha2_field=Any; email; url; uri; http_url; uuid; uuid4; alpha; alphanum; ascii; numeric; number;
	hexadecimal; boolean; json; jwt; lowercase; uppercase; ip; ipv4; cidr; mac; fqdn; hostname; hostname_port; port;
	datetime=2006-01-02; timezone; e164; isbn; ssn; ein; credit_card; luhn_checksum; latitude; longitude; iscolor; country_code;
	iso3166_1_alpha_numeric; iso4217_numeric; contains=a; excludes=a; startswith=a; base64; semver; cron; bcp47_language_tag;
	bcp47_strict_language_tag; spicedb=type; duration; file; dir; filepath; dirpath; image; origin; mimetype; validateFn;
	email|uuid; isdefault|gte=2; required_if=Kind box|gte=2; omitempty; omitzero; structonly; nostructlevel; dive; dive,required;
	dive,gte=2; dive,email; dive,dive,gte=2; dive,unique; dive,required_if=Kind box,gte=2; dive,keys,min=2,endkeys,gte=2;
	dive,keys,required_if=Kind box,min=2,endkeys`

// sweepPrefixes stand before each rule.
var sweepPrefixes = []string{
	"", "omitempty,", "omitnil,", "required,", "required_if=Kind box,", "excluded_with=Kind,", "skip_unless=Kind box,omitempty,",
}

type moment time.Time

var sweepTypes = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[*string](), reflect.TypeFor[color](), reflect.TypeFor[bool](),
	reflect.TypeFor[*bool](), reflect.TypeFor[int](), reflect.TypeFor[*int64](), reflect.TypeFor[**int](),
	reflect.TypeFor[uint8](), reflect.TypeFor[float64](), reflect.TypeFor[*float32](), reflect.TypeFor[time.Duration](),
	reflect.TypeFor[time.Time](), reflect.TypeFor[*time.Time](), reflect.TypeFor[moment](), reflect.TypeFor[[]string](),
	reflect.TypeFor[*[]string](), reflect.TypeFor[[]*int](), reflect.TypeFor[[][]int](), reflect.TypeFor[[2]int](),
	reflect.TypeFor[[]byte](), reflect.TypeFor[json.RawMessage](), reflect.TypeFor[json.Number](), reflect.TypeFor[any](),
	reflect.TypeFor[*any](), reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](), reflect.TypeFor[map[string]int](),
	reflect.TypeFor[map[int]*int](), reflect.TypeFor[map[string][]any](), reflect.TypeFor[item](), reflect.TypeFor[*item](),
	reflect.TypeFor[[]item](), reflect.TypeFor[[]*item](), reflect.TypeFor[map[string]item](), reflect.TypeFor[map[string]*item](),
	reflect.TypeFor[net.IP](), reflect.TypeFor[netip.Addr](), reflect.TypeFor[money](), reflect.TypeFor[optional[string]](),
	reflect.TypeFor[optional[*int]](), reflect.TypeFor[struct{ Any any }](), reflect.TypeFor[[]struct{ SKU any }](),
}

// sweepContents are decoded into each type that they fit.
var sweepContents = []string{
	`null`, `"a"`, `""`, `"2024-01-02T15:04:05Z"`, `"10.0.0.1"`, `0`, `3`, `1.5`, `true`, `{}`, `[]`, `["a","a"]`, `[1,2]`,
	`["a",{}]`, `[null,[1],true]`, `{"a":true,"b":"x","c":[1],"d":null}`, `{"1":3,"2":null}`, `{"a":[{},1],"b":null}`,
	`{"sku":"a","price":1}`, `[{"sku":"a"},{"sku":"a"}]`, `[{"sku":[]},{"sku":{}},null]`, `{"a":{"sku":"a"}}`, `{"Any":[1]}`,
}

type Base struct{ Name string }

var sweepParents = []string{
	`{}`,
	`{"Kind":"box","N":3,"Any":1.5,"Ptr":3,"Flag":true,"List":["x"],"Map":{"a":1},"When":"2024-01-02T15:04:05Z","Deep":{"sku":"x"},"Name":"x"}`,
	`{"Kind":"bag","N":4,"Any":{"a":[]},"Ptr":null,"Deep":{}}`,
	`{"Kind":"box","Any":"abc"}`,
}

func sweepStruct(field reflect.Type, tag string) reflect.Type {
	return reflect.StructOf([]reflect.StructField{
		{Name: "Field", Type: field, Tag: reflect.StructTag(`validate:"` + tag + `"`)},
		{Name: "Kind", Type: reflect.TypeFor[string]()},
		{Name: "N", Type: reflect.TypeFor[int]()},
		{Name: "Any", Type: reflect.TypeFor[any]()},
		{Name: "Ptr", Type: reflect.TypeFor[*int]()},
		{Name: "Flag", Type: reflect.TypeFor[bool]()},
		{Name: "When", Type: reflect.TypeFor[time.Time]()},
		{Name: "List", Type: reflect.TypeFor[[]string]()},
		{Name: "Map", Type: reflect.TypeFor[map[string]int]()},
		{Name: "Deep", Type: reflect.TypeFor[*item]()},
		{Name: "Base", Type: reflect.TypeFor[*Base](), Anonymous: true},
	})
}

// No tag makes validation panic or print, whatever the data. A tag that
// CheckType accepts fails because of the data only.
func TestSweep(t *testing.T) {
	rules := strings.Split(sweepRules, ";")
	every, count, accepted, failed := 1, 0, 0, 0
	if testing.Short() {
		every = 6
	}
	printed := output(t, func() {
		for _, typ := range sweepTypes {
			v := validate.New() // which slows down with the number of types
			contents := decodable(typ)
			for _, rule := range rules {
			tags:
				for _, prefix := range sweepPrefixes {
					if count++; count%every != 0 {
						continue
					}
					tag := prefix + strings.TrimSpace(rule)
					parent := sweepStruct(typ, tag)
					sound := v.CheckType(parent) == nil
					parents := sweepParents[1:2]
					if sound {
						accepted++
						parents = sweepParents
					}
					for i, err := range sweepErrors(v, parent, parents, contents) {
						var invalid *validate.Error
						var mistake *validate.TypeError
						switch {
						case err == nil:
						case errors.As(err, &invalid):
							for _, f := range invalid.Fields {
								if f.Message == "" || f.Path == "" {
									t.Errorf("%s `%s` %d: got %+v, want a path and a message", typ, tag, i, f)
								}
							}
						case errors.As(err, &mistake) && !sound:
							failed++
						default:
							t.Errorf("%s `%s` %d: got %T %.300v", typ, tag, i, err, errors.Unwrap(err))
							continue tags
						}
					}
				}
			}
		}
	})
	if len(printed) > 0 {
		t.Errorf("validation printed %d bytes: %.300s", len(printed), printed)
	}
	t.Logf("%d rules, %d types, %d prefixes: %d accepted, %d values stopped by a wrong tag", len(rules), len(sweepTypes), len(sweepPrefixes), accepted, failed)
}

func decodable(typ reflect.Type) []reflect.Value {
	values := []reflect.Value{reflect.ValueOf(validate.Default().Example(typ))}
	if !values[0].IsValid() {
		values = nil // an interface without content
	}
	for _, text := range sweepContents {
		value := reflect.New(typ)
		if json.Unmarshal([]byte(text), value.Interface()) == nil {
			values = append(values, value.Elem())
		}
	}
	return values
}

func sweepErrors(v *validate.Validator, parent reflect.Type, parents []string, contents []reflect.Value) []error {
	var errs []error
	for _, text := range parents {
		value := reflect.New(parent)
		if err := json.Unmarshal([]byte(text), value.Interface()); err != nil {
			panic(err)
		}
		for _, content := range contents {
			value.Elem().Field(0).Set(content)
			errs = append(errs, v.Struct(value.Interface()))
		}
	}
	return errs
}

// output returns what fn prints to the standard output, to the standard error
// and to the standard logger.
func output(t *testing.T, fn func()) []byte {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = w, w
	log.SetOutput(w)
	var printed bytes.Buffer
	done := make(chan struct{})
	go func() { defer close(done); _, _ = io.Copy(&printed, r) }()
	fn()
	os.Stdout, os.Stderr = stdout, stderr
	log.SetOutput(stderr)
	_ = w.Close()
	<-done
	return slices.Clip(printed.Bytes())
}
