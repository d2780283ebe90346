package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// overflows reports whether a valid JSON object holds a number that is too large
// for a double. Apps and expressions read every number as a double.
func overflows(object json.RawMessage) bool {
	for i := 0; i < len(object); i++ {
		switch c := object[i]; {
		case c == '"':
			for i++; object[i] != '"'; i++ {
				if object[i] == '\\' {
					i++
				}
			}
		case c == '-' || c >= '0' && c <= '9':
			end := i + bytes.IndexAny(object[i:], ",]} \t\r\n")
			if _, err := strconv.ParseFloat(string(object[i:end]), 64); err != nil {
				return true
			}
			i = end - 1
		}
	}
	return false
}

// object returns raw if it is a JSON object, and {} if it is empty or null.
func object(field string, raw json.RawMessage) (json.RawMessage, error) {
	if isNull(raw) {
		return json.RawMessage("{}"), nil
	}
	raw = bytes.TrimSpace(raw)
	if raw[0] != '{' {
		return nil, fmt.Errorf("%s must be a JSON object", field)
	}
	if !json.Valid(raw) {
		return nil, fmt.Errorf("%s is not valid JSON", field)
	}
	raw = validUTF8(raw)
	if overflows(raw) {
		return nil, fmt.Errorf("%s holds a number that overflows a double; send it as a string", field)
	}
	return raw, nil
}

// validUTF8 replaces bytes that are not UTF-8, as the official server does.
// json.Valid accepts them, but many readers do not.
func validUTF8(raw []byte) []byte {
	if utf8.Valid(raw) {
		return raw
	}
	return bytes.ToValidUTF8(raw, []byte("\ufffd"))
}

func isNull(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || string(raw) == "null"
}

func appendString(b []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string always marshals
	return append(b, quoted...)
}
