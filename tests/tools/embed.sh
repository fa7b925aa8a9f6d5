#!/usr/bin/env bash
# Writes C for files that live in the binary: { "path", bytes, length } rows.
set -euo pipefail
n=0
for f in "$@"; do
	echo "static const unsigned char embedded_${n}[] = {"
	od -An -v -tx1 "$f" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo "0};"
	n=$((n + 1))
done
echo "static const struct embedded_file embedded_files[] = {"
n=0
for f in "$@"; do
	echo "{ \"$f\", (const char *)embedded_$n, sizeof(embedded_$n) - 1 },"
	n=$((n + 1))
done
echo "{ NULL, NULL, 0 } };"
