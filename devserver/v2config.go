package devserver

// v2Configuration is a function's configuration in version 2.
type v2Configuration struct {
	Cancellations []v2Cancellation `json:"cancellations,omitempty"`
	Concurrency   []v2Concurrency  `json:"concurrency,omitempty"`
	Debounce      *v2Debounce      `json:"debounce,omitempty"`
	EventsBatch   *v2Batch         `json:"eventsBatch,omitempty"`
	Priority      string           `json:"priority,omitempty"`
	RateLimit     *v2Rate          `json:"rateLimit,omitempty"`
	Retries       v2Retries        `json:"retries"`
	Singleton     *v2Singleton     `json:"singleton,omitempty"`
	Throttle      *v2Rate          `json:"throttle,omitempty"`
}

type v2Cancellation struct {
	Condition string `json:"condition,omitempty"`
	Event     string `json:"event"`
	Timeout   string `json:"timeout,omitempty"`
}

type v2Concurrency struct {
	Key   string       `json:"key,omitempty"`
	Limit v2LimitValue `json:"limit"`
	Scope string       `json:"scope"`
}

type v2LimitValue struct {
	IsPlanLimit bool `json:"isPlanLimit"`
	Value       int  `json:"value"`
}

type v2Debounce struct {
	Key    string `json:"key,omitempty"`
	Period string `json:"period"`
}

type v2Batch struct {
	Key     string `json:"key,omitempty"`
	MaxSize int    `json:"maxSize"`
	Timeout string `json:"timeout"`
}

type v2Rate struct {
	Burst  int    `json:"burst,omitempty"`
	Key    string `json:"key,omitempty"`
	Limit  int    `json:"limit"`
	Period string `json:"period"`
}

type v2Retries struct {
	IsDefault bool `json:"isDefault"`
	Value     int  `json:"value"`
}

type v2Singleton struct {
	Key  string `json:"key,omitempty"`
	Mode string `json:"mode"`
}

func newV2Configuration(cfg config) v2Configuration {
	n, own := cfg.retries()
	out := v2Configuration{Retries: v2Retries{IsDefault: !own, Value: n}}
	for _, c := range cfg.Cancel {
		out.Cancellations = append(out.Cancellations, v2Cancellation{Condition: c.If, Event: c.Event, Timeout: c.Timeout})
	}
	for _, c := range cfg.limits() {
		out.Concurrency = append(out.Concurrency, v2Concurrency{Key: c.Key, Limit: v2LimitValue{Value: c.Limit}, Scope: scope(c)})
	}
	if r := cfg.RateLimit; r != nil {
		out.RateLimit = &v2Rate{Key: r.Key, Limit: r.Limit, Period: r.Period}
	} else if cfg.Idempotency != "" { // the official server shows it as a rate limit
		out.RateLimit = &v2Rate{Key: cfg.Idempotency, Limit: 1, Period: "24h0m0s"}
	}
	if t := cfg.Throttle; t != nil {
		out.Throttle = &v2Rate{Key: t.Key, Limit: t.Limit, Period: t.Period}
		if t.Burst != nil {
			out.Throttle.Burst = *t.Burst
		}
	}
	if d := cfg.Debounce; d != nil {
		out.Debounce = &v2Debounce{Key: d.Key, Period: d.Period}
	}
	if b := cfg.Batch; b != nil {
		out.EventsBatch = &v2Batch{Key: b.Key, MaxSize: b.MaxSize, Timeout: b.Timeout}
	}
	if p := cfg.Priority; p != nil {
		out.Priority = p.Run
	}
	if s := cfg.Singleton; s != nil {
		out.Singleton = &v2Singleton{Key: s.Key, Mode: s.Mode}
	}
	return out
}
