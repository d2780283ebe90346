package validate

import (
	"maps"
	"strings"
)

// textRules are the built-in rules for text alone. Most of them refuse every
// value of a field of another kind, without an explanation.
var textRules = strings.Fields(`
	alpha alphaspace alphanum alphanumspace alphaunicode alphanumunicode ascii
	base32 base64 base64url base64rawurl bcp47_language_tag
	bcp47_strict_language_tag bic bic_iso_9362_2014 btc_addr btc_addr_bech32
	cidr cidrv4 cidrv6 cmyk contains containsany containsrune credit_card cron
	cve datauri datetime dir dirpath dns_rfc1035_label duration e164 ein email
	endsnotwith endswith eq_ignore_case eth_addr eth_addr_checksum excludes
	excludesall excludesrune fieldcontains fieldexcludes file filepath fqdn
	hexadecimal hexcolor hostname hostname_label hostname_port
	hostname_rfc1123 hsl hsla html html_encoded http_url https_url image ip
	ip4_addr ip6_addr ip_addr ipv4 ipv6 isbn isbn10 isbn13 iso3166_1_alpha2
	iso3166_1_alpha2_eu iso3166_1_alpha3 iso3166_1_alpha3_eu iso3166_2 iso4217
	issn jwt lowercase mac md4 md5 mimetype mongodb mongodb_connection_string
	multibyte ne_ignore_case noneofci oneofci origin postcode_iso3166_alpha2
	postcode_iso3166_alpha2_field printascii rgb rgba ripemd128 ripemd160
	semver sha256 sha384 sha512 spicedb ssn startsnotwith startswith tcp4_addr
	tcp6_addr tcp_addr tiger128 tiger160 tiger192 timezone udp4_addr udp6_addr
	udp_addr uds_exists ulid unix_addr uppercase uri url url_encoded urn_rfc2141
	urn_rfc8141 uuid uuid3 uuid3_rfc4122 uuid4 uuid4_rfc4122 uuid5
	uuid5_rfc4122 uuid7 uuid_rfc4122`)

// otherRules are the built-in rules for other kinds too, or for two fields.
var otherRules = strings.Fields(`
	boolean country_code eq eqcsfield eqfield eu_country_code excluded_if
	excluded_unless excluded_with excluded_with_all excluded_without
	excluded_without_all gt gtcsfield gte gtecsfield gtefield gtfield iscolor
	isdefault iso3166_1_alpha_numeric iso3166_1_alpha_numeric_eu
	iso4217_numeric json latitude len longitude lt ltcsfield lte ltecsfield
	ltefield ltfield luhn_checksum max min ne necsfield nefield noneof number
	numeric oneof port required required_if required_unless required_with
	required_with_all required_without required_without_all skip_unless unique
	validateFn`)

// marks are the words of a tag that test no value.
var marks = strings.Fields(`dive keys endkeys omitempty omitnil omitzero structonly nostructlevel`)

// fieldRules compare with the field of the same struct that they name.
var fieldRules = setOf(`eqfield nefield gtfield gtefield ltfield ltefield
	fieldcontains fieldexcludes postcode_iso3166_alpha2_field`)

// fieldListRules name fields of the same struct; pairRules name fields and
// values.
var (
	fieldListRules = setOf(`required_with required_with_all required_without
		required_without_all excluded_with excluded_with_all excluded_without
		excluded_without_all`)
	pairRules = setOf(`required_if required_unless excluded_if excluded_unless skip_unless`)
)

// conditionalRules run on nil too, and accept it if their condition is not met.
var conditionalRules = union(fieldListRules, pairRules)

// takesNil reports whether a built-in rule can check a nil that a conditional
// rule before it has accepted.
func takesNil(name string) bool {
	return conditionalRules[name] || fieldRules[name] && !isTextRule[name] ||
		name == "required" || name == "isdefault" || strings.HasSuffix(name, "csfield")
}

// paramRules do nothing useful without a parameter, and do not panic either.
var paramRules = setOf(`oneof oneofci noneof noneofci contains containsany
	containsrune excludes excludesall excludesrune startswith startsnotwith
	endswith endsnotwith datetime postcode_iso3166_alpha2 eqcsfield necsfield
	gtcsfield gtecsfield ltcsfield ltecsfield`)

var (
	isTextRule = setOf(strings.Join(textRules, " "))
	isBuiltIn  = setOf(strings.Join(append(append([]string(nil), textRules...), otherRules...), " "))
)

func union(sets ...map[string]bool) map[string]bool {
	all := make(map[string]bool)
	for _, set := range sets {
		maps.Copy(all, set)
	}
	return all
}

func setOf(names string) map[string]bool {
	set := make(map[string]bool)
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

// nearest returns the known rule with the name closest to a wrong one, or "" if
// none is close.
func nearest(name string, custom []rule) string {
	known := append(append(append([]string(nil), marks...), textRules...), otherRules...)
	for _, r := range custom {
		known = append(known, r.name)
	}
	best, least := "", min(3, len(name)/2+1)
	for _, candidate := range known {
		if d := distance(name, candidate); 0 < d && d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance returns how many letters to insert, delete, replace or swap with
// their neighbour to get from a to b.
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
