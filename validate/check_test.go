package validate_test

import (
	"encoding/json"
	"fmt"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/inngestkit/inngestkit/validate"
)

type color string

// money is not a string, but shows itself as one.
type money struct{ cents int }

func (m money) String() string { return fmt.Sprint(m.cents) }

// shown shows itself as a string too, and has something to show.
type shown struct{ Cents int }

func (s shown) String() string { return fmt.Sprint(s.Cents) }

// optional shows its content to validator.
type optional[T any] struct{ value T }

func (o optional[T]) ValidatorValue() any { return o.value }

// nullable is turned into a string by a type function in the test.
type nullable struct {
	Text  string
	Valid bool
}

type node struct {
	Name     string           `validate:"required,email"`
	Next     *node            `validate:"omitempty"`
	Children []*node          `validate:"dive"`
	ByName   map[string]*node `validate:"dive,required"`
}

func fieldType(typ reflect.Type, tag string) reflect.Type {
	return reflect.StructOf([]reflect.StructField{
		{Name: "Field", Type: typ, Tag: reflect.StructTag(`validate:"` + tag + `"`)},
		{Name: "Text", Type: reflect.TypeFor[string](), Tag: `json:"text"`},
		{Name: "Number", Type: reflect.TypeFor[int]()},
		{Name: "Flag", Type: reflect.TypeFor[*bool]()},
		{Name: "When", Type: reflect.TypeFor[time.Time]()},
		{Name: "List", Type: reflect.TypeFor[[]string]()},
		{Name: "Inner", Type: reflect.TypeFor[*item]()},
	})
}

