package engine

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// overflows reports whether a JSON object, which is known to be valid, holds a
// number that is too large for a double: apps and expressions read all as such.
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
