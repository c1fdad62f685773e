// Parses unit files with coreos/go-systemd: `deserialize ROUNDS LIST`, LIST names a file a line. It prints, as JSON, the
// nanoseconds that ROUNDS rounds over all files took, read before, and how many options each file has (-1: refused).
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-systemd/unit"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func count(content []byte) int {
	options, err := unit.Deserialize(bytes.NewReader(content))
	if err != nil {
		return -1
	}
	return len(options)
}

func main() {
	rounds, err := strconv.Atoi(os.Args[1])
	must(err)
	list, err := os.ReadFile(os.Args[2])
	must(err)
	var contents [][]byte
	var options []int
	for _, name := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		content, err := os.ReadFile(name)
		must(err)
		contents = append(contents, content)
		options = append(options, count(content))
	}
	begin := time.Now()
	for round := 0; round < rounds; round++ {
		for _, content := range contents {
			count(content)
		}
	}
	took := time.Since(begin).Nanoseconds()
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"nanoseconds": took, "options": options}))
}
