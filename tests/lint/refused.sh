#!/usr/bin/env bash
# Calls that core must not make, and the one file that may where there is one.
set -u
passed=0 failed=0
# every line as file:number:code, without comments and texts
code=$(grep -n '' core/*/*.[ch] include/*.h |
	sed -E 's/^([^:]*:[0-9]+:)[[:space:]]*(\/?\*|\/\/).*/\1/; s/"([^"\\]|\\.)*"/""/g; s/"[^"]*$//')
check() { # check PATTERN WHY [FILE...]: files that may
	local pattern=$1 why=$2 hits
	shift 2
	hits=$(grep -E "[^:]*:[0-9]+:(.*[^A-Za-z0-9_.>])?($pattern)[[:space:]]*\(" <<<"$code")
	for file in "$@"; do hits=$(grep -v "^$file:" <<<"$hits"); done
	if [ -n "$hits" ]; then
		echo "not ok - $why"
		sed 's/^/  /' <<<"$hits"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}
check 'sprintf|vsprintf|strcpy|strcat|gets|strncpy' "no bound: use snprintf or a buf"
check 'strtok|strtok_r|atoi|atol|atof|strtod' "silent on mistakes, or bound to a locale" \
	core/base/json_read.c core/base/json_write.c
check 'assert' "REQUIRE stays on in release"
check 'system|popen|execv|execve|execvp|execl|execlp|fork|vfork' "core/loop starts processes, the parent of checkers copies itself" \
	core/app/parent.c
check 'localtime|localtime_r|gmtime|gmtime_r|mktime|strftime|setlocale' "zones are read by base/zone" \
	core/net/http_answer.c
check 'time|gettimeofday|clock_gettime|clock' "clocks are read by base/clock" core/base/clock.c
check 'rand|srand|random|drand48' "nothing is random but fresh ids"
check 'setenv|putenv|unsetenv' "the environment is shared by threads"
check 'signal|sigaction' "signals belong to core/loop, main and what guards rules" \
	core/loop/loop.c core/script/watch.c core/app/guard.c core/app/cli.c \
	core/app/parent.c
check 'lua_newthread|luaL_dofile|luaL_openlibs|luaL_loadfile' "the sandbox has none of it"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
