#!/usr/bin/env bash
# Rule files are changed in all the ways people and programs change them, while
# it runs. Every file of a set names the set's number, and settings.lua refers
# to all of them: a set of which a part is older than the rest is refused, and
# would be seen in the log.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
mkdir s/packs/own
PARTS="one two three four five six"
part() { # part NAME NUMBER: text of one pack file
	echo "setting \"$1_v$2\" { type = \"duration\", default = \"1 day\", title = \"Part $1\" }"
	for line in {1..40}; do echo "-- $line: padding, so that a half written file is one"; done
	echo "setting \"$1_w$2\" { type = \"duration\", default = \"1 day\", title = \"End of $1\" }"
}
settings() { # settings NUMBER
	for name in $PARTS; do echo "set(\"${name}_v$1\", \"2 days\") set(\"${name}_w$1\", \"2 days\")"; done
}
text_of() { # text_of FILE NUMBER
	if [ "$1" = settings.lua ]; then settings "$2"; else part "$(basename "$1" .lua)" "$2"; fi
}
FILES="settings.lua"
for name in $PARTS; do FILES="packs/own/$name.lua $FILES"; done
by_rename() {
	for file in $FILES; do
		text_of "$file" "$1" >"s/$file.tmp"
		mv "s/$file.tmp" "s/$file"
	done
}
in_place() {
	for file in $FILES; do text_of "$file" "$1" >"s/$file"; done
}
slowly() { # each file stays open for a while, half written
	for file in $FILES; do
		text_of "$file" "$1" >whole.txt
		exec 7>"s/$file"
		head -c 500 whole.txt >&7
		sleep 0.3
		tail -c +501 whole.txt >&7
		exec 7>&-
	done
}
live() { fl -C s status --json | grep -q "\"six_w$1\""; }
news() { tail -n +"$((lines + 1))" serve.log; } # told since the last look
is_told() { news | grep -qE -- "$1"; }
told() { until_true is_told "$1" || until_true is_told "$1"; } # within 20 s
goes_live() { # goes_live WHAT NUMBER: within 20 s, and nothing was refused
	local began
	began=$(date +%s%N)
	told 'live: ' && until_true live "$2"
	if live "$2"; then
		ok "$1: live"
		echo "# seen live $((($(date +%s%N) - began) / 1000000)) ms after the last write"
	else
		not_ok "$1: live" "$(tail -n 5 serve.log)"
	fi
	has_not "$1: never a mixed set" 'geweigerd|refused' "$(news)"
	lines=$(wc -l <serve.log)
}
refused() { # refused WHAT PATTERN: told within 20 s
	if told "$2"; then ok "$1"; else not_ok "$1" "no match for: $2" "$(news)"; fi
	lines=$(wc -l <serve.log)
}
quiet() { # quiet WHAT: a change that is none of ours: nothing is told of it
	sleep 1
	is "$1" "$lines" "$(wc -l <serve.log)"
}

in_place 1
serve s serve
lines=$(wc -l <serve.log)
if live 1; then ok "at the start: live"; else not_ok "at the start: live" "$(cat serve.log)"; fi
by_rename 2
goes_live "atomic renames" 2
in_place 3
goes_live "written in place" 3
slowly 4
goes_live "slow uploads" 4

cp -r s/packs/own own.new
for name in $PARTS; do part "$name" 5 >"own.new/$name.lua"; done
rm -r s/packs/own
mv own.new s/packs/own
settings 5 >s/settings.lua
goes_live "a folder deleted and made again" 5
part one 6 >s/packs/own/one.lua # the new folder is watched, too
for name in $PARTS; do part "$name" 6 >"s/packs/own/$name.lua"; done
settings 6 >s/settings.lua
goes_live "and written in it" 6

mkdir s/packs/.own-7 s/packs/.own-8
for name in $PARTS; do
	{ part "$name" 7 && part "$name" 8; } >"s/packs/.own-7/$name.lua"
	part "$name" 8 >"s/packs/.own-8/$name.lua"
done
touch s/reload.paused
rm -r s/packs/own
ln -s .own-7 s/packs/own
settings 7 >s/settings.lua
rm s/reload.paused
goes_live "a pack that is a link" 7
settings 8 >s/settings.lua
goes_live "settings that both its targets know" 8
ln -s .own-8 s/packs/.next
mv -T s/packs/.next s/packs/own
goes_live "a swapped link" 8
if fl -C s status --json | grep -q '"six_w7"'; then not_ok "with what it leads to now"; else ok "with what it leads to now"; fi
touch s/reload.paused
rm s/packs/own
mv s/packs/.own-8 s/packs/own
rm s/reload.paused
sleep 1
lines=$(wc -l <serve.log)

