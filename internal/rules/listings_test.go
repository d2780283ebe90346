package rules_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestListingsAreCompiled checks that each Go listing of the documentation
// stands, line for line, in a compiled file. Indentation is free, and a line of
// "// …" or "…" skips lines that the reader need not see.
func TestListingsAreCompiled(t *testing.T) {
	t.Parallel()
	const root = "../.."
	sources := compiled(t, root)
	for doc, least := range map[string]int{"README.md": 1, "docs/guide.md": 4, "docs/flowcontrol.md": 1, "docs/gin.md": 10, "docs/echo.md": 10, "docs/nethttp.md": 10, "docs/testing.md": 8, "docs/devserver.md": 1} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(doc)))
		if err != nil {
			t.Fatal(err)
		}
		blocks := listings(string(text))
		if len(blocks) < least {
			t.Errorf("%s has %d Go listings, fewer than the %d it had: has their form changed?", doc, len(blocks), least)
		}
		for at, block := range blocks {
			if !slices.ContainsFunc(sources, func(source []string) bool { return contains(source, block) }) {
				t.Errorf("%s:%d: no compiled file has this listing:\n%s", doc, at, strings.Join(block, "\n"))
			}
		}
	}
}

func TestListingsMayLeaveLinesOut(t *testing.T) {
	t.Parallel()
	source := lines("\tone\n\ttwo\n\n\tthree\n\tfour\n")
	for _, c := range []struct {
		listing string
		want    bool
	}{
		{"one\n\ttwo", true},
		{"two\n\nthree", true},
		{"one\n// …\nfour", true},
		{"one\n…\nthree", true},
		{"one\n// …\nfive", false},
		{"one\nthree", false},
		{"three\n…\none", false},
		{"thre", false},
	} {
		if got := contains(source, lines(c.listing)); got != c.want {
			t.Errorf("%q is found: %t", c.listing, got)
		}
	}
}

// compiled are the lines of all files that listings may come from.
func compiled(t *testing.T, root string) (sources [][]string) {
	t.Helper()
	for _, folder := range []string{"docs", "examples", "core", "adapters", "devserver"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
			example := strings.HasSuffix(path, "_test.go") || folder == "examples" && strings.HasSuffix(path, ".go")
			if err != nil || !example {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("reading a listing's source: %w", err)
			}
			sources = append(sources, lines(string(text)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return sources
}

// listings are a document's Go blocks by the line they start on.
func listings(doc string) map[int][]string {
	all := map[int][]string{}
	start := 0
	for i, line := range strings.Split(doc, "\n") {
		switch {
		case start == 0 && strings.TrimSpace(line) == "```go":
			start = i + 1
			all[start] = nil
		case start != 0 && strings.TrimSpace(line) == "```":
			start = 0
		case start != 0:
			all[start] = append(all[start], strings.TrimSpace(line))
		}
	}
	return all
}

func lines(text string) []string {
	all := strings.Split(text, "\n")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// contains says whether the parts of a listing between its gaps stand in the
// source, in their order.
func contains(source, listing []string) bool {
	for len(listing) > 0 {
		gap := slices.IndexFunc(listing, func(line string) bool { return line == "…" || line == "// …" })
		part := listing
		if listing = nil; gap >= 0 {
			part, listing = part[:gap], part[gap+1:]
		}
		at := indexOf(source, part)
		if at < 0 {
			return false
		}
		source = source[at+len(part):]
	}
	return true
}

func indexOf(source, part []string) int {
	for i := 0; i+len(part) <= len(source); i++ {
		if slices.Equal(source[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}
