#!/usr/bin/env bash
# The manual is whole: every page is there in English and in Dutch, every key of
# a card stands between ` ` in both, every link to a page leads to one.
set -u
passed=0 failed=0
must_be_empty() { # must_be_empty WHAT NAMES
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		return
	fi
	echo "not ok - $1"
	sed 's/^/  /' <<<"$2"
	failed=$((failed + 1))
}
pages() { (cd "docs/$1" && printf '%s\n' *.md); }

must_be_empty "pages in English only" "$(comm -23 <(pages en) <(pages nl))"
must_be_empty "pages in Dutch only" "$(comm -13 <(pages en) <(pages nl))"

keys=$(sed -nE 's/^\t\{"([a-z_]+)", IN_.*/\1/p' core/script/card_keys.c | sort -u)
[ -n "$keys" ] || must_be_empty "no key is read from core/script/card_keys.c" "?"
for language in en nl; do
	# what stands between ` `, a word a line; codes are not explained there
	told=$(find "docs/$language" -name '*.md' ! -name codes.md -exec cat {} + |
		sed '/^```/,/^```/d' | grep -oE '`[^`]+`' | grep -oE '[a-z_]+' | sort -u)
	must_be_empty "docs/$language does not explain these keys" \
		"$(comm -23 <(echo "$keys") <(echo "$told"))"
	dead=$(cd "docs/$language" && grep -oE '\]\([^)#:]+\)' ./*.md | tr -d '()]' |
		while IFS=: read -r page link; do
			[ -e "$link" ] || echo "$page: $link"
		done)
	must_be_empty "docs/$language links to what is not there" "$dead"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
