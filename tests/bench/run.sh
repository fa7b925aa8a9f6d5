#!/usr/bin/env bash
# run.sh BINARIES FAIRLEAD [quick] - measures the dealer day against its floors
# and prints one table: what, ours, floor, ratio, bar. Ours and floor take turns;
# a figure is the median of the rounds. Only wrong totals end it with 1: the
# speed of a machine is nobody's fault.
# FL_BENCH_DIR: where the disk is measured (build/bench). FL_BENCH_ROUNDS (3).
# FL_REFERENCE_GEN: a reference generator in Python to compare totals with.
set -uo pipefail
bin=$1 fairlead=$2 quick=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
disk=${FL_BENCH_DIR:-build/bench}/rooms
memory=
[ -d /dev/shm ] && [ -w /dev/shm ] && memory=/dev/shm/fairlead-bench-$$
rounds=${FL_BENCH_ROUNDS:-3}
if [ -n "$quick" ]; then
	big=1500 middle=700 small=60 calm=120 pending=20000 fired=5000
else
	big=4000 middle=2000 small=300 calm=600 pending=1000000 fired=50000
fi
server='' other=''

finish() {
	[ -n "$server" ] && kill "$server" 2>/dev/null
	[ -n "$other" ] && kill "$other" 2>/dev/null
	rm -rf "$disk" ${memory:+"$memory"}
}
trap finish EXIT
trap 'exit 1' INT TERM

die() {
	echo "bench: $*" >&2
	exit 1
}

# ---- small things ----

# value NAME: from "name value" lines
value() { awk -v n="$1" '$1 == n { print $2; exit }'; }

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# row WHAT OURS FLOOR BAR more|less: is the ratio at least / at most the bar?
row() {
	awk -v what="$1" -v a="$2" -v b="$3" -v bar="$4" -v way="$5" 'BEGIN {
		r = b > 0 ? a / b : 0
		good = way == "more" ? r >= bar : r <= bar
		printf "%-46s %10.6g %10.6g %6.2f x   %s %.2f x  %s\n", what, a, b, r,
			way == "more" ? ">=" : "<=", bar, good ? "ok" : "below bar"
	}'
}

# plain WHAT OURS BAR UNIT: an absolute figure, which may be at most the bar
plain() {
	awk -v what="$1" -v a="$2" -v bar="$3" -v unit="$4" 'BEGIN {
		printf "%-46s %10.6g %10s %8s   <= %g %s  %s\n", what, a, "-", "-", bar,
			unit, a <= bar ? "ok" : "below bar"
	}'
}

left_out() { printf '%-46s left out: %s\n' "$1" "$2"; }

data_of() { echo "$bin/day-$1"; }

make_data() {
	local dir
	dir=$(data_of "$1")
	mkdir -p "$dir"
	[ -s "$dir/expect" ] || "$bin/gen" "$1" 1 "$dir" || die "gen $1"
}

fresh_room() { # PLACE
	rm -rf "$1"
	mkdir -p "$1/room"
	cp -r "$here/rooftop/." "$1/room/"
}

# ---- the daemon ----

workers_of() { # the worker is the supervisor's child
	local child
	child=$(pgrep -P "$1" -f -- --worker | head -1)
	echo "${child:-$1}"
}

# with $pin before it, on a fresh room
daemon_start() { # PLACE
	fresh_room "$1"
	${pin:-} "$fairlead" -C "$1/room" serve --clock manual \
		> "$1/serve.out" 2>&1 &
	server=$!
	for _ in $(seq 400); do
		[ -S "$1/room/data/fairlead.sock" ] && break
		kill -0 $server 2>/dev/null || die "serve ended: $(cat "$1/serve.out")"
		sleep 0.02
	done
	[ -S "$1/room/data/fairlead.sock" ] || die "serve opened no socket"
}

daemon_stop() {
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	server=
}

