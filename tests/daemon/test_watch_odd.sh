#!/usr/bin/env bash
# Ways in which rule files change that nobody plans: crowds of open files, links
# of all kinds, folders that are renamed, notes that are lost. Every file of a
# set names the set's number and settings.lua refers to all of them, so a set of
# which a part is older than the rest would be refused.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
mkdir s/packs/own
n=60
part() { # part I NUMBER
	echo "setting \"p$1_v$2\" { type = \"duration\", default = \"1 day\", title = \"Part $1\" }"
	for line in {1..20}; do echo "-- $line: padding, so that a half written file is one"; done
	echo "setting \"p$1_w$2\" { type = \"duration\", default = \"1 day\", title = \"End of $1\" }"
}
settings() { # settings NUMBER
	for ((i = 1; i <= n; i++)); do echo "set(\"p${i}_v$1\", \"2 days\") set(\"p${i}_w$1\", \"2 days\")"; done
}
make_set() { # make_set DIR NUMBER: DIR/own/*.lua and DIR/settings.lua
	mkdir -p "$1/own"
	for ((i = 1; i <= n; i++)); do part "$i" "$2" >"$1/own/p$i.lua"; done
	settings "$2" >"$1/settings.lua"
}
in_place() { # in_place NUMBER: the folder's own files
	for ((i = 1; i <= n; i++)); do part "$i" "$1" >"s/packs/own/p$i.lua"; done
	settings "$1" >s/settings.lua
}
live() { fl -C s status --json | grep -q "\"p${n}_w$1\""; }
news() { tail -n +"$((lines + 1))" serve.log; }
is_told() { news | grep -qE -- "$1"; }
told() { until_true is_told "$1" || until_true is_told "$1"; }
mark() { lines=$(wc -l <serve.log); }
goes_live() { # goes_live WHAT NUMBER: within 20 s, and nothing was refused
	local began
	began=$(date +%s%N)
	until_true live "$2" || until_true live "$2"
	if live "$2"; then
		ok "$1: live"
		echo "# seen live $((($(date +%s%N) - began) / 1000000)) ms after the last write"
	else
		not_ok "$1: live" "$(tail -n 5 serve.log)"
	fi
	has_not "$1: never a mixed set" 'geweigerd|refused' "$(news)"
	mark
}
refused() { # refused WHAT PATTERN
	if told "$2"; then ok "$1"; else not_ok "$1" "no match for: $2" "$(news)"; fi
	mark
}
number() { fl -C s status --json | grep -oE '"ruleset":\{[^}]*"number":[0-9]+' | grep -oE '[0-9]+$'; }

in_place 1
serve s serve
mark
if live 1; then ok "at the start: live"; else not_ok "at the start: live" "$(cat serve.log)"; fi

# sixty uploads at once, each half written; the last ones end last
make_set set 2
for ((i = 1; i <= n; i++)); do
	exec {open}>"s/packs/own/p$i.lua"
	fd[i]=$open
	head -c 400 "set/own/p$i.lua" >&"$open"
done
cp set/settings.lua s/settings.lua
for ((i = 1; i <= n; i++)); do
	[ $((i % 15)) -ne 0 ] || sleep 0.4
	open=${fd[i]}
	tail -c +401 "set/own/p$i.lua" >&"$open"
	exec {open}>&-
done
goes_live "sixty slow uploads at once" 2

# as vim does it: the old file becomes the backup, the new one is written
make_set set 3
for ((i = 1; i <= n; i++)); do
	mv "s/packs/own/p$i.lua" "s/packs/own/p$i.lua~"
	cat "set/own/p$i.lua" >"s/packs/own/p$i.lua"
