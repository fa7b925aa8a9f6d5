#!/usr/bin/env bash
# pages.sh BINARY API PAGE...: the man pages tell of every command with its
# options, every word and key of rule files, every public function; and man has
# nothing to complain about.
set -u
fairlead=$1 api=$2
shift 2
passed=0 failed=0
ok() { # ok CODE WHAT
	if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else
		echo "not ok - $2"
		failed=$((failed + 1))
	fi
}
plain() { sed 's/\\f[BIPR]//g; s/\\-/-/g; s/\\&//g' "$1"; } # plain PAGE
for page in "$@"; do
	case $page in
	*/fairlead.1) command_page=$page ;;
	*.3) function_page=$page ;;
	*.7) rules_page=$page ;;
	esac
	if command -v man >/dev/null; then
		out=$(MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l "$page" 2>&1 >/dev/null)
		ok "${#out}" "$page: $out"
	fi
done
text=$(plain "$command_page")
help=$("$fairlead" help --json)
commands=$(grep -oE '"command":"[^"]+"' <<<"$help" | cut -d'"' -f4)
[ "$(wc -w <<<"$commands")" -gt 20 ]
ok $? "fairlead help --json lists few commands"
for command in $commands; do
	part=$(awk -v c="$command" '/^\.S[SH]/ { on = $1 == ".SS" && $2 == c } on' <<<"$text")
	[ -n "$part" ]
	ok $? "$command_page lacks the command $command"
	for option in $("$fairlead" help "$command" | grep -oE '^  --[a-z-]+'); do
		grep -qF -- ".B $option" <<<"$part"
		ok $? "$command_page lacks $option of $command"
	done
done
for option in $("$fairlead" help | grep -oE '^  --?[A-Za-z]+') --help --version; do
	grep -qE -- "^\.B[IR]? (-h .*)?\"?$option" <<<"$text"
	ok $? "$command_page lacks the option $option"
done
text=$(plain "$rules_page" | tr -c 'A-Za-z0-9_' '\n' | sort -u)
for name in $("$api" facts | sed -E 's/^(word|act|t) //; s/^key [A-Za-z]+\.//' | sort -u); do
	grep -qx "$name" <<<"$text"
	ok $? "$rules_page lacks $name"
done
text=$(plain "$function_page")
for name in $(sed -n 's/^FL_API.*[ *]\(fl_[a-z_]*\)(.*/\1/p' include/fairlead.h); do
	grep -q "^\.BI .*[ *]$name(" <<<"$text" && grep -q "^\.BR $name ()" <<<"$text"
	ok $? "$function_page lacks $name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