# One run of the daemon under load: lines of $load, and totals are checked.
ours() { # PLACE DEALS KIND ARGUMENTS...
	local place=$1 deals=$2 kind=$3 out
	shift 3
	daemon_start "$place"
	out=$("$bin/load" "$kind" "$place/room/data/fairlead.sock" \
		"$(data_of "$deals")/events.ndjson" "$@") || die "load failed"
	awk '$1 == "VmHWM:" { print "hwm_kb", $2 }' \
		"/proc/$(workers_of "$server")/status"
	daemon_stop
	"$bin/check" "$place/room" "$(data_of "$deals")/expect" >&2 ||
		die "totals are wrong"
	echo "$out"
	stat -c 'db_bytes %s' "$place/room/data/fairlead.db"
}

rows_floor() { # PLACE DEALS GROUP [RATE]
	local place=$1 deals=$2
	shift 2
	mkdir -p "$place"
	${pin:-} "$bin/floor_rows" "$deals" 1 "$place/floor.db" "$@" ||
		die "floor_rows failed"
}

# ---- the rows of the table ----

# interleaved rounds of one window; figures go to files of the scratch folder
ingest() { # WHAT PLACE DEALS WINDOW BAR
	local what=$1 place=$2 deals=$3 window=$4 bar=$5 i
	make_data "$deals"
	: > "$bin/a" && : > "$bin/b"
	for i in $(seq "$rounds"); do
		rows_floor "$place" "$deals" "$window" > "$bin/out" || exit 1
		value per_s < "$bin/out" >> "$bin/b"
		ours "$place" "$deals" lines "$window" > "$bin/out" || exit 1
		value per_s < "$bin/out" >> "$bin/a"
	done
	row "$what" "$(median < "$bin/a")" "$(median < "$bin/b")" "$bar" more
}

calm_load() { # PLACE NAME
	local place=$1 i
	make_data $calm
	for i in p50 p99; do : > "$bin/a$i" && : > "$bin/b$i"; done
	for i in $(seq "$rounds"); do
		rows_floor "$place" $calm 512 500 > "$bin/out" || exit 1
		value p50_us < "$bin/out" >> "$bin/bp50"
		value p99_us < "$bin/out" >> "$bin/bp99"
		ours "$place" $calm lines 512 500 > "$bin/out" || exit 1
		value p50_us < "$bin/out" >> "$bin/ap50"
		value p99_us < "$bin/out" >> "$bin/ap99"
	done
	for i in p50 p99; do
		row "acknowledgement $i us, 500/s, $2" "$(median < "$bin/a$i")" \
			"$(median < "$bin/b$i")" 1.5 less
	done
}

# Rules change each second: what does it cost those who post meanwhile?
reloads() { # PLACE NAME
	local place=$1 i
	make_data $calm
	: > "$bin/a" && : > "$bin/b"
	for i in $(seq "$rounds"); do
		ours "$place" $calm lines 512 500 > "$bin/out" || exit 1
		value p99_us < "$bin/out" >> "$bin/b"
		ours "$place" $calm lines 512 500 "$place/room/dealership.lua" \
			> "$bin/out" || exit 1
		value p99_us < "$bin/out" >> "$bin/a"
	done
	row "acknowledgement p99 us, a reload each second, $2" \
		"$(median < "$bin/a")" "$(median < "$bin/b")" 1.25 less
}

live_lines() { grep -cE '^live: ' "$1/serve.out"; }

# From the end of a save to the line that says so, tests included.
saved_to_live() { # PLACE
	local place=$1 i before from
	: > "$bin/a"
	daemon_start "$place"
	sleep 1
	for i in $(seq $((rounds * 3))); do
		before=$(live_lines "$place")
		echo "-- $i" >> "$place/room/dealership.lua"
		from=$(date +%s%N)
		for _ in $(seq 1000); do
			[ "$(live_lines "$place")" -gt "$before" ] && break
			sleep 0.01
		done
		echo $((($(date +%s%N) - from) / 1000000)) >> "$bin/a"
	done
	daemon_stop
	plain "a saved rule file is live" "$(median < "$bin/a")" 600 ms
}

