package validate

import (
	"errors"
	"reflect"
	"strings"
	"sync"

	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
)

// DefaultTag is the struct tag that holds the rules unless [WithTag] says
// otherwise.
const DefaultTag = "validate"

// bindingTag is the tag of Gin's binder, which is validator/v10 as well.
const bindingTag = "binding"

// Validator checks values against the rules in their struct tags. Its methods
// may be called from several goroutines at once.
type Validator struct {
	family *family
	engine *validator.Validate
	trans  *translator
	tag    string

	checked sync.Map // mistakes by reflect.Type, once a rule has panicked
}

// Option changes how a [Validator] is made.
type Option func(*config)

type config struct {
	tag      string
	trans    ut.Translator
	register func(*validator.Validate, ut.Translator) error
}

// WithTag names the struct tag that holds the rules. Defaults to "validate";
// with [Wrap], to the tag that the application's validator reads.
func WithTag(tag string) Option {
	return func(c *config) { c.tag = tag }
}

// WithTranslator makes messages in another language. register is one of the
// RegisterDefaultTranslations functions of validator/v10/translations; nil
// means that the translations are registered with the validator given to
// [Wrap]. An error of register is returned by [Validator.CheckType] and the
// registering methods. Defaults to English.
func WithTranslator(trans ut.Translator, register func(*validator.Validate, ut.Translator) error) Option {
	return func(c *config) { c.trans, c.register = trans, register }
}

// New returns a validator with the rules built into validator/v10 and
// WithRequiredStructEnabled.
func New(opts ...Option) *Validator {
	c := newConfig(opts)
	if c.tag == "" {
		c.tag = DefaultTag
	}
	return newFamily(newEngine(c.tag), c)
}

// Wrap returns a validator that uses the application's own: its rules,
// aliases, type functions and settings. Call it before v validates its first
// value, because v keeps what it learns about a type.
//
// Wrap changes v: errors name fields by JSON name, fields of embedded structs
// belong to the struct around them, and translations are added for a
// translator of the package's own, next to those that v has. The tag that v
// reads changes only if [WithTag] is given; without it Wrap finds out whether
// that is "validate" or "binding", and sets "validate" if it is neither.
// A struct rule that v has for a type is replaced when
// [Validator.RegisterStructRule] adds one for the same type.
func Wrap(v *validator.Validate, opts ...Option) *Validator {
	c := newConfig(opts)
	if v == nil {
		wrapped := New(opts...)
		wrapped.family.setup = errors.New("validate: Wrap needs a *validator.Validate, and got nil")
		return wrapped
	}
	if c.tag == "" {
		c.tag = tagOf(v)
	}
	v.SetTagName(c.tag)
	validator.WithTagNameFuncBlankOmit()(v)
	return newFamily(v, c)
}

var defaultValidator = sync.OnceValue(func() *Validator { return New() })

// Default returns the validator behind the functions of this package.
func Default() *Validator { return defaultValidator() }

// Struct validates with [Default]; see [Validator.Struct].
func Struct(value any) error { return Default().Struct(value) }

// Struct validates a struct or a pointer to one, and what it holds. The error
// is an [*Error]. A nil pointer fails the rule "required"; maps and other
// values that are not structs have no rules and pass.
//
// A type whose rules are wrong makes it panic, as validator/v10 does: have
// [Validator.CheckType] look at the type first.
func (v *Validator) Struct(value any) error {
	v.family.use()
	val := reflect.ValueOf(value)
	for val.Kind() == reflect.Pointer {
		if val.IsNil() {
			return v.missing()
		}
		if val.Elem().Kind() == reflect.Struct {
			value = val.Interface()
		}
		val = val.Elem()
	}
	switch val.Kind() {
	case reflect.Struct:
		return v.run(value, val)
	case reflect.Map:
		return v.elements(val)
	default:
		return nil
	}
}

func (v *Validator) missing() *Error {
	const rule = "required"
	text, _ := v.trans.T(rule, "")
	if text = strings.TrimSpace(text); text == "" {
		text = "is a required field"
	}
	return &Error{Fields: []FieldError{{Rule: rule, Message: text}}}
}

func (v *Validator) newError(t reflect.Type, broken validator.ValidationErrors) *Error {
	fields := make([]FieldError, len(broken))
	for i, fe := range broken {
		fields[i] = FieldError{
			Path:    errorPath(t, fe),
			Rule:    fe.Tag(),
			Param:   fe.Param(),
			Message: v.trans.message(fe),
		}
	}
	sortFields(fields)
	return &Error{Fields: fields, cause: broken}
}

func newConfig(opts []Option) config {
	var c config
	for _, opt := range opts {
		opt(&c)
	}
	if c.trans == nil {
		c.trans, c.register = english()
	}
	return c
}

func newEngine(tag string) *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled(), validator.WithTagNameFuncBlankOmit())
	v.SetTagName(tag)
	return v
}

// tagOf finds the tag v reads by giving it something to refuse.
func tagOf(v *validator.Validate) string {
	type probe struct {
		Field string `binding:"required"`
	}
	if v.Struct(probe{}) != nil {
		return bindingTag
	}
	return DefaultTag
}
