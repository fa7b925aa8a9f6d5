/*
 * Turns what the files of a rooftop made into nodes, and gives every function
 * in them its number.
 */
#include "script/loading.h"

#include <string.h>

#define DEPTH_MAX      24
#define ITEM_LINES_MAX 100 /* items of a list whose lines are looked up */

struct build {
	lua_State *lua;
	struct loading *ld;
	struct arena *a;
	const struct file_unit *unit;
	int word_line; /* of the word whose { } is being read, */
	const char *word_name, *word_arg; /* and how it is written */
	const char *path;		  /* keys from there */
};

static struct node *node_make(struct build *b, enum node_kind kind, int line)
{
	struct node *n = arena_alloc(b->a, sizeof(*n));

	if (n == NULL)
		luaL_error(b->lua, "no memory for the rules");
	n->kind = kind;
	n->line = line;
	n->unit = b->unit;
	n->word_line = b->word_line;
	n->word_name = b->word_name;
	n->word_arg = b->word_arg;
	n->path = b->path;
	return n;
}

static struct text text_keep(struct build *b, int at)
{
	size_t n;
	const char *from = lua_tolstring(b->lua, at, &n);
	const char *copy = arena_text(b->a, from, n);

	if (copy == NULL)
		luaL_error(b->lua, "no memory for the rules");
	return (struct text){copy, (uint32_t)n};
}

static struct node *any_build(struct build *b, int at, int line, int depth);

static struct node *function_build(struct build *b, int at, int line)
{
	struct ruleset *rs = b->ld->rs;
	struct node *n = node_make(b, NODE_FN, line);
	struct rule_fn *fns;
	lua_Debug ar;

	if (lua_iscfunction(b->lua, at)) {
		n->kind = NODE_BROKEN;
		say(b->ld, b->unit, line, SAY_ODD_VALUE, "function");
		return n;
	}
	fns = arena_grow(b->a, rs->fns, rs->n_fns, &rs->cap_fns, rs->n_fns + 1,
		sizeof(*fns));
	if (fns == NULL)
		luaL_error(b->lua, "no memory for the rules");
	rs->fns = fns;
	lua_pushvalue(b->lua, at);
	lua_getinfo(b->lua, ">S", &ar);
	lua_freeze_function(b->lua, at);
	lua_pushvalue(b->lua, at);
	fns[rs->n_fns] = (struct rule_fn){
		luaL_ref(b->lua, LUA_REGISTRYINDEX), b->unit, ar.linedefined};
	n->as.fn = (int)rs->n_fns++;
	n->line = ar.linedefined;
	return n;
}

static struct node *word_build(struct build *b, int at, int line, int depth)
{
	struct word_data *w = lua_word_data(b->lua, at);
	const struct word_def *d = word_of((enum word)w->word);
	const struct build outside = *b;
	struct node *n;
	bool needs_table = d->form == FORM_TEXT_TABLE ||
			   d->form == FORM_LIST_TABLE || d->form == FORM_TEST;

	if (w->unit != NULL)
		b->unit = w->unit;
	n = node_make(b, NODE_WORD, w->line > 0 ? w->line : line);
	n->word = (enum word)w->word;
	w->used = true;
	if (w->stage == 0 || (w->stage == 1 && needs_table))
		n->kind = NODE_BROKEN;
	if (w->stage == 0)
		say(b->ld, b->unit, n->line, SAY_WORD_ARG_TEXT, d->name,
			d->name, b->ld->dutch ? "niets" : "nothing");
	b->word_line = n->line;
	b->word_name = d->name;
	b->word_arg = NULL;
	b->path = "";
	if (w->unit != NULL) { /* bare words keep no user values for us */
		lua_getiuservalue(b->lua, at, WORD_ARG);
		if (!lua_isnil(b->lua, -1))
			n->arg = any_build(
				b, lua_gettop(b->lua), n->line, depth + 1);
		if (n->arg != NULL && n->arg->kind == NODE_TEXT)
			b->word_arg = n->arg->as.text.at;
		lua_getiuservalue(b->lua, at, WORD_TABLE);
		if (!lua_isnil(b->lua, -1))
			n->table = any_build(
				b, lua_gettop(b->lua), n->line, depth + 1);
		lua_getiuservalue(b->lua, at, WORD_ARG2);
		if (!lua_isnil(b->lua, -1))
			n->arg2 = any_build(
				b, lua_gettop(b->lua), n->line, depth + 1);
		lua_pop(b->lua, 3);
	}
	*b = outside;
	return n;
}

