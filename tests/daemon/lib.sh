# What the black-box tests share. Each runs in an empty folder of its own with
# FAIRLEAD (the binary) and TREE (the sources) set, and prints "ok - what" or
# "not ok - what" lines.
# shellcheck shell=bash
set -u
serving=
export LC_ALL=C.UTF-8 # outside a folder fairlead speaks what is set here
fl() { "$FAIRLEAD" "$@"; }
ok() { echo "ok - $1"; }
not_ok() {
	echo "not ok - $1"
	shift
	[ $# -eq 0 ] || printf '  # %s\n' "$@"
}
is() { # is WHAT WANTED GOT
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "wanted: $2" "got: $3"; fi
}
has() { # has WHAT PATTERN TEXT
	if grep -qE -- "$2" <<<"$3"; then ok "$1"; else not_ok "$1" "no match for: $2" "in: $3"; fi
}
has_not() { # has_not WHAT PATTERN TEXT
	if grep -qE -- "$2" <<<"$3"; then not_ok "$1" "found: $2" "in: $3"; else ok "$1"; fi
}
code() { # code WHAT WANTED COMMAND...: output goes to $out
	local what=$1 wanted=$2 got
	shift 2
	out=$("$@" 2>&1)
	got=$?
	if [ "$got" -eq "$wanted" ]; then ok "$what"; else not_ok "$what" "exit $got, wanted $wanted" "$out"; fi
}
shop() { # shop DIR [OPTION...]: a folder for practice, in English
	local dir=$1
	shift
	fl init "$dir" --training --language en "$@" >/dev/null || exit 99
}
serve() { # serve DIR [OPTION...]: in the background, until it is ready
	local i
	: >serve.log
	"$FAIRLEAD" -C "$@" >>serve.log 2>&1 &
	serving=$!
	for ((i = 0; i < 200; i++)); do
		grep -q '^Ctrl-C sto' serve.log && return 0
		kill -0 "$serving" 2>/dev/null || break
		sleep 0.05
	done
	not_ok "the daemon starts" "$(cat serve.log)"
	exit 1
}
stop() { # its exit code
	kill -TERM "$serving" 2>/dev/null
	wait "$serving"
	local code=$?
	serving=
	return $code
}
worker() { # pid of the worker
	local stat pid parent
	for stat in /proc/[0-9]*/stat; do
		read -r pid _ _ parent _ <"$stat" || continue
		[ "$parent" = "$serving" ] &&
			grep -qa -e --worker "/proc/$pid/cmdline" && echo "$pid"
	done 2>/dev/null
}
until_true() { # until_true COMMAND...: at most 10 s
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}
trap '[ -z "$serving" ] || { kill -TERM "$serving" 2>/dev/null; wait "$serving"; }' EXIT
