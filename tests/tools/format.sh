#!/usr/bin/env bash
# format.sh SINCE: says which lines changed since that commit are not laid out
# as .clang-format has it; changes nothing.
set -u
out=$(git clang-format --diff --extensions c,h "$1" 2>&1)
if grep -q '^diff --git' <<<"$out"; then
	echo "$out"
	echo "not laid out: make format"
	exit 1
fi
echo "laid out"