// Tags that are right. A finding on any of these would stop a program that
// works.
func TestCheckAccepts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value any
		tags  string
	}{
		{"", `required email url uri http_url https_url uuid uuid3 uuid4 uuid5 uuid7 ulid alpha alphanum alphaspace
			alphanumspace alphaunicode alphanumunicode ascii printascii multibyte numeric number hexadecimal hexcolor
			rgb rgba hsl hsla cmyk iscolor e164 base32 base64 base64url base64rawurl json jwt html html_encoded url_encoded
			ip ipv4 ipv6 cidr cidrv4 cidrv6 mac fqdn hostname hostname_rfc1123 hostname_port hostname_label
			tcp_addr tcp4_addr tcp6_addr udp_addr udp4_addr udp6_addr ip_addr ip4_addr ip6_addr unix_addr uds_exists
			isbn isbn10 isbn13 issn ssn ein credit_card luhn_checksum btc_addr btc_addr_bech32 eth_addr
			md4 md5 sha256 sha384 sha512 ripemd128 ripemd160 tiger128 tiger160 tiger192
			latitude longitude datauri semver cve cron mongodb mongodb_connection_string bic bic_iso_9362_2014
			timezone boolean lowercase uppercase duration mimetype origin urn_rfc2141 urn_rfc8141
			bcp47_language_tag bcp47_strict_language_tag country_code eu_country_code iso3166_1_alpha2
			iso3166_1_alpha3 iso3166_1_alpha_numeric iso3166_2 iso4217 dns_rfc1035_label spicedb spicedb=type
			file filepath dir dirpath image isdefault omitempty omitnil omitzero
			min=1 max=5 len=3 eq=a eq= ne=a ne= lt=5 lte=5 gt=0 gte=0 min=0x10 oneof=a oneofci=a noneof=a noneofci=a
			eq_ignore_case=a ne_ignore_case=a contains=a contains=0x2C containsany=!@# containsrune=a excludes=a
			excludesall=0x7C excludesrune=a startswith=a endswith=b startsnotwith=a endsnotwith=a
			datetime=2006-01-02 postcode_iso3166_alpha2=DE postcode_iso3166_alpha2_field=Text
			eqfield=Text nefield=Text gtfield=Text gtefield=Text ltfield=Text ltefield=Text fieldcontains=Text
			fieldexcludes=Text eqfield=Inner.SKU eqcsfield=Inner.SKU necsfield=Other.Thing gtcsfield=A gtecsfield=A
			ltcsfield=A ltecsfield=A unique=Text
			required_with=Text required_with_all=Text required_without=Flag required_without_all=Inner.SKU
			excluded_with=Text excluded_with_all=List excluded_without=Text excluded_without_all=Text
			rgb|rgba email|uuid|len=0 omitempty,email required,email|e164 omitempty,min=3,max=9`},
		{"", `oneof=a b c|oneof='a b' 'c d'|required_if=Text a|required_if=Text a Number 3|required_if=Flag true|
			required_if=Flag nil|required_if=List 2|required_if=Inner.SKU x|required_unless=Text 'a b'|required_unless=Number 1|
			excluded_if=Text a|excluded_unless=Text a Number 2|skip_unless=Text a|required_with=Text Number|
			required_without_all=Text Inner.SKU|datetime=2006-01-02 15:04`},
		{color(""), `required oneof=red email min=1 lowercase`},
		{new(""), `required email min=3 oneof=a omitempty,email omitnil,email eqfield=Text`},
		{0, `required min=1 max=5 len=3 eq=3 ne=3 gt=0 gte=-1 lt=5 lte=5 oneof=1 port numeric number latitude
			longitude luhn_checksum iso3166_1_alpha_numeric iso4217_numeric eqfield=Number gtfield=Number isdefault
			boolean unique=Number required_if=Number=1`},
		{uint8(0), `min=1 max=0xFF oneof=1 port luhn_checksum`},
		{new(int64(0)), `min=1 gte=0 required`},
		{0.5, `min=0.5 max=1e3 gt=0 lt=1 latitude longitude numeric eq=1.5`},
		{float32(0), `min=0.5 longitude`},
		{true, `required eq=true ne=false boolean isdefault required_with=Text eqfield=Flag`},
		{time.Second, `min=1s max=24h gt=0 lte=90m eq=1000 required`},
		{time.Time{}, `required gt gte lt lte eqfield=When gtfield=When ltefield=When nefield=When omitempty,gt omitzero`},
		{new(time.Time{}), `required gt omitempty,lt gtfield=When`},
		{[]string(nil), `required min=1 max=5 len=2 gt=0 unique dive dive,required dive,email dive,oneof=a
			required,min=1,dive,required,email omitempty,dive,min=3 unique,dive,e164 eq=2 ne=0 dive,eqfield=Text`},
		{[][]int(nil), `dive,dive dive,min=1,dive,gt=0 required,dive,required,dive,oneof=1`},
		{[]item(nil), `dive unique=SKU,dive dive,required min=1,dive required,dive,nostructlevel dive,structonly`},
		{[]*item(nil), `required,dive dive unique=SKU,dive dive,required omitempty,dive,omitnil dive,omitempty,nostructlevel`},
		{[]byte(nil), `required min=1 json len=16 max=10`},
		{json.RawMessage(nil), `required json omitempty,json`},
		{[2]int{}, `required len=2 dive,gt=0 unique min=1 max=3`},
		{map[string]int(nil), `required min=1 len=2 unique dive,gt=0 dive,keys,min=2,endkeys dive,keys,alpha,len=3,endkeys,gt=0
			required,dive,keys,email|uuid,endkeys,required max=3,dive`},
		{map[string][]item(nil), `dive,min=1,dive dive,keys,required,endkeys,required,dive,required`},
		{map[int]item(nil), `dive dive,keys,gt=0,endkeys,required dive,required`},
		{item{}, `required omitempty structonly nostructlevel required_with=Text isdefault omitzero`},
		{(*item)(nil), `required omitempty omitnil required_without=Text excluded_with=Text required,structonly excluded_if=Number=1`},
		{any(nil), `required email min=3 dive,email min=x`},
		{[]any(nil), `dive,required dive,email unique`},
		{net.IP(nil), `required min=4 len=16`},
		{money{}, `uuid required email`},
		{optional[string]{}, `required email min=3 oneof=a`},
		{optional[int]{}, `required min=3 oneof=1`},
		{nullable{}, `required email min=3 oneof=a lowercase datetime=2006`},
		{node{}, `required`},
		{new(int64(0)), `gte=2 isdefault|gte=2 required,gte=2 omitempty,required_with=Text,omitnil,gte=2`},
		{(*int64)(nil), `required_if=Text a,omitempty,gte=2|required_if=Text a,omitnil,gte=2|required_if=Text a,omitzero,gte=2|
			required_if=Text a,required,gte=2|required_if=Text a,excluded_with=Number|required_if=Text a,isdefault|
			required_if=Text a,eqfield=Number,nefield=Flag,gtfield=Number,eqcsfield=Text|required_if=List[0] a|
			required_if=Text a Inner.Price 1.5|required_if=Text 'a b' Number 3|required_if=Text a,known`},
		{0, `required_if=Text a,gte=2|required_with=Text,oneof=1 2|required_if='Text' a`},
		{shown{}, `uuid`},
		{[]*int(nil), `required_if=Text a,dive,required_if=Text a,omitempty,gte=2|required_with=Text,min=1,dive,required`},
		{map[string]*int(nil), `required_if=Text a,dive,keys,required_if=Text a,min=1,endkeys,required`},
	}
	engine := validator.New(validator.WithRequiredStructEnabled())
	engine.RegisterCustomTypeFunc(func(v reflect.Value) any { return v.FieldByName("Text").String() }, nullable{})
	v := validate.Wrap(engine)
	if err := v.RegisterRule("known", func(validator.FieldLevel) bool { panic("run") }, ""); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		typ := reflect.TypeOf(tt.value)
		if typ == nil {
			typ = reflect.TypeFor[any]()
		}
		for _, tag := range splitTags(tt.tags) {
			if err := v.CheckType(fieldType(typ, tag)); err != nil {
				t.Errorf("%s `%s`: %v", typ, tag, err)
			}
		}
	}
	if err := v.CheckType(nil); err != nil {
		t.Errorf("CheckType(nil) = %v", err)
	}
}