posts() { # PLACE NAME
	local place=$1 deals=$middle i net
	make_data "$deals"
	: > "$bin/a" && : > "$bin/b" && : > "$bin/c"
	mkdir -p "$place"
	for i in $(seq "$rounds"); do
		rows_floor "$place" "$deals" 64 > "$bin/out" || exit 1
		value per_s < "$bin/out" >> "$bin/b"
		"$bin/floor_net" "$bin/net.sock" &
		net=$!
		sleep 0.2
		"$bin/load" posts "$bin/net.sock" \
			"$(data_of "$deals")/events.ndjson" 64 > "$bin/out"
		kill $net
		wait $net 2>/dev/null
		value per_s < "$bin/out" >> "$bin/c"
		ours "$place" "$deals" posts 64 > "$bin/out" || exit 1
		value per_s < "$bin/out" >> "$bin/a"
	done
	row "HTTP POST, one event each, 64 at once, $2" "$(median < "$bin/a")" \
		"$( (median < "$bin/b"; median < "$bin/c") | sort -g | head -1)" \
		0.60 more
}

# Counted, not timed: the engine in one process, so that nothing else writes.
counted() { # PLACE WINDOW BAR
	local place=$1 window=$2
	make_data "$middle"
	fresh_room "$place"
	rm -f "$bin/syncs"
	FL_BENCH_SYNCS=$bin/syncs LD_PRELOAD=$bin/syncs.so \
		"$bin/turns" "$place/room" "$(data_of "$middle")/events.ndjson" \
		"$window" > "$bin/out" || die "turns failed"
	"$bin/check" "$place/room" "$(data_of "$middle")/expect" || exit 1
	plain "syncs per commit, $window in flight" "$(awk -v s="$(value syncs < "$bin/out")" \
		-v c="$(value commits < "$bin/out")" 'BEGIN { print s / c }')" 1.1 ""
	plain "bytes written per event, $window in flight" \
		"$(value written < "$bin/out")" "$3" "bytes"
}

database_size() {
	local place=$1 bytes line
	make_data "$big"
	ours "$place" "$big" lines 512 > "$bin/out" || exit 1
	bytes=$(value db_bytes < "$bin/out")
	line=$(value line_bytes < "$(data_of "$big")/expect")
	row "database bytes per event, against its line" \
		"$(awk -v b="$bytes" -v n="$(value events < "$bin/out")" 'BEGIN { print b / n }')" \
		"$(awk -v b="$line" -v n="$(value events < "$bin/out")" 'BEGIN { print b / n }')" 1.6 less
	plain "resident memory after $(value events < "$bin/out") events" \
		"$(value hwm_kb < "$bin/out" | awk '{ print $1 / 1024 }')" 32 MB
}

memory_of_many() {
	make_data 15500
	ours "$1" 15500 lines 512 > "$bin/out" || exit 1
	plain "resident memory after 100,000 events" \
		"$(value hwm_kb < "$bin/out" | awk '{ print $1 / 1024 }')" 32 MB
}

evaluation() {
	make_data "$big"
	"$bin/rules" "$here/rooftop" "$here/floor_rules.lua" "$big" 1 "$rounds" \
		> "$bin/out" || die "rules failed"
	row "rule evaluation in the sandbox, ns an event" \
		"$(value ours_ns < "$bin/out")" "$(value bare_ns < "$bin/out")" 1.5 less
	"$bin/guards" $((rounds * 3)) > "$bin/out" || die "guards failed"
	row "price of all guards on a typical rule, ns" \
		"$(value ours_ns < "$bin/out")" "$(value bare_ns < "$bin/out")" 1.05 less
	"$bin/json" "$(data_of "$big")/events.ndjson" "$rounds" > "$bin/out" ||
		die "json failed"
	for peer in "lua_cjson 0.5" "cjson 0.75"; do
		# shellcheck disable=SC2086
		set -- $peer
		if [ "$(value "$1_ns" < "$bin/out")" = 0 ]; then
			left_out "JSON line to Lua table, against $1" "not installed"
		else
			row "JSON line to Lua table, against $1, ns" \
				"$(value ours_ns < "$bin/out")" \
				"$(value "$1_ns" < "$bin/out")" "$2" less
		fi
	done
}

