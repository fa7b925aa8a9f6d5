#!/usr/bin/env bash
# manpage.sh BINARY PAGE.in: the page with @COMMANDS@ filled in by what the
# program says of each of its commands.
set -euo pipefail
export LC_ALL=C # the page is English
fairlead=$1 page=$2
commands() { # the JSON of help is one line of known form
	"$fairlead" help --json | grep -oE '"command":"[^"]+"' | cut -d'"' -f4
}
one() { # one COMMAND
	"$fairlead" help "$1" | awk '
		{ gsub(/\\/, "\\e"); gsub(/-/, "\\-") }
		function close_text() { if (text) print ".fi"; text = 0 }
		NR == 1 { sub(/^fairlead /, ""); sub(/ +$/, ""); print ".SS " $0; next }
		NR == 2 { sub(/^ +/, ""); print toupper(substr($0, 1, 1)) substr($0, 2) "."; next }
		/^  \\-\\-/ {
			close_text()
			sub(/^ +/, "")
			at = match($0, /  +| [a-z;]/)
			name = substr($0, 1, at - 1); does = substr($0, at)
			sub(/^ +/, "", does)
			print ".TP\n.B " name "\n" does
			next
		}
		$0 == "" { blank = 1; next }
		{
			if (!text) print ".PP\n.nf"
			else if (blank) print ""
			text = 1; blank = 0
			print ($0 ~ /^[.'"'"']/ ? "\\&" : "") $0
		}
		END { close_text() }'
}
while IFS= read -r line; do
	if [ "$line" = @COMMANDS@ ]; then
		for command in $(commands); do one "$command"; done
	else
		printf '%s\n' "${line//@VERSION@/$(cat VERSION)}"
	fi
done <"$page"
