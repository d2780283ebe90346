package expr

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/xhit/go-str2duration/v2"
)

// functions returns the functions that the official server knows besides CEL's
// own.
func functions(now func() time.Time) []cel.EnvOption {
	return []cel.EnvOption{
		cel.Function("now", cel.Overload("now", nil, cel.TimestampType, cel.FunctionBinding(
			func(...ref.Val) ref.Val { return types.Timestamp{Time: now()} }))),
		stringFunction("now_plus", cel.TimestampType, func(s string) ref.Val {
			return shifted(s, func(d time.Duration) time.Time { return now().Add(d) })
		}),
		stringFunction("now_minus", cel.TimestampType, func(s string) ref.Val {
			return shifted(s, func(d time.Duration) time.Time { return now().Add(-d) })
		}),
		stringFunction("date", cel.TimestampType, date),
		stringFunction("lowercase", cel.StringType, func(s string) ref.Val { return types.String(strings.ToLower(s)) }),
		stringFunction("uppercase", cel.StringType, func(s string) ref.Val { return types.String(strings.ToUpper(s)) }),
		stringFunction("b64decode", cel.StringType, func(s string) ref.Val {
			raw, err := base64.StdEncoding.DecodeString(s)
			if err != nil {
				return types.String("")
			}
			return types.String(raw)
		}),
		stringFunction("json_parse", cel.DynType, func(s string) ref.Val {
			var v any
			if err := json.Unmarshal([]byte(s), &v); err != nil {
				return types.WrapErr(err)
			}
			return types.DefaultTypeAdapter.NativeToValue(v)
		}),
	}
}

func stringFunction(name string, result *cel.Type, f func(string) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name, []*cel.Type{cel.StringType}, result, cel.UnaryBinding(func(arg ref.Val) ref.Val {
		s, ok := arg.(types.String)
		if !ok {
			return types.MaybeNoSuchOverloadErr(arg)
		}
		return f(string(s))
	})))
}

// shifted returns the time that shift makes of a duration such as "1d2h".
func shifted(duration string, shift func(time.Duration) time.Time) ref.Val {
	d, err := str2duration.ParseDuration(duration)
	if err != nil {
		return types.WrapErr(err)
	}
	return types.Timestamp{Time: shift(d)}
}

// date parses an RFC 3339 time, a day such as 2024-06-01, or an HTTP date.
func date(s string) ref.Val {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly, http.TimeFormat} {
		if t, err := time.Parse(layout, s); err == nil {
			return types.Timestamp{Time: t}
		}
	}
	return types.NewErr("%q is not a date", s)
}
