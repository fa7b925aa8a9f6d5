/*
 * floor_next DATABASE CUSTOMERS - what a recompute cannot do without: every due
 * row of the file read by a bare scan, its next moment computed by a bare Lua
 * function with opening hours and Sundays, and the difference counted. DATABASE
 * is one that `plan` has filled with so many customers. Prints floor_s, the
 * best of five.
 */
#include "bench.h"

#include <lauxlib.h>
#include <lualib.h>
#include <sqlite3.h>
#include <stdio.h>

#define ROUNDS 5

static const char next_due[] =
	"local MINUTE, HOUR, DAY = 60000, 3600000, 86400000\n"
	"local GAP = { 15 * MINUTE, 4 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY,\n"
	"  14 * DAY }\n"
	"return function(last, step)\n"
	"  local due = last + GAP[step]\n"
	"  local clock = due % DAY\n"
	"  if clock < 9 * HOUR then due = due - clock + 9 * HOUR\n"
	"  elseif clock > 18 * HOUR then due = due - clock + 33 * HOUR end\n"
	"  if (due // DAY + 4) % 7 == 0 then due = due + DAY end\n"
	"  return due\n"
	"end\n";

struct floor {
	sqlite3 *db;
	sqlite3_stmt *scan;
	lua_State *lua;
	int64_t rows, differ;
};

static void open_floor(struct floor *f, const char *path)
{
	if (sqlite3_open_v2(path, &f->db, SQLITE_OPEN_READONLY, NULL) !=
			SQLITE_OK ||
		sqlite3_prepare_v2(f->db, "SELECT due, subject FROM due", -1,
			&f->scan, NULL) != SQLITE_OK)
		bench_fail(false, "%s: %s", path, sqlite3_errmsg(f->db));
	f->lua = luaL_newstate();
	if (f->lua == NULL || luaL_dostring(f->lua, next_due) != LUA_OK)
		bench_fail(false, "no Lua");
}

static double one_round(struct floor *f)
{
	double from = bench_now_s();

	f->rows = f->differ = 0;
	while (sqlite3_step(f->scan) == SQLITE_ROW) {
		int64_t due = sqlite3_column_int64(f->scan, 0);

		lua_pushvalue(f->lua, 1);
		lua_pushinteger(f->lua, due - 86400000);
		lua_pushinteger(f->lua,
			1 + sqlite3_column_int64(f->scan, 1) % 7);
		lua_call(f->lua, 2, 1);
		f->differ += lua_tointeger(f->lua, -1) != due;
		lua_pop(f->lua, 1);
		f->rows++;
	}
	sqlite3_reset(f->scan);
	return bench_now_s() - from;
}

int main(int argc, char **argv)
{
	struct floor f = {0};
	double best = 0;

	if (argc != 3)
		bench_fail(false, "usage: floor_next DATABASE CUSTOMERS");
	open_floor(&f, argv[1]);
	for (int i = 0; i < ROUNDS; i++) {
		double s = one_round(&f);

		best = i == 0 || s < best ? s : best;
	}
	if (f.rows < bench_number(argv[2]) || f.differ == 0)
		bench_fail(false, "%lld due rows, %lld differ",
			(long long)f.rows, (long long)f.differ);
	printf("rows %lld\nfloor_s %.6f\n", (long long)f.rows, best);
	sqlite3_finalize(f.scan);
	sqlite3_close(f.db);
	lua_close(f.lua);
	return 0;
}
