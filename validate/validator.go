package validate

import (
	"errors"
	"reflect"
	"strings"
	"sync"

	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
)

// DefaultTag is the struct tag with the rules, unless [WithTag] names another.
const DefaultTag = "validate"

// bindingTag is the tag of Gin's binder, which uses validator/v10 too.
const bindingTag = "binding"

// Validator checks values against the rules in their struct tags. Make one with
// [New] or [Wrap]; [Default] is the one behind the functions of this package.
// It is safe for concurrent use.
type Validator struct {
	family *family
	engine *validator.Validate
	trans  *translator
	tag    string

	checked sync.Map // mistakes by reflect.Type, once a rule has panicked
}

// Option configures a [Validator] that [New] or [Wrap] returns.
type Option func(*config)

type config struct {
	tag      string
	trans    ut.Translator
	register func(*validator.Validate, ut.Translator) error
}

// WithTag sets the struct tag that has the rules, such as Gin's "binding".
// Defaults to [DefaultTag]; with [Wrap], to the tag that the application's
// validator reads.
func WithTag(tag string) Option {
	return func(c *config) { c.tag = tag }
}

// WithTranslator sets the language of messages. Defaults to English.
//
// register is a RegisterDefaultTranslations function from a package below
// validator/v10/translations. With [Wrap] it may be nil, if the application has
// registered the translations. If register fails, [Validator.CheckType],
// [Validator.RegisterRule] and [Validator.RegisterStructRule] return its error.
func WithTranslator(trans ut.Translator, register func(*validator.Validate, ut.Translator) error) Option {
	return func(c *config) { c.trans, c.register = trans, register }
}

// New returns a validator with the built-in rules of validator/v10 and its
// option WithRequiredStructEnabled: "required" fails for a zero struct.
func New(opts ...Option) *Validator {
	c := newConfig(opts)
	if c.tag == "" {
		c.tag = DefaultTag
	}
	return newFamily(newEngine(c.tag), c)
}

// Wrap returns a validator that uses the rules, aliases, type functions and
// settings of v, an application's own. Call it before v validates its first
// value, because v caches each type that it meets. If v is nil,
// [Validator.CheckType] and the registering methods say so.
//
// Wrap changes v: errors name fields by their JSON names, the fields of an
// embedded struct belong to the struct around it, and a translator of this
// package joins those that v has. The tag that v reads changes only with
// [WithTag]. Without it, Wrap finds out whether v reads "validate" or "binding",
// and sets "validate" if it reads neither. A struct rule that v has for a type
// is lost when [Validator.RegisterStructRule] adds one for that type.
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

// Default returns the validator that the functions of this package use. It is
// the same each time.
func Default() *Validator { return defaultValidator() }

// Struct validates a value with [Default]; see [Validator.Struct].
func Struct(value any) error { return Default().Struct(value) }

// Struct validates a struct and the structs inside it; those in a slice or map
// only if the field's tag has "dive". It also takes a pointer to a struct, where
// nil fails the rule "required", and a map, whose values it validates. Other
// values have no rules and pass.
//
// The error is an [*Error] if the value breaks a rule. It is a [*TypeError] if a
// tag is wrong or a rule of the application panics. Struct never panics itself:
// call [Validator.CheckType] to find wrong tags when the program starts.
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

// tagOf finds the tag that v reads: it validates a value that breaks a rule.
func tagOf(v *validator.Validate) string {
	type probe struct {
		Field string `binding:"required"`
	}
	if v.Struct(probe{}) != nil {
		return bindingTag
	}
	return DefaultTag
}