# Facts of a past told again: their floor is to parse them and run bare Lua.
backtest() { # PLACE
	local place=$1 i events parse
	: > "$bin/a" && : > "$bin/b"
	make_data "$big"
	events=$(value events < "$(data_of "$big")/expect")
	fresh_room "$place"
	"$bin/turns" "$place/room" "$(data_of "$big")/events.ndjson" 512 \
		> "$bin/out" || die "turns failed"
	for i in $(seq "$rounds"); do
		"$bin/json" "$(data_of "$big")/events.ndjson" 1 > "$bin/out" ||
			die "json failed"
		parse=$(value ours_ns < "$bin/out")
		"$bin/rules" "$here/rooftop" "$here/floor_rules.lua" "$big" 1 1 \
			> "$bin/out" || die "rules failed"
		echo $((parse + $(value bare_ns < "$bin/out"))) >> "$bin/b"
		"$bin/backtest" "$place/room" "$events" > "$bin/out" ||
			die "backtest failed"
		value ours_ns < "$bin/out" >> "$bin/a"
	done
	row "backtest replay, ns a fact" "$(median < "$bin/a")" \
		"$(median < "$bin/b")" 1.6 less
}

# One rooftop on core 0; then one there and one on core 1, at the same time.
pair_start() { # PLACE CORE
	pin="taskset -c $2" daemon_start "$1"
}

pair_load() { # PLACE CORE OUT
	taskset -c "$2" "$bin/load" lines "$1/room/data/fairlead.sock" \
		"$(data_of "$big")/events.ndjson" 512 > "$3"
}

two_rooftops() { # PLACE
	local place=$1 i first second
	make_data "$big"
	: > "$bin/a" && : > "$bin/b"
	for i in $(seq "$rounds"); do
		pair_start "$place/one" 0
		pair_load "$place/one" 0 "$bin/out" || die "load failed"
		value per_s < "$bin/out" >> "$bin/b"
		daemon_stop
		pair_start "$place/one" 0
		first=$server
		pair_start "$place/two" 1
		second=$server
		other=$first
		pair_load "$place/one" 0 "$bin/out" &
		pair_load "$place/two" 1 "$bin/out2" || die "load failed"
		wait $! || die "load failed"
		cat "$bin/out" "$bin/out2" | awk '$1 == "per_s" { n += $2 }
			END { print n }' >> "$bin/a"
		server=$first && daemon_stop
		other=
		server=$second && daemon_stop
		"$bin/check" "$place/two/room" "$(data_of "$big")/expect" >&2 ||
			die "totals are wrong"
	done
	row "two rooftops on two cores, against one on one" \
		"$(median < "$bin/a")" "$(median < "$bin/b")" 1.4 more
}

timers() { # PLACE
	local place=$1 i few
	: > "$bin/a" && : > "$bin/b"
	fresh_room "$place"
	few=$("$bin/timers" "$place/room" 1000 1000 | value rss_kb) || exit 1
	fresh_room "$place"
	"$bin/timers" "$place/room" $pending $fired > "$bin/timers.out" ||
		die "timers failed"
	for i in $(seq "$rounds"); do
		rows_floor "$place" "$big" 512 > "$bin/out" || exit 1
		value per_s < "$bin/out" >> "$bin/b"
	done
	row "timers fired, $pending pending" "$(value per_s < "$bin/timers.out")" \
		"$(median < "$bin/b")" 0.6 more
	plain "a pending timer on disk" "$(value bytes < "$bin/timers.out")" 48 bytes
	plain "memory of $pending pending timers over 1000" \
		"$(value rss_kb < "$bin/timers.out" | awk -v f="$few" '{ print ($1 - f) / 1024 }')" 16 MB
}

planning() { # PLACE
	local place=$1 which
	for which in live next; do
		rm -rf "${place:?}/$which"
		"$fairlead" init "$place/$which" --training > /dev/null || exit 1
	done
	echo 'set("tempo", "2 weeks")' >> "$place/next/settings.lua"
	rm -rf "$place/live/data"
	"$bin/plan" "$place/live" "$place/next" 10000 > "$bin/out" ||
		die "plan failed"
	plain "plan, 10000 customers in flight move" \
		"$(value plan_s < "$bin/out")" 1 s
	"$bin/floor_next" "$place/live/data/fairlead.db" 10000 > "$bin/out2" ||
		die "floor_next failed"
	row "next moments and differences, 10000 customers, ms" \
		"$(value plan_s < "$bin/out" | awk '{ print $1 * 1000 }')" \
		"$(value floor_s < "$bin/out2" | awk '{ print $1 * 1000 }')" 3 less
	rm -rf "$place/live" "$place/next"
}

