/*
 * Stands in front of the packaged libraries (LD_PRELOAD) in some daemon tests
 * and nowhere else. The hook by which the watchdog ends a call is not set, so
 * that an endless loop is one that nothing ends; with a file "fault" in the
 * folder the daemon was started in the process falls over instead. There are
 * no notes of changed files.
 */
#include <lua.h>

#include <errno.h>
#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

__attribute__((visibility("default"))) int inotify_init1(int flags)
{
	(void)flags;
	errno = EMFILE;
	return -1;
}

__attribute__((visibility("default"))) void lua_sethook(
	lua_State *lua, lua_Hook hook, int mask, int count)
{
	(void)lua, (void)hook, (void)count;
	if (mask != 0 && access("fault", F_OK) == 0)
		raise(SIGSEGV);
}
