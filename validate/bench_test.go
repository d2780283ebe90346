package validate_test

import (
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/inngestkit/inngestkit/validate"
)

func BenchmarkStruct(b *testing.B) {
	valid := Order{Email: "a@example.com", Items: []Item{{"A-1", 1}, {"A-2", 2}, {"A-3", 3}}}
	invalid := Order{Email: "nobody", Items: []Item{{"A-1", 1}, {"A-2", 0}, {"", 3}}}
	raw := validator.New(validator.WithRequiredStructEnabled())
	kit := validate.New()
	for _, bench := range []struct {
		name  string
		order *Order
		check func(any) error
	}{
		{"valid/raw", &valid, raw.Struct},
		{"valid/inngestkit", &valid, kit.Struct},
		{"invalid/raw", &invalid, raw.Struct},
		{"invalid/inngestkit", &invalid, kit.Struct},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = bench.check(bench.order)
			}
		})
	}
}

func BenchmarkDecodeMismatch(b *testing.B) {
	data := []byte(`{"email":"a@example.com","items":[{"sku":"A-1","quantity":1},{"sku":"A-2","quantity":"x"}]}`)
	b.ReportAllocs()
	for b.Loop() {
		_ = validate.Decode(data, &Order{})
	}
}