static int key_compare(const void *a, const void *b)
{
	return text_compare(((const struct node_key *)a)->name,
		((const struct node_key *)b)->name);
}

static const char *path_add(struct build *b, const char *path, const char *key)
{
	const char *longer;

	if (path == NULL || path[0] == '\0')
		return key;
	longer = arena_printf(b->a, "%s.%s", path, key);
	return longer != NULL ? longer : "";
}

static void keys_build(struct build *b, struct node *n, int at, int depth)
{
	struct node_key *k;

	for (lua_pushnil(b->lua); lua_next(b->lua, at); lua_pop(b->lua, 1)) {
		if (lua_isinteger(b->lua, -2)) {
			lua_Integer i = lua_tointeger(b->lua, -2);

			if (i >= 1 && i <= (lua_Integer)n->n_items)
				continue;
		}
		if (lua_type(b->lua, -2) != LUA_TSTRING) {
			say(b->ld, b->unit, n->line, SAY_ODD_KEY,
				luaL_typename(b->lua, -2));
			continue;
		}
		k = &n->keys[n->n_keys++];
		k->name = text_keep(b, -2);
		b->path = path_add(b, n->path, k->name.at);
		k->value = any_build(b, lua_gettop(b->lua),
			node_key_line(n, k->name.at), depth);
		b->path = n->path;
	}
	if (n->n_keys > 1)
		qsort(n->keys, n->n_keys, sizeof(*n->keys), key_compare);
}

/* Length of the list part: 1, 2, 3 ... without a gap. */
static uint32_t list_length(lua_State *lua, int at, uint32_t *keys)
{
	uint32_t n = 0, all = 0;

	while (lua_rawgeti(lua, at, (lua_Integer)n + 1) != LUA_TNIL) {
		lua_pop(lua, 1);
		n++;
	}
	lua_pop(lua, 1);
	for (lua_pushnil(lua); lua_next(lua, at); lua_pop(lua, 1))
		all++;
	*keys = all - n;
	return n;
}

static struct node *table_build(struct build *b, int at, int line, int depth)
{
	struct node *n = node_make(b, NODE_TABLE, line);
	const char *number;
	uint32_t n_keys;

	if (depth > DEPTH_MAX) {
		say(b->ld, b->unit, line, SAY_TOO_DEEP);
		n->kind = NODE_BROKEN;
		return n;
	}
	lua_freeze_contents(b->lua, at);
	at = lua_gettop(b->lua);
	n->n_items = list_length(b->lua, at, &n_keys);
	n->items = arena_alloc(b->a, (n->n_items + 1) * sizeof(*n->items));
	n->keys = arena_alloc(b->a, (n_keys + 1) * sizeof(*n->keys));
	if (n->items == NULL || n->keys == NULL)
		luaL_error(b->lua, "no memory for the rules");
	for (uint32_t i = 0; i < n->n_items; i++) {
		lua_rawgeti(b->lua, at, (lua_Integer)i + 1);
		number = arena_printf(b->a, "%u", (unsigned)i + 1);
		b->path = path_add(b, n->path, number != NULL ? number : "");
		n->items[i] = any_build(b, lua_gettop(b->lua),
			number != NULL && i < ITEM_LINES_MAX
				? node_key_line(n, number)
				: line,
			depth);
		b->path = n->path;
		lua_pop(b->lua, 1);
	}
	keys_build(b, n, at, depth);
	lua_settop(b->lua, at - 1);
	return n;
}

static struct node *any_build(struct build *b, int at, int line, int depth)
{
	struct node *n;

