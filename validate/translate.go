package validate

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	entexts "github.com/go-playground/validator/v10/translations/en"
)

// translator gives validator's translations their texts. If a text is missing,
// as for every alias, a translation logs the whole field error, with the value.
// This translator returns an empty text instead, and message replaces it.
type translator struct {
	ut.Translator
	// prepared is whether the texts were registered before.
	prepared bool
	// frozen is whether the texts must not change: others may be reading them.
	frozen bool
	// own has the names of rules with a text of the application.
	own sync.Map
}

func (t *translator) hasOwn(rule string) bool {
	_, ok := t.own.Load(rule)
	return ok
}

func english() (ut.Translator, func(*validator.Validate, ut.Translator) error) {
	locale := en.New()
	return ut.New(locale, locale).GetFallback(), entexts.RegisterDefaultTranslations
}

// message explains the failure of a field, without its value.
func (t *translator) message(fe validator.FieldError) string {
	var text string
	if panicText(func() { text = t.translate(fe) }) != "" || text == "" || text == fe.Error() {
		return fmt.Sprintf("failed the rule %q", fe.Tag())
	}
	if strings.HasPrefix(t.Locale(), "en") {
		// The path stands before the message: no need to name the field again.
		text = strings.TrimPrefix(text, fe.Field()+" ")
	}
	return strings.TrimSpace(text)
}

func (t *translator) translate(fe validator.FieldError) string {
	rule := fe.Tag()
	if actual := fe.ActualTag(); sizeRules[actual] {
		rule = actual // of an alias
	}
	if key, ok := ownKey(rule, fe); ok && !t.hasOwn(fe.Tag()) && !t.hasOwn(rule) {
		text, _ := t.T(key, fe.Field(), fe.Param())
		return text
	}
	text := fe.Translate(t)
	if text == fe.Error() && t.prepared && fe.Tag() == fe.ActualTag() {
		return fe.Translate(t.Translator)
	}
	return text
}

// sizeRules are the rules with a text for each kind of field.
var sizeRules = setOf("len min max lt lte gt gte")

// ownKey returns the key of the text for a failure that the translations of
// validator do not expect: they would print a warning. The key is empty if no
// text fits.
func ownKey(rule string, fe validator.FieldError) (string, bool) {
	if rule == "dive" || rule == "structonly" || rule == "nostructlevel" {
		return "required", true // these fail for nil only
	}
	if !sizeRules[rule] {
		return "", false
	}
	kind, isTime := fe.Kind(), false
	if t := fe.Type(); t != nil {
		t = indirect(t)
		kind, isTime = t.Kind(), t.ConvertibleTo(timeType)
	}
	_, err := strconv.ParseFloat(fe.Param(), 64)
	switch {
	case isTime, fe.Param() == "" && (kind == reflect.Interface || kind == reflect.Invalid):
		switch rule {
		case "min":
			rule = "gte"
		case "max":
			rule = "lte"
		}
		return rule + "-datetime", true // the rules compare a time with now
	case kind == reflect.Struct, fe.Param() == "":
		return "", true
	case err != nil:
		// The translations read the parameter as a decimal number, which "1h"
		// and "0xFF" are not.
		return rule + "-number", true
	default:
		return "", false
	}
}

// T returns an empty text, not an error, if the text is missing.
func (t *translator) T(key any, params ...string) (string, error) {
	if text, err := t.Translator.T(key, params...); err == nil {
		return text, nil
	}
	return "", nil
}

// C returns the bare number, not an error, if the text is missing.
func (t *translator) C(key any, num float64, digits uint64, param string) (string, error) {
	if text, err := t.Translator.C(key, num, digits, param); err == nil {
		return text, nil
	}
	return param, nil
}

// Add replaces a text that exists: several validators may share a translator.
func (t *translator) Add(key any, text string, _ bool) error {
	if t.frozen {
		return nil
	}
	return t.Translator.Add(key, text, true)
}

// AddCardinal replaces as [translator.Add] does.
func (t *translator) AddCardinal(key any, text string, rule locales.PluralRule, _ bool) error {
	if t.frozen {
		return nil
	}
	return t.Translator.AddCardinal(key, text, rule, true)
}

// AddOrdinal replaces as [translator.Add] does.
func (t *translator) AddOrdinal(key any, text string, rule locales.PluralRule, _ bool) error {
	if t.frozen {
		return nil
	}
	return t.Translator.AddOrdinal(key, text, rule, true)
}

// AddRange replaces as [translator.Add] does.
func (t *translator) AddRange(key any, text string, rule locales.PluralRule, _ bool) error {
	if t.frozen {
		return nil
	}
	return t.Translator.AddRange(key, text, rule, true)
}
