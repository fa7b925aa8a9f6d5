#!/usr/bin/env bash
# run.sh BINARY FOLDER: makes the demo rooftop once, reads the example leads
# and serves it here.
set -euo pipefail
fairlead=$1 folder=$2
[ -e "$folder/dealership.lua" ] ||
	"$fairlead" init "$folder" --from examples/demo >/dev/null
# one of the files is a template nobody filled in: it is held back, and said
"$fairlead" -C "$folder" import examples/leads/* || true
exec "$fairlead" -C "$folder" serve
