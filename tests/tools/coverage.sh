#!/usr/bin/env bash
# coverage.sh BUILD: what was reached, by folder of core and in all; the files
# least reached by name.
set -u
build=$1
find "$build/core" -name '*.gcda' -print0 | LC_ALL=C sort -z |
	LC_ALL=C xargs -0 -r gcov -n 2>/dev/null |
	awk -v build="$build" '
	/^File / { gsub(/[^A-Za-z0-9_.\/-]/, "", $2); sub(/^File/, "", $2); file = $2; next }
	/^Lines executed/ && file ~ /^core\/.*\.c$/ {
		split($0, part, /[:% ]+/)
		lines = $NF; hit = lines * part[3] / 100
		split(file, path, "/")
		all[path[2]] += lines; reached[path[2]] += hit
		total += lines; hits += hit
		least[file] = part[3] + 0
		file = ""
	}
	END {
		if (!total) { print "coverage: nothing was measured"; exit 1 }
		for (dir in all)
			printf "  %-10s %6d lines %6.1f %%\n", dir, all[dir], 100 * reached[dir] / all[dir] | "LC_ALL=C sort"
		close("LC_ALL=C sort")
		for (f in least)
			if (least[f] < 75)
				printf "  below 75 %%: %-32s %5.1f %%\n", f, least[f] | "LC_ALL=C sort"
		close("LC_ALL=C sort")
		printf "core: %d lines, %.1f %% reached\n", total, 100 * hits / total
	}'
