#!/usr/bin/env bash
# fuzz.sh RUNS BINARY...: runs each libFuzzer binary on its kept corpus
# (tests/fuzz/corpus/NAME) and ends with "N fuzz targets, 0 findings".
set -u
runs=$1
shift
bad=0
for bin in "$@"; do
	name=$(basename "$bin")
	name=${name#fuzz_}
	work=$(dirname "$bin")/found_$name
	mkdir -p "$work"
	kept=tests/fuzz/corpus/$name
	[ -d "$kept" ] || kept=
	if ! out=$("$bin" -runs="$runs" -seed=1 -max_len=4096 -timeout=10 \
		-rss_limit_mb=2048 -artifact_prefix="$(dirname "$bin")/" \
		"$work" ${kept:+"$kept"} 2>&1); then
		echo "# $bin"
		tail -n 60 <<<"$out"
		bad=$((bad + 1))
	fi
done
echo "$# fuzz targets, $runs runs each, $bad findings"
[ "$bad" -eq 0 ]
