#!/usr/bin/env bash
# Every script of the tree is clean for shellcheck (.shellcheckrc).
set -u
if ! command -v shellcheck >/dev/null; then
	echo "# shellcheck is not here, skipped: tests/tools/deps.sh lint"
	echo "0 passed, 0 failed"
	exit 0
fi
mapfile -t files < <(find tests .ci -type f \( -name '*.sh' -o -path '.ci/*' \) | LC_ALL=C sort)
passed=0 failed=0
for file in "${files[@]}"; do
	if out=$(shellcheck -S warning "$file"); then passed=$((passed + 1)); else
		echo "not ok - $file"
		echo "$out"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
