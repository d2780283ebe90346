package inngestkit_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestStepConcurrencyAsRegistered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit inngestgo.ConfigStepConcurrency
		want  string
	}{
		"of the function":          {inngestkit.StepConcurrency(10, inngestkit.ConcurrencyFunction, ""), `[{"limit":10,"scope":"Fn","hash":""}]`},
		"of each customer":         {inngestkit.StepConcurrency(2, inngestkit.ConcurrencyFunction, "event.data.customerId"), `[{"limit":2,"key":"event.data.customerId","scope":"Fn","hash":""}]`},
		"of the environment":       {inngestkit.StepConcurrency(3, inngestkit.ConcurrencyEnv, `"payments"`), `[{"limit":3,"key":"\"payments\"","scope":"Env","hash":""}]`},
		"of the account":           {inngestkit.StepConcurrency(4, inngestkit.ConcurrencyAccount, `"payments"`), `[{"limit":4,"key":"\"payments\"","scope":"Account","hash":""}]`},
		"as many as the account's": {inngestkit.StepConcurrency(0, inngestkit.ConcurrencyFunction, "event.data.id"), `[{"limit":0,"key":"event.data.id","scope":"Fn","hash":""}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := opts("fn")
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{c.limit}}
			wantConfig(t, o, "concurrency", `{"step":`+c.want+`}`)
		})
	}
}

func TestSingletonAsRegistered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		singleton *inngestgo.ConfigSingleton
		want      string
	}{
		"skip":            {inngestkit.Singleton(inngestkit.SingletonSkip, ""), `{"mode":"skip"}`},
		"skip by user":    {inngestkit.Singleton(inngestkit.SingletonSkip, "event.data.userId"), `{"mode":"skip","key":"event.data.userId"}`},
		"cancel":          {inngestkit.Singleton(inngestkit.SingletonCancel, ""), `{"mode":"cancel"}`},
		"cancel by order": {inngestkit.Singleton(inngestkit.SingletonCancel, "event.data.orderId"), `{"mode":"cancel","key":"event.data.orderId"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := opts("fn")
			o.Singleton = c.singleton
			wantConfig(t, o, "Singleton", c.want)
		})
	}
}

// wantConfig checks a field of a function's configuration as Inngest learns of
// it.
func wantConfig(t *testing.T, o inngestgo.FunctionOpts, field, want string) {
	t.Helper()
	h := newHook(t, inngestkit.Config{SigningKey: signingKey}, inngestkit.NewFunction(o, orderCreated.Trigger(), one))
	var config map[string]any
	if err := json.Unmarshal([]byte(registered(t, h.app)["shop-"+o.ID].JSON), &config); err != nil {
		t.Fatal(err)
	}
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, config[field]); diff != "" {
		t.Errorf("%s (-want +got):\n%s", field, diff)
	}
}
