package main

import (
	"fmt"
	"strings"
)

func overview() string {
	var b strings.Builder
	b.WriteString("inngestkit runs and checks Inngest apps on a developer's machine.\n\nUsage: inngestkit COMMAND [flags]\n\nCommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-8s %s\n", c.name, c.summary)
	}
	b.WriteString("  help     show this, or the help of a command\n\nRun inngestkit COMMAND -h for a command's flags.\n")
	return b.String()
}

// text returns a command's help.
func (c command) text(f *flags) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage: inngestkit %s", c.help, c.name)
	if c.args != "" {
		b.WriteString(" " + c.args)
	}
	b.WriteString("\n")
	if len(f.rows) > 0 {
		b.WriteString("\nFlags:\n")
	}
	width := 0
	for _, r := range f.rows {
		width = max(width, len(r.left()))
	}
	for _, r := range f.rows {
		fmt.Fprintf(&b, "  %-*s  %s\n", width, r.left(), r.usage)
	}
	if c.exits != "" {
		fmt.Fprintf(&b, "\nExit codes: %s\n", c.exits)
	}
	return b.String()
}

// suggestion returns a hint at the most similar word, if one is similar enough.
func suggestion(word string, words []string, prefix string) string {
	best, least := "", 3 // at most two typing errors, and fewer than the word's letters
	for _, w := range words {
		if d := distance(word, w); d < least && d < len(w) {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + prefix + best + "?"
}

// distance returns how many letters must be inserted, removed or replaced to turn
// a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