done
cp set/settings.lua s/settings.lua
rm s/packs/own/*~
goes_live "the old file renamed, the new one written" 3

# as rsync does it: hidden names, old times, renamed
make_set set 4
for file in set/own/*.lua; do
	name=$(basename "$file")
	touch -d "2001-01-01" "$file"
	cp -p "$file" "s/packs/own/.$name.Xa3"
	mv "s/packs/own/.$name.Xa3" "s/packs/own/$name"
done
cp set/settings.lua s/settings.lua
goes_live "renamed into place with times long past" 4

# other bytes, the same size and the same time
make_set set 5
for ((i = 1; i <= n; i++)); do
	cat "set/own/p$i.lua" >"s/packs/own/p$i.lua"
	touch -d "2001-01-01" "s/packs/own/p$i.lua"
done
cp set/settings.lua s/settings.lua
goes_live "the same sizes and times" 5

before=$(number)
cp -r s/packs/own kept
for ((i = 1; i <= n; i++)); do rm "s/packs/own/p$i.lua"; cp "kept/p$i.lua" s/packs/own; done
touch s/packs/own/*
sleep 3
is "written anew with the same bytes: no other ruleset" "$before" "$(number)"
is "and nothing is said" "$lines" "$(wc -l <serve.log)"

# links: a file that leads to another, a hard link, a folder of folders
make_set set 6
mkdir s/packs/own/.parts
touch s/reload.paused
for ((i = 1; i <= n; i++)); do
	cp "set/own/p$i.lua" "s/packs/own/.parts/p$i.lua"
	ln -sf ".parts/p$i.lua" "s/packs/own/p$i.lua"
done
cp set/settings.lua s/settings.lua
rm s/reload.paused
goes_live "files that are links" 6
sed -i 's/"Part 7"/"Part seven"/' s/packs/own/.parts/p7.lua
before=$(number)
changed() { [ "$(number)" != "$before" ]; }
if until_true changed; then ok "where a link leads to was changed: noticed"; else not_ok "where a link leads to was changed: noticed"; fi
before=$(number)
rm s/packs/own/p7.lua
ln s/packs/own/.parts/p7.lua s/packs/own/p7.lua
sleep 1
echo "-- more" >>s/packs/own/.parts/p7.lua
if until_true changed; then ok "a hard link, changed by its other name: noticed"; else not_ok "a hard link, changed by its other name: noticed"; fi
mark

# rules/ itself is a link, swapped at once
echo 'rule "swapped" { about = "deal", when "contact.made" { run = function(deal, event, act) act.note("one") end } }' >s/rules/swap.lua
told 'live: ' || not_ok "a new rule"
mark
cp -r s/rules s/.rules-2
sed -i 's/"one"/"two"/' s/.rules-2/swap.lua
mv s/rules s/.rules-1
ln -s .rules-2 s/rules
if told 'live: '; then ok "rules/ became a link"; else not_ok "rules/ became a link" "$(news)"; fi
has_not "at no moment without its cards" 'geweigerd|refused' "$(news)"
mark
ln -s .rules-1 s/.next
mv -T s/.next s/rules
if told 'live: '; then ok "and was swapped for another"; else not_ok "and was swapped for another" "$(news)"; fi
rm s/rules
mv s/.rules-1 s/rules
sleep 0.5
mark

# the whole folder renamed under a running daemon, and back
code "it serves" 0 fl -C s status
mv s away
if told 'the folder s is gone'; then ok "the folder is gone: told"; else not_ok "the folder is gone: told" "$(news)"; fi
if kill -0 "$serving"; then ok "and it goes on"; else not_ok "and it goes on"; fi
mark
mv away s
refused "and back, all is well" 'weer goed|good again'
make_set set 7
cp set/own/*.lua s/packs/own/.parts
cp --remove-destination set/own/*.lua s/packs/own
cp set/settings.lua s/settings.lua
goes_live "after it, changes are followed" 7

# odd things under the names of rule files
mv s/dealership.lua kept.lua
mkfifo s/dealership.lua
refused "dealership.lua is a pipe" 'dealership.lua: .*(geen gewoon bestand|not an ordinary file)'
rm s/dealership.lua
mv kept.lua s/dealership.lua
refused "and back, all is well" 'weer goed|good again'
mkdir s/rules/folder.lua
ln -s self.lua s/rules/self.lua
refused "a link to itself is named" 'rules/self.lua: '
has "so is a folder of that name" 'rules/folder.lua' "$(fl -C s check 2>&1)"
rm s/rules/self.lua
rmdir s/rules/folder.lua
refused "and gone, all is well" 'weer goed|good again'
printf 'rule "x" {' >$'s/rules/\033[31mred.lua'
refused "a name with control characters is told" 'red.lua'
has_not "without them" $'\033\\[31mred' "$(cat serve.log) $(fl -C s status) $(fl -C s check 2>&1)"
rm $'s/rules/\033[31mred.lua'
refused "and gone, all is well" 'weer goed|good again'

# more notes than the kernel keeps
victim=$(worker)
kill -STOP "$victim"
make_set set 8
for ((i = 0; i < 9000; i++)); do : >s/rules/a.tmp; : >s/rules/b.tmp; done
cp set/own/*.lua s/packs/own
cp set/settings.lua s/settings.lua
kill -CONT "$victim"
goes_live "after twenty thousand notes" 8

# somebody changes his mind, and again
for _ in {1..20}; do
	cp kept/*.lua s/packs/own
	settings 5 >s/settings.lua
	cp set/own/*.lua s/packs/own
	cp set/settings.lua s/settings.lua
done
sleep 1
if until_true live 8; then ok "there and back twenty times: as it was"; else not_ok "there and back twenty times: as it was" "$(news)"; fi
has_not "and nothing was refused" 'geweigerd|refused' "$(news)"

# a pause that begins while a set is copied
make_set set 9
cp set/own/p{1..9}.lua s/packs/own
ln -s nowhere s/reload.paused
sleep 0.5
cp set/own/*.lua s/packs/own
cp set/settings.lua s/settings.lua
sleep 0.5
if live 9; then not_ok "paused by a link to nothing"; else ok "paused by a link to nothing"; fi
mark
rm s/reload.paused
goes_live "a pause begun too late, but in time" 9
stop
is "it stops with 0" 0 $?

# where no notes come (a network drive): looks alone, the same promise
if [ -n "${HANG:-}" ]; then
	export LD_PRELOAD=$HANG
	serve s serve
	unset LD_PRELOAD
	mark
	has "without notes it says so" "looked for every two seconds|elke twee seconden" "$(cat serve.log)"
	make_set set 10
	for ((i = 1; i <= n; i++)); do
		cp "set/own/p$i.lua" s/packs/own
		[ $((i % 10)) -ne 0 ] || sleep 0.6
	done
	cp set/settings.lua s/settings.lua
	goes_live "a slow copy without notes" 10
	stop
	is "it stops with 0" 0 $?
fi
code "and everything agrees" 0 fl -C s audit