if command -v git >/dev/null; then
	(
		cd s || exit
		git init -q . && git config user.email a@b && git config user.name a
		echo data >.gitignore
		git add -A && git commit -qm old
	)
	in_place 9
	(cd s && git add -A && git commit -qm new) >/dev/null
	goes_live "saved and committed" 9
	(cd s && git checkout -q HEAD~1)
	goes_live "git checkout of the old" 8
	(cd s && git checkout -q -)
	goes_live "and back" 9
fi

touch s/reload.paused
for file in $FILES; do
	text_of "$file" 10 >"s/$file"
	sleep 0.4
done
has "paused: status says so" 'reload.paused' "$(fl -C s status)"
code "paused: reload is refused" 1 fl -C s reload
has "with the reason" 'reload.paused' "$out"
if live 10; then not_ok "paused: nothing goes live"; else ok "paused: nothing goes live"; fi
lines=$(wc -l <serve.log)
rm s/reload.paused
goes_live "a slow copy behind reload.paused" 10

for name in .own.lua.swp '#own.lua#' own.lua~ .#own.lua own.lua.tmp; do echo 'rule "x" {' >"s/rules/$name"; done
echo x >s/data/notes.lua
quiet "editors' leftovers and data/ are none of ours"

mkfifo s/rules/pipe.lua
refused "a FIFO is named" 'rules/pipe.lua: .*(geen gewoon bestand|not an ordinary file)'
rm s/rules/pipe.lua
refused "and gone, all is well" 'weer goed|good again'
ln -s /etc/passwd s/rules/out.lua
refused "a link out of the folder is named" 'rules/out.lua: '
rm s/rules/out.lua
refused "and gone, all is well" 'weer goed|good again'
truncate -s 100M s/rules/big.lua
refused "a file of 100 MB is named" 'rules/big.lua: '
rm s/rules/big.lua
refused "and gone, all is well" 'weer goed|good again'
printf 'x = 1\nrule \351\n' >s/rules/latin.lua
refused "another encoding is named with its line" 'rules/latin.lua:2: '
printf 'x\0y\n' >s/rules/latin.lua
refused "a zero byte, too" 'rules/latin.lua:1: '
printf '\377\376r\0u\0' >s/rules/latin.lua
refused "UTF-16, too" 'rules/latin.lua:1: .*UTF-16'
printf '\033Lua' >s/rules/latin.lua
refused "compiled Lua, too" 'rules/latin.lua:1: .*[Ll]ua'
rm s/rules/latin.lua
refused "and gone, all is well" 'weer goed|good again'
mv s/dealership.lua kept.lua
refused "no dealership.lua is told" 'dealership.lua: '
if kill -0 "$serving"; then ok "and it goes on"; else not_ok "and it goes on"; fi
mv kept.lua s/dealership.lua
refused "and back, all is well" 'weer goed|good again'
printf '\357\273\277-- byte order mark\r\nset("six_w10", "3 days")\r\n' >bom.txt
settings 10 | sed 's/ set("six_w10", "2 days")//' >rest.txt
cat bom.txt rest.txt >s/settings.tmp
mv s/settings.tmp s/settings.lua
told 'live: '
if fl -C s status | grep -q '^ *six_w10 .*3 days'; then ok "byte order mark and CR LF are fine"; else not_ok "byte order mark and CR LF are fine" "$(tail -n 4 serve.log)"; fi

n=$((2000 / ${FL_SCALE:-1}))
n=$((n < 100 ? 100 : n > 1900 ? 1900 : n))
lines=$(wc -l <serve.log)
mkdir s/packs/many
for ((i = 0; i < n; i++)); do echo "setting \"many$i\" { type = \"duration\", default = \"1 day\", title = \"One of many\" }" >"s/packs/many/f$i.lua"; done
many() { fl -C s status --json | grep -q "\"many$((n - 1))\""; }
if told 'live: ' && until_true many; then ok "$n files"; else not_ok "$n files" "$(news)"; fi
has_not "$n files: none of them refused" 'geweigerd|refused' "$(news)"
stop
is "it stops with 0" 0 $?
code "and everything agrees" 0 fl -C s audit
