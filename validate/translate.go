package validate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	entexts "github.com/go-playground/validator/v10/translations/en"
)

// translator stands between validator's translations and their texts. The
// translations log the whole field error, value included, when a text is
// missing (it is for every alias), so here a text is never missing: it is
// empty, and message falls back to a general one.
type translator struct {
	ut.Translator
	// prepared says that the translator comes with its texts registered.
	prepared bool
	// frozen keeps the texts as they are: another validator may be reading.
	frozen bool
}

func english() (ut.Translator, func(*validator.Validate, ut.Translator) error) {
	locale := en.New()
	return ut.New(locale, locale).GetFallback(), entexts.RegisterDefaultTranslations
}

// message says what the field must be, without its value.
func (t *translator) message(fe validator.FieldError) string {
	text := t.translate(fe)
	if text == "" || text == fe.Error() {
		return fmt.Sprintf("failed the rule %q", fe.Tag())
	}
	if strings.HasPrefix(t.Locale(), "en") {
		// The path stands before the message: no need to name the field again.
		text = strings.TrimPrefix(text, fe.Field()+" ")
	}
	return strings.TrimSpace(text)
}

func (t *translator) translate(fe validator.FieldError) string {
	switch fe.Tag() {
	case "len", "min", "max", "lt", "lte", "gt", "gte":
		// The translations take the parameter for a decimal number and print a
		// warning for "1h" and "0xFF".
		if _, err := strconv.ParseFloat(fe.Param(), 64); err != nil && fe.Param() != "" {
			text, _ := t.T(fe.Tag()+"-number", fe.Field(), fe.Param())
			return text
		}
	}
	text := fe.Translate(t)
	if text == fe.Error() && t.prepared && fe.Tag() == fe.ActualTag() {
		return fe.Translate(t.Translator)
	}
	return text
}

// T is empty, not an error, for a text that is missing.
func (t *translator) T(key any, params ...string) (string, error) {
	if text, err := t.Translator.T(key, params...); err == nil {
		return text, nil
	}
	return "", nil
}

// C is the bare number, not an error, for a text that is missing.
func (t *translator) C(key any, num float64, digits uint64, param string) (string, error) {
	if text, err := t.Translator.C(key, num, digits, param); err == nil {
		return text, nil
	}
	return param, nil
}

// Add replaces a text that is there already: a translator may serve several
// validators.
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
