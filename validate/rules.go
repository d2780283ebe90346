package validate

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
)

// errUsed is why a rule cannot be added any more: validator/v10 keeps what it
// has read of a type, and its rules may not change while it reads them.
var errUsed = errors.New("a value has been validated already: add rules before that, as in func main or init")

// family is what validators that differ only in their tag have in common.
type family struct {
	config

	used atomic.Bool

	mu          sync.Mutex // held to change what follows, and by CheckType
	setup       error
	rules       []rule
	structRules map[reflect.Type][]validator.StructLevelFunc
	members     map[string]*Validator
}

type rule struct {
	tag     string
	fn      validator.Func
	message string
}

func newFamily(engine *validator.Validate, c config) *Validator {
	f := &family{
		config:      c,
		structRules: make(map[reflect.Type][]validator.StructLevelFunc),
		members:     make(map[string]*Validator),
	}
	return f.add(engine, c.tag, false)
}

// use marks the family as used. Taking the lock the first time makes it wait
// for a rule that is just being added.
func (f *family) use() {
	if f.used.Load() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used.Store(true)
}

func (f *family) add(engine *validator.Validate, tag string, frozen bool) *Validator {
	trans := &translator{Translator: f.trans, prepared: f.register == nil, frozen: frozen, own: make(map[string]bool)}
	v := &Validator{family: f, engine: engine, trans: trans, tag: tag}
	engine.RegisterTagNameFunc(jsonName)
	if f.register != nil {
		if err := f.register(engine, trans); err != nil {
			f.setup = fmt.Errorf("validate: register translations for %q: %w", trans.Locale(), err)
		}
	}
	for _, r := range f.rules {
		_ = v.addRule(r) // it was fine the first time
	}
	for t, fns := range f.structRules {
		v.addStructRule(t, fns)
	}
	f.members[tag] = v
	return v
}

// ForTag returns a validator with the same rules that reads another struct
// tag; the same one each time. A rule added to either is added to both, and
// use of either ends the time for adding rules. For a validator made by
// [Wrap], rules that were registered directly with the application's
// validator are not carried over: make a second one for that tag.
func (v *Validator) ForTag(tag string) *Validator {
	f := v.family
	f.mu.Lock()
	defer f.mu.Unlock()
	if member, ok := f.members[tag]; ok {
		return member
	}
	return f.add(newEngine(tag), tag, true)
}

// RegisterRule adds a rule to [Default]; see [Validator.RegisterRule].
func RegisterRule(tag string, fn validator.Func, message string) error {
	return Default().RegisterRule(tag, fn, message)
}

// RegisterRule adds a rule or replaces one. In the message {0} stands for the
// field's name and {1} for the rule's parameter; a message that starts with
// "{0} " is shown without it in English, where the path is shown instead. An
// empty message becomes `failed the rule "tag"`.
//
// It fails for names that validator/v10 keeps for itself or cannot parse, and
// once the validator has been used.
func (v *Validator) RegisterRule(tag string, fn validator.Func, message string) error {
	f := v.family
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.used.Load() {
		return fmt.Errorf("validate: rule %q: %w", tag, errUsed)
	}
	if f.setup != nil {
		return f.setup
	}
	r := rule{tag, fn, message}
	for _, member := range f.members {
		if err := member.addRule(r); err != nil {
			return fmt.Errorf("validate: rule %q: %w", tag, err)
		}
	}
	f.rules = append(f.rules, r)
	return nil
}

func (v *Validator) addRule(r rule) (err error) {
	if text := panicText(func() { err = v.engine.RegisterValidation(r.tag, r.fn) }); text != "" {
		return errors.New(text)
	}
	if err != nil {
		return err
	}
	v.trans.own[r.tag] = true
	// The text does not go through the translator, which refuses a text that
	// uses {1} and not {0}.
	return v.engine.RegisterTranslation(r.tag, v.trans,
		func(ut.Translator) error { return nil },
		func(_ ut.Translator, fe validator.FieldError) string {
			return strings.NewReplacer("{0}", fe.Field(), "{1}", fe.Param()).Replace(r.message)
		})
}

// RegisterStructRule adds a struct rule to [Default]; see
// [Validator.RegisterStructRule].
func RegisterStructRule(fn validator.StructLevelFunc, types ...any) error {
	return Default().RegisterStructRule(fn, types...)
}

// RegisterStructRule adds a rule that looks at whole structs, for the types of
// the values given. Several rules for one type all run, in the order added.
// Fields that the rule reports by Go name are reported by JSON name. The
// parameter it reports is shown to whoever sees the error: no values there.
//
// It fails for a type that is not a struct, and once the validator has been
// used.
func (v *Validator) RegisterStructRule(fn validator.StructLevelFunc, types ...any) error {
	f := v.family
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.used.Load() {
		return fmt.Errorf("validate: struct rule: %w", errUsed)
	}
	if fn == nil {
		return errors.New("validate: struct rule: the function is nil")
	}
	if len(types) == 0 {
		return errors.New("validate: struct rule: it has no type: give a value such as Order{}")
	}
	var targets []reflect.Type
	for _, value := range types {
		t := reflect.TypeOf(value)
		if t == nil || indirect(t).Kind() != reflect.Struct {
			return fmt.Errorf("validate: struct rule: %T is not a struct: give a value such as Order{}", value)
		}
		targets = append(targets, indirect(t))
	}
	for _, t := range targets {
		f.structRules[t] = append(f.structRules[t], fn)
		for _, member := range f.members {
			member.addStructRule(t, f.structRules[t])
		}
	}
	return f.setup
}

// addStructRule registers the rules for one type as one, since
// validator/v10 keeps only the last.
func (v *Validator) addStructRule(t reflect.Type, fns []validator.StructLevelFunc) {
	fns = slices.Clone(fns)
	v.engine.RegisterStructValidation(func(sl validator.StructLevel) {
		defer func() {
			if p := recover(); p != nil {
				panic(&TypeError{Type: t, Problem: "cannot be validated: a struct rule ended in a " + panicked(p), cause: panicError(p)})
			}
		}()
		for _, fn := range fns {
			fn(structLevel{sl})
		}
	}, reflect.Zero(t).Interface())
}

// structLevel reports fields by JSON name.
type structLevel struct{ validator.StructLevel }

// ReportError accepts the Go name, or a path of them, where validator wants
// the name to show.
func (s structLevel) ReportError(field any, name, goName, tag, param string) {
	if goName == "" {
		goName = name
	}
	s.StructLevel.ReportError(field, jsonPath(s.Current().Type(), name), goName, tag, param)
}

// jsonPath turns "Items[2].Price" into "items[2].price". Names that are not Go
// fields of t are taken to be JSON names and kept.
func jsonPath(t reflect.Type, path string) string {
	var b strings.Builder
	for i, segment := range strings.Split(path, ".") {
		name, index, indexed := strings.Cut(segment, "[")
		if t = element(t); t.Kind() != reflect.Struct {
			return path
		}
		f, ok := t.FieldByName(name)
		if !ok {
			return path
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(jsonName(f))
		if indexed {
			b.WriteString("[" + index)
		}
		t = f.Type
	}
	return b.String()
}

// element returns the type at the end of pointers and collections.
func element(t reflect.Type) reflect.Type {
	for range maxIndirect {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			t = t.Elem()
		default:
			return t
		}
	}
	return t
}
