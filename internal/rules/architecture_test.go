package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var row = regexp.MustCompile("^\\| [a-z ]+ \\| `([^`]+\\.go)` \\| `([A-Za-z]+)` \\|")

// TestArchitectureNamesWhatExists holds docs/architecture.md to the code: each
// row that maps a stage to a file and a function names ones that are there.
func TestArchitectureNamesWhatExists(t *testing.T) {
	t.Parallel()
	const root = "../.."
	doc, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.SplitSeq(string(doc), "\n") {
		m := row.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		rows++
		source, err := os.ReadFile(filepath.Join(root, m[1]))
		if err != nil {
			t.Errorf("%q names a file that is not there: %v", line, err)
			continue
		}
		if defined := regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + m[2] + `[\[(]`); !defined.Match(source) {
			t.Errorf("%s defines no function %s, which docs/architecture.md says it does", m[1], m[2])
		}
	}
	if rows < 13 {
		t.Errorf("only %d rows map a stage to a function: has the table's form changed?", rows)
	}
}

// TestArchitectureNamesEveryRoom holds the table of rooms to the folders.
func TestArchitectureNamesEveryRoom(t *testing.T) {
	t.Parallel()
	const root = "../.."
	doc, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*/*.go", "internal/*/*.go", "internal/engine/*/*.go", "adapters/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			room, _ := filepath.Rel(root, filepath.Dir(file))
			if room = filepath.ToSlash(room) + "/"; room != "internal/rules/" && !strings.Contains(string(doc), "| `"+room+"` |") {
				t.Errorf("docs/architecture.md does not name the room %s", room)
			}
		}
	}
}
