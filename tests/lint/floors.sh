#!/usr/bin/env bash
# Reads the floors in ARCHITECTURE.md and checks every #include in core/: down
# or in the same folder only, and foreign headers in their one folder only.
set -u
table=ARCHITECTURE.md
declare -A floor owner
while IFS='|' read -r _ number name _ headers _; do
	number=${number// /} name=${name// /}
	[[ $number =~ ^[0-9]+$ ]] || continue
	floor[$name]=$number
	for header in $headers; do
		[ "$header" = - ] || owner[$header]=$name
	done
done <"$table"
passed=0 failed=0
wrong() {
	echo "not ok - $1"
	failed=$((failed + 1))
	bad=1
}
for file in core/*/*.[ch]; do
	dir=${file#core/}
	dir=${dir%%/*}
	bad=0
	if [ -z "${floor[$dir]:-}" ]; then
		wrong "$file: core/$dir stands on no floor of $table"
		continue
	fi
	while IFS= read -r line; do
		number=${line%%:*} what=${line#*:}
		what=${what#*[<\"]} what=${what%%[>\"]*}
		from=${what%%/*}
		if [[ $line == *'<'* ]]; then
			home=${owner[$what]:-$dir}
			[ "$home" = "$dir" ] ||
				wrong "$file:$number: only core/$home includes <$what>"
		elif [ "$what" = fairlead.h ] || [[ $what == *.inc ]]; then
			continue
		elif [ "$from" = "$what" ]; then
			wrong "$file:$number: write \"$dir/$what\""
		elif [ -z "${floor[$from]:-}" ]; then
			wrong "$file:$number: core/$from stands on no floor"
		elif [ "$from" != "$dir" ] &&
			[ "${floor[$from]}" -ge "${floor[$dir]}" ]; then
			wrong "$file:$number: $dir (floor ${floor[$dir]}) must not see $from (floor ${floor[$from]})"
		fi
	done < <(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]' "$file")
	[ "$bad" -eq 0 ] && passed=$((passed + 1))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
