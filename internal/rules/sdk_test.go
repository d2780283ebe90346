package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sdkInside matches the SDK's private parts: its frames, the names of its
// panic value and keys, its error texts.
var sdkInside = regexp.MustCompile(`inngest/inngestgo|sdkrequest|ControlHijack|CtxKey|ctxKey|error unmarshalling`)

// TestOnlyTheBridgeKnowsTheSDK proves that no shipped file but those of
// internal/sdk names a frame, key, panic value or error text of the SDK, or
// reads stacks.
func TestOnlyTheBridgeKnowsTheSDK(t *testing.T) {
	t.Parallel()
	const root = "../.."
	files := 0
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, file)
		name = filepath.ToSlash(name)
		if d.IsDir() && (name == "internal/sdk" || name == "internal/rules" || strings.HasPrefix(d.Name(), ".") && name != ".") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		for _, fault := range knowsSDK(t, file) {
			t.Errorf("%s: %s; that belongs in internal/sdk", name, fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 200 {
		t.Errorf("only %d files were looked at: has the tree moved?", files)
	}
}

// knowsSDK lists the places where a file knows the SDK's inside.
func knowsSDK(t *testing.T, file string) (faults []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	imports := map[*ast.BasicLit]bool{}
	for _, imp := range tree.Imports {
		imports[imp.Path] = true
		if imp.Path.Value == `"unsafe"` {
			faults = append(faults, "it imports unsafe")
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING && !imports[n] && sdkInside.MatchString(n.Value) {
				faults = append(faults, "it says "+n.Value)
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "runtime" && strings.HasPrefix(n.Sel.Name, "Callers") {
				faults = append(faults, "it calls runtime."+n.Sel.Name)
			}
		}
		return true
	})
	return faults
}

func TestKnowsSDKFindsFaults(t *testing.T) {
	t.Parallel()
	if faults := knowsSDK(t, "testdata/knows.go"); len(faults) != 4 {
		t.Errorf("the faults are %q, want the 4 of testdata/knows.go", faults)
	}
}
