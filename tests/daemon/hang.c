/*
 * Stands in front of the packaged Lua (LD_PRELOAD) in tests/daemon/test_hang.sh
 * and nowhere else: the hook by which the watchdog ends a call is not set, so
 * that an endless loop is one that nothing ends. A file "fault" in the folder
 * the daemon was started in makes the process fall over instead.
 */
#include <lua.h>

#include <signal.h>
#include <unistd.h>

__attribute__((visibility("default"))) void lua_sethook(
	lua_State *lua, lua_Hook hook, int mask, int count)
{
	(void)lua, (void)hook, (void)count;
	if (mask != 0 && access("fault", F_OK) == 0)
		raise(SIGSEGV);
}