# ---- known totals ----

known_totals() {
	local wrong=0 name
	make_data 4000
	while read -r name n; do
		[ "$(value "$name" < "$(data_of 4000)/expect")" = "$n" ] || wrong=1
	done <<-END
		events 25805
		matches 45333
		tasks 29172
		timers_set 24413
		cancels 3600
		pending 8428
		checksum 1992368226
	END
	[ $wrong = 0 ] || die "the generator no longer makes the dealer day"
	if [ -z "${FL_REFERENCE_GEN:-}" ] || ! command -v python3 >/dev/null; then
		echo "dealer day 4000 1: totals as known; reference generator: skipped"
		return
	fi
	python3 "$FL_REFERENCE_GEN" 4000 1 "$bin/reference" > /dev/null ||
		die "the reference generator failed"
	python3 - "$bin/reference/expect.json" "$(data_of 4000)/expect" <<-'END' ||
		import json, sys
		ref = json.load(open(sys.argv[1]))
		own = dict(line.split() for line in open(sys.argv[2]))
		ref["pending"] = ref["pending_timers"]
		ref["checksum"] = ref["state_checksum"]
		names = [n for n in own if n in ref and n != "line_bytes"]
		bad = [n for n in names if int(own[n]) != ref[n]]
		sys.exit("differs from the reference: " + ", ".join(bad) if bad else 0)
	END
		die "the generator differs"
	echo "dealer day 4000 1: totals equal the reference generator's"
}

# Somebody who works on beside rules that mean harm: the soft limit of a rule,
# 50 ms, and 100 more, with starting the command he types.
beside_harm() { # PLACE
	local fairlead_at tree
	fairlead_at=$(realpath "$fairlead") tree=$(realpath "$here/../..")
	mkdir -p "$1/beside"
	(cd "$1/beside" && FAIRLEAD=$fairlead_at TREE=$tree \
		bash "$tree/tests/daemon/test_neighbour.sh") > "$bin/beside.out" ||
		die "rules that mean harm: $(grep '^not ok' "$bin/beside.out")"
	rm -rf "$1/beside"
	plain "an answer beside hostile rules, p99" "$(sed -n \
		's/^# beside them.*of a hundred \([0-9.]*\) ms.*/\1/p' \
		"$bin/beside.out")" 150 ms
}

# ---- all ----

known_totals
mkdir -p "$disk"
printf '%-46s %10s %10s %8s   %s\n' "what" "ours" "floor" "ratio" "bar"
evaluation
places="disk:$disk"
[ -n "$memory" ] && places="$places memory:$memory"
if [ -x "$fairlead" ]; then
	for named in $places; do
		name=${named%%:*} place=${named#*:}
		ingest "ingest, 512 in flight, $name" "$place" "$big" 512 0.90
		ingest "ingest, 64 in flight, $name" "$place" "$middle" 64 0.85
		ingest "ingest, 1 in flight, $name" "$place" "$small" 1 0.85
		if command -v taskset >/dev/null; then
			pin="taskset -c 0"
			ingest "ingest, 512 in flight, one core, $name" "$place" \
				"$big" 512 0.75
			pin=
		fi
		posts "$place" "$name"
	done
	calm_load "$disk" disk
	reloads "$disk" disk
	saved_to_live "${memory:-$disk}"
	beside_harm "${memory:-$disk}"
	database_size "${memory:-$disk}"
	[ -z "$quick" ] && memory_of_many "${memory:-$disk}"
	if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
		two_rooftops "${memory:-$disk}"
	else
		left_out "two rooftops on two cores" "there is one core"
	fi
else
	left_out "everything over the socket" "there is no $fairlead yet"
fi
counted "${memory:-$disk}" 64 8192
counted "${memory:-$disk}" 512 2560
backtest "${memory:-$disk}"
timers "${memory:-$disk}"
if [ -x "$fairlead" ]; then planning "${memory:-$disk}"; fi
