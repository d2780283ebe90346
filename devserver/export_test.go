package devserver

// DiscoverAt returns cfg with discovery at the given ports alone.
func DiscoverAt(cfg Config, ports ...int) Config {
	cfg.Discover, cfg.ports = true, ports
	return cfg
}
