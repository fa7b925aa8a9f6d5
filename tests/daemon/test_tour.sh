#!/usr/bin/env bash
# The tour of README.md, line by line as a newcomer types it: each line must
# succeed, and what the remarks promise must be so. Wants $FAIRLEAD and $TREE
# (tests/tools/daemon.sh); works in the empty folder it is started in.
set -u
mkdir bin
ln -s "$FAIRLEAD" bin/fairlead
PATH=$PWD/bin:$PATH
n=0

tour() {
	awk '/^<!-- tour -->/ { t = 1 } t && /^```sh/ { b = 1; next }
		b && /^```/ { exit } b' "$TREE/README.md"
}

check() { # check WHAT PATTERN OUTPUT [CODE]
	if [ "${4:-0}" -eq 0 ] && grep -qE "$2" <<<"$3"; then
		echo "ok $1"
	else
		echo "not ok $1"
		echo "# exit ${4:-0}, wanted /$2/ in:"
		echo "$3"
	fi
}

# What a line of the tour must show, beside exit 0
expected() {
	case $1 in
	*" test "*) echo '^[1-9][0-9]* passed, 0 failed' ;;
	*" today   "*) echo 'T[0-9]+ .*call .*Sofie Peeters' ;;
	*" why "*) echo 'first-response\.lua:[0-9]+' ;;
	*" coming "*) echo 'own-tempo/rhythm' ;;
	*" today jan "*) echo 'T[0-9]+ .*Still thinking it over' ;;
	*" today karin "*) echo 'answers: accepted' ;;
	*" deal "*) echo '€ 24,500' ;;
	*" person away "*) echo 'away until .*, Sanne' ;;
	*" status "*) echo 'tempo +3 weeks' ;;
	*" audit "*) echo '^everything agrees' ;;
	*) echo '' ;;
	esac
}

while IFS= read -r line; do
	n=$((n + 1))
	out=$(bash -c "$line" 2>&1 </dev/null)
	check "$n - ${line%%  *}" "$(expected "$line")" "$out" $?
done < <(tour)
if [ "$n" -eq 20 ]; then echo "ok twenty lines"; else
	echo "not ok twenty lines: $n"
fi

# jan's rhythm call is gone after the signature, karin's list has one task
check "jan has nothing left" 'nothing open: .*Jan' \
	"$(fairlead -C shop today)"
check "one task is open" '"tasks_open":1,' \
	"$(fairlead -C shop status --json)"
check "0 differences" '"differences":0,' \
	"$(fairlead -C shop audit --json)"
