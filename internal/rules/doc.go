// Package rules holds no code: its tests prove the import rules of the
// project over everything that a package links, not only its own imports.
package rules
