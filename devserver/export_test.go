package devserver

import "time"

// BodyTimeout returns cfg with another timeout for the bodies of requests.
func BodyTimeout(cfg Config, timeout time.Duration) Config {
	cfg.bodyTimeout = timeout
	return cfg
}

// BreakStore makes every further write to the server's DataDir fail.
func BreakStore(s *Server) error { return s.store.Close() }

// DiscoverAt returns cfg with discovery at the given ports alone.
func DiscoverAt(cfg Config, ports ...int) Config {
	cfg.Discover, cfg.ports = true, ports
	return cfg
}

// ImpatientAfter returns cfg with another patience for the answer to a sync.
func ImpatientAfter(cfg Config, patience time.Duration) Config {
	cfg.patience = patience
	return cfg
}