// splitTags splits at spaces, or at the ends of lines and "|" where the tags
// hold spaces themselves.
func splitTags(tags string) []string {
	if strings.Contains(tags, "required_if=Text a") {
		var split []string
		for tag := range strings.SplitSeq(tags, "|") {
			split = append(split, strings.TrimSpace(tag))
		}
		return split
	}
	split := strings.Fields(tags)
	for i := range split {
		split[i] = strings.Replace(split[i], "_if=Number=1", "_if=Number 1", 1)
	}
	return split
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value any
		tag   string
		want  string // part of the message, besides the field and the rule
	}{
		{"", "emial", `is not defined: write "email", or`},
		{"", "omitemtpy,email", `write "omitempty"`},
		{"", "notaruleatall", "is not defined: add it with RegisterRule"},
		{"", "email|uuidd", `write "uuid`},
		{"", "required,,email", "extra comma"},
		{"", "=3", "cannot be read"},
		{"", "postcode_iso3166_alpha2_field=Number", "needs a string in the field that it names"},
		{map[string]int(nil), "endkeys,required", "cannot be read"},
		{map[string]int(nil), "dive,keys", "cannot be read"},
		{"", "rquired", `write "required"`},
		{0, "mni=3", `write "min"`},
		{"", "knwon", `write "known"`},
		{[2]int{}, "dive,keys,min=1,endkeys", "it is for maps"},
		{any(nil), "eqfield=List.Foo", `as in "List[0]"`},
		{"", "alias", `alias that uses "nope"`},
		{"", "min=x", "write a whole number"},
		{0, "gte=abc", "type int: write a whole number"},
		{0, "min=", "whole number"},
		{0.5, "max=much", "write a number"},
		{true, "eq=maybe", "true or false"},
		{time.Second, "min=soon", "a duration"},
		{[]int(nil), "min=x", "whole number"},
		{"", "oneof=", `as in "oneof=red green"`},
		{"", "oneof", "has no parameter"},
		{"", "contains=", "has no parameter"},
		{"", "datetime", "2006-01-02"},
		{"", "postcode_iso3166_alpha2=", "postcode_iso3166_alpha2=DE"},
		{"", "eqcsfield", `as in "eqcsfield=Inner.Field"`},
		{0, "email", "cannot apply to a field of type int"},
		{[]byte(nil), "uuid", "cannot apply to a field of type []uint8"},
		{0, "contains=a", "cannot apply"},
		{"", "port", "cannot apply to a field of type string"},
		{0.5, "oneof=1", "cannot apply to a field of type float64"},
		{true, "min=3", "cannot apply to a field of type bool"},
		{item{}, "min=3", "cannot apply to a field of type validate_test.item"},
		{map[string]int(nil), "email", "cannot apply"},
		{"", "dive", "is for slices, arrays and maps"},
		{item{}, "dive", "is for slices, arrays and maps"},
		{[]int(nil), "dive,dive", "is for slices, arrays and maps"},
		{[]int(nil), "dive,email", "type int"},
		{map[string]int(nil), "dive,keys,gt=x,endkeys,required", "type string"},
		{map[string]int(nil), "keys,required,endkeys", "dive,keys,...,endkeys"},
		{map[string]int(nil), "dive,keys,emial,endkeys", `write "email"`},
		{[]item(nil), "unique=Nope", "Go name of a field of the elements"},
		{"", "eqfield=text", `names "text", which is not a field of`},
		{"", "eqfield=text", `write the Go name, "Text"`},
		{"", "eqfield", "names no field"},
		{"", "required_with=Text Nope", `names "Nope"`},
		{"", "required_if=number 1", `write the Go name, "Number"`},
		{"", "required_if=Text", "pairs of field and value"},
		{"", "required_if=Text a Text b", "names a field twice"},
		{"", "required_if=Number one", "a value that does not fit"},
		{"", "required_unless", "names no field"},
		{any(nil), "emial", "is not defined"},
		{new(""), "excluded_with=Text,email", `write "excluded_with=Text,omitempty,email"`},
		{new(""), "required_if=Text a,fieldcontains=Text", `write "required_if=Text a,omitempty,fieldcontains=Text"`},
		{any(nil), "skip_unless=Text a,min=3", `write "skip_unless=Text a,omitempty,min=3"`},
		{any(nil), "required_with=Text,email", `write "required_with=Text,omitempty,email"`},
		{new(0), "required_with=Text,required_with=Flag,isdefault,eqfield=Number,max=3", `eqfield=Number,omitempty,max=3"`},
		{new(0), "required_with=Text,known,max=3", `write "required_with=Text,known,omitempty,max=3"`},
		{[]*int(nil), "dive,required_if=Text a,gte=2,lte=5", `write "dive,required_if=Text a,omitempty,gte=2,lte=5"`},
		{map[string]*int(nil), "min=1,dive,keys,min=2,endkeys,required_if=Text a,gte=2", `endkeys,required_if=Text a,omitempty,gte=2"`},
		{new([]int), "required_if=Text a,dive,gt=0", `write "required_if=Text a,omitempty,dive,gt=0"`},
		{new(0), "required_if=Text a|gte=2", `write "required_if=Text a,omitempty,gte=2"`},
		{new(time.Time{}), "required_if=Text a,gt", `write "required_if=Text a,omitempty,gt"`},
		{optional[*int]{}, "required_if=Text a,gte=2", `write "required_if=Text a,omitempty,gte=2"`},
		{optional[*int]{}, "required_if=Number abc", "a value that does not fit"},
		{item{}, "required_if=Number abc", "a value that does not fit"},
		{item{}, "excluded_unless=Inner.Price abc", "a value that does not fit"},
		{any(nil), "required_if=Number abc", "a value that does not fit"},
		{"", "required_if=Text a Number abc", "a value that does not fit"},
		{"", "required_if=Text 'a b' Number abc", "a value that does not fit"},
		{"", "required_if=Text 'a b' Nope 1", `names "Nope"`},
		{"", "required_with=Text List.Foo", "without naming an element"},
		{"", "eqfield=List.Foo", `as in "List[0]"`},
		{[]string(nil), "dive,keys,min=1,endkeys,required", "it is for maps"},
	}
	engine := validator.New()
	engine.RegisterAlias("alias", "required,nope")
	v := validate.Wrap(engine)
	if err := v.RegisterRule("known", func(validator.FieldLevel) bool { panic("run") }, ""); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%T %s", tt.value, tt.tag), func(t *testing.T) {
			t.Parallel()
			typ := reflect.TypeOf(tt.value)
			if typ == nil {
				typ = reflect.TypeFor[any]()
			}
			err := v.CheckType(fieldType(typ, tt.tag))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "field Field: rule ") {
				t.Errorf("CheckType = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestCheckFindsAll(t *testing.T) {
	t.Parallel()
	type inner struct {
		A string `validate:"emial"`
	}
	type Base struct {
		B int `validate:"min=x,max=y"`
	}
	type outer struct {
		Base
		One     *inner
		List    []inner                        `validate:"dive"`
		ByName  map[string]map[string][]*inner `validate:"dive,dive,dive"`
		Self    *outer
		C       string `validate:"dive"`
		Left    inner  `validate:"-"`
		private inner  `validate:"emial"`
	}
	_ = outer{}.private
	err := validate.CheckType(reflect.TypeFor[map[string][]*outer]())
	if err == nil {
		t.Fatal("CheckType = nil, want errors")
	}
	want := []string{
		`validate_test.Base: field B: rule "min=x" `,
		`validate_test.Base: field B: rule "max=y" `,
		`validate_test.inner: field A: rule "emial" `,
		`validate_test.outer: field C: rule "dive" `,
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("got %d problems, want %d:\n%v", len(lines), len(want), err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("problem %d: got %q, want %q…", i, line, want[i])
		}
	}
}

func TestCheckOtherTag(t *testing.T) {
	t.Parallel()
	type bound struct {
		Email string `json:"email" binding:"required"`
	}
	type both struct {
		Email string `json:"email" binding:"required" validate:"email"`
		Name  string `json:"name" binding:"required"`
	}
	type outer struct {
		Name  string `validate:"required"`
		Bound bound
	}
	type several struct {
		Left  string `json:"left" binding:"-"`
		First string `json:"first" binding:"required"`
		Last  string `json:"last" binding:"required"`
	}
	type skipped struct {
		Left string `json:"left" binding:"-"`
	}
	v := validate.New()
	tests := []struct {
		name string
		v    *validate.Validator
		typ  reflect.Type
		want string
	}{
		{"only binding", v, reflect.TypeFor[bound](), `rename the tags to "validate", or say WithTag("binding")`},
		{"only binding inside", v, reflect.TypeFor[outer](), `rename the tags to "validate", or say WithTag("binding")`},
		{"binding asked for", v.ForTag("binding"), reflect.TypeFor[bound](), ""},
		{"both", v, reflect.TypeFor[both](), ""},
		{"several", v, reflect.TypeFor[several](), "field First: "},
		{"skipped", v, reflect.TypeFor[skipped](), ""},
		{"only validate", v.ForTag("binding"), reflect.TypeFor[item](), `say WithTag("validate")`},
		{"another tag", v.ForTag("rules"), reflect.TypeFor[bound](), `rename the tags to "rules"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.v.CheckType(tt.typ)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("CheckType = %v, want %q", err, tt.want)
			}
		})
	}
}

// Rules of an application are looked up, never run: they may need a database.
func TestCheckCustomRules(t *testing.T) {
	t.Parallel()
	type order struct {
		ID    string `validate:"known"`
		Email string `validate:"email"`
	}
	typ := reflect.TypeFor[order]()
	v := validate.New()
	if err := v.CheckType(typ); err == nil {
		t.Error("CheckType before RegisterRule = nil, want an error")
	}
	// CheckType is no use: rules can still be added.
	panics := func(validator.FieldLevel) bool { panic("run") }
	for _, tag := range []string{"known", "email"} {
		if err := v.RegisterRule(tag, panics, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.CheckType(typ); err != nil {
		t.Errorf("CheckType after RegisterRule = %v", err)
	}
	if err := v.ForTag("validate").CheckType(typ); err != nil {
		t.Errorf("tagged: %v", err)
	}
}