	luaL_checkstack(b->lua, 12, NULL);
	switch (lua_type(b->lua, at)) {
	case LUA_TBOOLEAN:
		n = node_make(b, NODE_BOOL, line);
		n->as.boolean = lua_toboolean(b->lua, at);
		return n;
	case LUA_TNUMBER:
		n = node_make(b, NODE_REAL, line);
		if (lua_isinteger(b->lua, at)) {
			n->kind = NODE_INT;
			n->as.integer = lua_tointeger(b->lua, at);
		} else {
			n->as.real = lua_tonumber(b->lua, at);
		}
		return n;
	case LUA_TSTRING:
		n = node_make(b, NODE_TEXT, line);
		n->as.text = text_keep(b, at);
		return n;
	case LUA_TFUNCTION:
		return function_build(b, at, line);
	case LUA_TTABLE:
		return table_build(b, at, line, depth + 1);
	case LUA_TUSERDATA:
		if (lua_word_data(b->lua, at) != NULL)
			return word_build(b, at, line, depth);
		break;
	default:
		break;
	}
	n = node_make(b, NODE_BROKEN, line);
	if (!lua_word_is_broken(b->lua, at))
		say(b->ld, b->unit, line, SAY_ODD_VALUE,
			luaL_typename(b->lua, at));
	return n;
}

static const char *arg_text(lua_State *lua, int at)
{
	lua_getiuservalue(lua, at, WORD_ARG);
	if (lua_type(lua, -1) == LUA_TSTRING)
		return lua_tostring(lua, -1);
	return "...";
}

/* who = team "sales", who = person "jan" in a card. */
static void person_meant(struct loading *ld, const struct word_data *w,
	struct problem *it, const char *name)
{
	if (w->unit == NULL || w->unit->kind != FILE_RULES)
		return;
	if (w->word == WORD_TEAM)
		it->remedy = arena_printf(ld->p->arena,
			problem_words(ld->p,
				"Somebody of a team is least_loaded \"%s\" or "
				"round_robin \"%s\"",
				"Iemand van een team is least_loaded \"%s\" of "
				"round_robin \"%s\""),
			name, name);
	else if (w->word == WORD_PERSON)
		it->remedy = arena_printf(ld->p->arena,
			problem_words(ld->p, "Write \"%s\" alone",
				"Schrijf alleen \"%s\""),
			name);
}

/* Words that were begun and not finished, or stand where nobody sees them. */
static void leftover_tell(struct build *b, int at, const struct word_data *w)
{
	const struct word_def *d = word_of((enum word)w->word);
	bool needs_table = d->form == FORM_TEXT_TABLE ||
			   d->form == FORM_LIST_TABLE || d->form == FORM_TEST;

	if (w->stage == 1 && needs_table && !w->continued)
		person_meant(b->ld, w,
			say(b->ld, w->unit, w->line, SAY_WORD_NO_TABLE, d->name,
				arg_text(b->lua, at)),
			arg_text(b->lua, at));
	else if (w->stage == 2 && !w->used &&
		 (w->word == WORD_STEP || w->word == WORD_WHEN ||
			 w->word == WORD_LADDER || w->word == WORD_NEEDS ||
			 w->word == WORD_REFUSES))
		say(b->ld, w->unit, w->line, SAY_STANDS_ALONE, d->name,
			arg_text(b->lua, at));
}

static void decl_add(struct build *b, struct node *n)
{
	struct loading *ld = b->ld;
	struct node **all = arena_grow(b->a, ld->decls, ld->n_decls,
		&ld->cap_decls, ld->n_decls + 1, sizeof(*all));

	if (all == NULL)
		luaL_error(b->lua, "no memory for the rules");
	ld->decls = all;
	all[ld->n_decls++] = n;
}

int lua_node_collect(lua_State *lua)
{
	struct loading *ld = lua_touserdata(lua, 1);
	struct build b = {.lua = lua, .ld = ld, .a = &ld->rs->arena};
	int list;

	lua_rawgeti(lua, LUA_REGISTRYINDEX, ld->words_ref);
	list = lua_gettop(lua);
	/* set(...) also stands inside of modes: first see what is used */
	for (int pass = 0; pass < 3; pass++)
		for (int i = 1; i <= ld->n_words; i++) {
			const struct word_data *w;
			bool whole;

			lua_rawgeti(lua, list, i);
			w = lua_word_data(lua, -1);
			ld->running = NULL;
			whole = w->stage == 2 &&
				word_of((enum word)w->word)->declares;
			if (pass == 2)
				leftover_tell(&b, list + 1, w);
			else if (whole && (w->word == WORD_SET) == (pass == 1) &&
				 (w->word != WORD_SET || !w->used) &&
				 (w->word != WORD_TEST || ld->with_tests))
				decl_add(&b, word_build(&b, list + 1, 0, 0));
			lua_settop(lua, list);
		}
	return 0;
}
