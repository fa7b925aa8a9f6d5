#!/usr/bin/env bash
# The same folder and the same clock, asked with a daemon and without one: every
# question of ask_table gives the same bytes. A new row must be named here.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
cat >>s/rules/own.lua <<'END'
cadence "offer" { about = "deal", starts = "quote.presented",
  step "call" { after = "2 work days", task = call "Call {customer.name}", who = handler, purpose = "service" } }
END
serve s serve --clock manual
fl -C s clock 2030-09-02T10:00 >/dev/null
for i in 1 2 3 4; do
	fl -C s post lead.received customer.name="Klant Nummer$i" customer.phone=061234567$i channel=web
done >/dev/null
fl -C s post --json - >/dev/null <<'END'
{"type":"lead.received","source":"dms","id":"x1","subject":"d0000001","data":{"customer":{"phone":"0611111111"},"channel":"web"}}
{"type":"deal.signed","source":"dms","id":"x2","data":{"deal":"d0000001","price":2000000}}
{"type":"quote.presented","source":"dms","id":"x3","data":{"deal":"d0000001","amount":1}}
END
fl -C s answer "Klant Nummer1" reached >/dev/null
fl -C s post deal.failed customer="Klant Nummer2" stage=quote reason=price >/dev/null
fl -C s post quote.presented customer="Klant Nummer3" amount=2000000 >/dev/null
fl -C s person away piet --until 2030-09-09 >/dev/null
fl -C s clock +"9 days" >/dev/null
task=$(fl -C s today | grep -oE 'T[0-9]+' | head -n 1)
# other rules that are not live yet: what plan and backtest look at
touch s/reload.paused
sed -i 's/"2 work days"/"4 work days"/' s/rules/own.lua

asked() { # asked ROW: its questions, one a line, arguments apart by |
	case $1 in
	today) printf 'today\ntoday|jan\ntoday|els\ntoday|nobody-of-that-name\n' ;;
	deal) printf 'deal|Klant Nummer1\ndeal|d0000001\ndeal|Klant Nummer2\ndeal|Klant\ndeal|X\n' ;;
	find) printf 'find|klant\nfind|0612345671\nfind|zz\n' ;;
	why) printf 'why|%s\nwhy|E1\nwhy|Klant Nummer2\nwhy|E999999\n' "$task" ;;
	why-not) printf 'why-not|own-tempo|Klant Nummer1\nwhy-not|offer|d0000001\nwhy-not|own-tempo|Klant Nummer1|--at|2030-09-03 12:00\nwhy-not|nope|d0000001\n' ;;
	ahead) printf 'ahead|--for|3 months\nahead|Klant Nummer1|--for|1 year\n' ;;
	show) printf 'show\nshow|own-tempo\nshow|closing-a-loss\nshow|nope\n' ;;
	orphans | late | check | plan) printf '%s\n' "$1" ;;
	test) printf 'test\n' ;;
	test-from) printf 'test|--from|d0000001\n' ;;
	rulesets) printf 'rulesets\n' ;;
	backtest) printf 'backtest\n' ;;
	status) printf 'status\n' ;;
	# no command of its own: with a daemon's HTTP, and inside publish
	tasks | candidate) ;;
	*) echo unknown ;;
	esac
}
answers() { # answers DIR: all of them, a file each
	mkdir "$1"
	local row line n=0
	for row in $rows; do
		while read -r line; do
			n=$((n + 1))
			IFS='|' read -ra words <<<"$line"
			printf '%s\n' "$line" >"$1/$n"
			# what took how long, and what only a daemon has, is no answer
			fl -C s --json "${words[@]}" 2>&1 |
				sed -E 's/"took_us":[0-9]+/"took_us":0/g' >>"$1/$n"
			echo "exit ${PIPESTATUS[0]}" >>"$1/$n"
		done < <(asked "$row")
	done
}
parts() { # parts FILE: pieces of a JSON answer; a checkpoint and a watcher apart
	tr ',{}' '\n' <"$1" | grep -vE '^"(wal_bytes|rules_differ)"' | sort
}
rows=$(sed -nE 's/^\t\{"([a-z-]+)", ASK_(QUESTION|CHECKER|FILES),.*/\1/p' "$TREE/core/ask/ask.c")
has "the table of questions was read" '^today' "$rows"
for row in $rows; do
	has_not "the question $row is named in this test" '^unknown$' "$(asked "$row")"
done
answers with
stop
answers without
same=0
for file in with/*; do
	name=$(head -n 1 "$file")
	if [ "$name" = status ]; then # with one it also tells how it runs
		is "status: what it tells without a daemon it tells with one" "" \
			"$(comm -13 <(parts "$file") <(parts "without/${file#with/}"))"
		continue
	fi
	if cmp -s "$file" "without/${file#with/}"; then
		same=$((same + 1))
	else
		not_ok "$name: the same with a daemon and without" \
			"$(diff "$file" "without/${file#with/}" | cut -c 1-400)"
	fi
done
has "the others are the same, byte for byte" '^[0-9]+$' "$same"
is "and none was left out" "$(($(find with -type f | wc -l) - 1))" "$same"
