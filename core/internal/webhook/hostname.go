package webhook

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// asHost returns a host with its port, if there is one, or "" if s is anything
// else: a name of letters, digits, '-', '.' and '_', or an IP address.
func asHost(s string) string {
	u, err := url.Parse("http://" + s)
	if err != nil || u.Host != s || s == "" {
		return ""
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return ""
		}
	}
	name := u.Hostname()
	if strings.HasPrefix(s, "[") {
		if ip, err := netip.ParseAddr(name); err != nil || !ip.Is6() {
			return ""
		}
	} else if name == "" || strings.IndexFunc(name, notHost) >= 0 {
		return ""
	}
	return strings.TrimSuffix(s, ":")
}

func notHost(c rune) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return false
	}
	return !strings.ContainsRune("-._", c)
}
