package inngesttest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// chances are the lines of which it is known whether the function there depends
// on chance.
var chances sync.Map

// byChance reports whether the source of the function that a step was taken
// for reads the time or draws random numbers. What its helpers do is not seen,
// nor anything without the source.
func (s *site) byChance() bool {
	if s == nil || len(s.way) == 0 {
		return false
	}
	outer := s.way[len(s.way)-1].site
	at := fmt.Sprint(outer.file, ":", outer.line)
	if known, ok := chances.Load(at); ok {
		return known == true
	}
	found := readsChance(outer.file, outer.line)
	chances.Store(at, found)
	return found
}

// readsChance looks at the innermost function around a line.
func readsChance(file string, line int) bool {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	var function ast.Node
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if files.Position(n.Pos()).Line <= line && line <= files.Position(n.End()).Line {
				function = n
			}
		}
		return true
	})
	found := false
	ast.Inspect(function, func(n ast.Node) bool {
		if selected, ok := n.(*ast.SelectorExpr); ok {
			found = found || isChance(parsed.Imports, selected)
		}
		return !found
	})
	return found
}

// isChance holds for what differs from call to call.
func isChance(imports []*ast.ImportSpec, s *ast.SelectorExpr) bool {
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return false
	}
	for _, i := range imports {
		of, _ := strconv.Unquote(i.Path.Value) // it was parsed
		name := path.Base(strings.TrimSuffix(of, "/v2"))
		if i.Name != nil {
			name = i.Name.Name
		}
		if name != x.Name {
			continue
		}
		switch of {
		case "math/rand", "math/rand/v2", "crypto/rand":
			return true
		case "time":
			return slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name)
		}
	}
	return false
}
