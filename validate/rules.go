package validate

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
)

// errUsed refuses rules once a value has been validated: validator/v10 caches
// the rules of a type, and cannot read and change rules at the same time.
var errUsed = errors.New("a value has been validated already: add rules before that, as in func main or init")

// family holds the state that validators share if only their tags differ.
type family struct {
	config

	used atomic.Bool

	mu          sync.Mutex // guards the fields below
	setup       error
	rules       []rule
	structRules map[reflect.Type][]validator.StructLevelFunc
	members     map[string]*Validator
}

type rule struct {
	name    string
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

// use marks the family as used. The first call takes the lock, so that it waits
// for a rule that another goroutine is adding.
func (f *family) use() {
	if f.used.Load() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used.Store(true)
}

func (f *family) add(engine *validator.Validate, tag string, frozen bool) *Validator {
	trans := &translator{Translator: f.trans, prepared: f.register == nil, frozen: frozen}
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

// ForTag returns a validator that has the same rules and reads another struct
// tag. It returns the same validator each time. A rule that is added to one of
// the two is added to both, until either validates its first value.
//
// If v comes from [Wrap], the rules that the application's validator had before
// are missing: wrap a second one for that tag instead.
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
func RegisterRule(name string, fn validator.Func, message string) error {
	return Default().RegisterRule(name, fn, message)
}

// RegisterRule adds a rule under the name that tags use for it, or replaces the
// rule of that name. In the message, {0} becomes the field's name and {1} the
// rule's parameter. English messages lose a "{0} " at their start, because the
// path comes before them. If message is empty, it is `failed the rule "name"`.
//
// fn must be safe for concurrent use. A nil pointer or interface fails the rule
// without a call of fn, unless a conditional rule such as "required_if" comes
// first. If fn panics, [Validator.Struct] returns an error.
//
// RegisterRule returns an error for a name that validator/v10 reserves or
// cannot parse, and once v has validated a value.
func (v *Validator) RegisterRule(name string, fn validator.Func, message string) error {
	f := v.family
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.used.Load() {
		return fmt.Errorf("validate: rule %q: %w", name, errUsed)
	}
	if f.setup != nil {
		return f.setup
	}
	r := rule{name, fn, message}
	for _, member := range f.members {
		if err := member.addRule(r); err != nil {
			return fmt.Errorf("validate: rule %q: %w", name, err)
		}
	}
	f.rules = append(f.rules, r)
	return nil
}

func (v *Validator) addRule(r rule) (err error) {
	if text := panicText(func() { err = v.engine.RegisterValidation(r.name, r.fn) }); text != "" {
		return errors.New(text)
	}
	if err != nil {
		return err
	}
	v.trans.own.Store(r.name, true)
	// The translator would refuse a text that has {1} and no {0}.
	return v.engine.RegisterTranslation(r.name, v.trans,
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

// RegisterStructRule adds a rule for whole structs of the types of the given
// values. If a type has several, all run, in the order in which they were
// added. A rule may report a field by its Go name: the error has its JSON name.
// The parameter that a rule reports is part of the error, so it must not hold a
// value.
//
// fn must be safe for concurrent use. If it panics, [Validator.Struct] returns
// a [*TypeError].
//
// RegisterStructRule returns an error if there is no type or one is not a
// struct, and once v has validated a value.
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

// addStructRule registers all rules for a type as one, since validator/v10
// keeps only the last.
func (v *Validator) addStructRule(t reflect.Type, fns []validator.StructLevelFunc) {
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

// structLevel reports fields by their JSON names.
type structLevel struct{ validator.StructLevel }

// ReportError accepts a Go name, or a path of them, for the name that the error
// shows.
func (s structLevel) ReportError(field any, name, goName, tag, param string) {
	if goName == "" {
		goName = name
	}
	s.StructLevel.ReportError(field, jsonPath(s.Current().Type(), name), goName, tag, param)
}

// jsonPath turns "Items[2].Price" into "items[2].price". It returns a path of
// other names than those of t's Go fields unchanged, as one of JSON names.
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
