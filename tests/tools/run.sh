#!/usr/bin/env bash
# run.sh BINARY FOLDER: makes the demo rooftop once and serves it here; the
# example leads come in as soon as it listens, so that the terminal shows what
# each of them sets going.
set -euo pipefail
fairlead=$1 folder=$2
[ -e "$folder/dealership.lua" ] ||
	"$fairlead" init "$folder" --from examples/demo >/dev/null
(
	for _ in {1..100}; do
		[ -S "$folder/data/fairlead.sock" ] && break
		sleep 0.1
	done
	sleep 0.5
	# one of the files is a template nobody filled in: it is held back, and
	# said; again they are known already
	"$fairlead" -C "$folder" import examples/leads/* || true
) &
exec "$fairlead" -C "$folder" serve
