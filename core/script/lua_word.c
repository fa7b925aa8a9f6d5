/*
 * Words of the rule language. A word is a userdata that is called in stages:
 * the bare word, with its argument, with its { }. Nothing is understood here;
 * lua_node.c reads the finished words after a file has run.
 */
#include "script/loading.h"

#include "base/near.h"
#include "model/modes.h"

#include <string.h>

#define WORD_TYPE   "word"
#define BROKEN_TYPE "broken"

struct word_data *lua_word_data(lua_State *lua, int at)
{
	return luaL_testudata(lua, at, WORD_TYPE);
}

bool lua_word_is_broken(lua_State *lua, int at)
{
	return luaL_testudata(lua, at, BROKEN_TYPE) != NULL;
}

static int broken(lua_State *lua)
{
	luaL_getmetatable(lua, BROKEN_TYPE);
	lua_getfield(lua, -1, "it");
	return 1;
}

static int caller_line(lua_State *lua)
{
	lua_Debug ar;

	if (!lua_getstack(lua, 1, &ar) || !lua_getinfo(lua, "l", &ar))
		return 0;
	return ar.currentline;
}

static struct word_data *word_push(lua_State *lua, enum word word, int stage)
{
	struct ruleset *rs = ruleset_of(lua);
	struct loading *ld = rs->loading;
	struct word_data *w = lua_newuserdatauv(lua, sizeof(*w), 3);

	*w = (struct word_data){.word = (uint8_t)word, .stage = (uint8_t)stage};
	luaL_setmetatable(lua, WORD_TYPE);
	if (ld != NULL && stage > 0) {
		w->line = caller_line(lua);
		w->unit = ld->running;
		lua_rawgeti(lua, LUA_REGISTRYINDEX, ld->words_ref);
		lua_pushvalue(lua, -2);
		lua_rawseti(lua, -2, ++ld->n_words);
		lua_pop(lua, 1);
	}
	return w;
}

/* How the value at `at` is called in a message. */
static const char *what_is(lua_State *lua, int at)
{
	const struct word_data *w = lua_word_data(lua, at);
	const struct loading *ld = ruleset_of(lua)->loading;
	bool nl = ld != NULL && ld->dutch;

	if (w != NULL)
		return word_of((enum word)w->word)->name;
	switch (lua_type(lua, at)) {
	case LUA_TNONE:
	case LUA_TNIL:
		return nl ? "niets" : "nothing";
	case LUA_TTABLE:
		return "{ }";
	case LUA_TSTRING:
		return nl ? "een tekst" : "a text";
	case LUA_TNUMBER:
		return nl ? "een getal" : "a number";
	case LUA_TFUNCTION:
		return nl ? "een functie" : "a function";
	default:
		return luaL_typename(lua, at);
	}
}

static void words_excuse(lua_State *lua, int at);

/* The marks stand under the word itself. */
static void place_word(
	const struct file_unit *u, const char *word, struct problem *it)
{
	const struct token *t;
	uint32_t n;

	if (u == NULL || u->source == NULL || it->width > 0)
		return;
	t = luasource_tokens(u->source, &n);
	for (uint32_t i = node_token(t, n, it->line);
		i < n && t[i].line == it->line; i++)
		if (t[i].kind == TOKEN_NAME && text_is(t[i].text, word)) {
			problem_place(it, t[i].column, (int)t[i].text.bytes);
			return;
		}
}

static int refuse(lua_State *lua, const struct word_def *d, enum say what)
{
	struct loading *ld = ruleset_of(lua)->loading;

	words_excuse(lua, 2);
	if (lua_word_is_broken(lua, 2))
		return broken(lua);
	if (ld == NULL)
		return luaL_error(lua,
			"%s: this argument (%s) is not "
			"understood",
			d->name, what_is(lua, 2));
	if (what != SAY_WORD_ARG_TEXT && what != SAY_WORD_ARG_WHO) {
		struct problem *it = say(ld, ld->running, caller_line(lua),
			what, d->name, what_is(lua, 2));

		place_word(ld->running, d->name, it);
		if (d->form == FORM_SET)
			it->remedy = problem_words(ld->p,
				"Write set(\"name\", value)",
				"Schrijf set(\"naam\", waarde)");
	}
	if (what == SAY_WORD_ARG_TEXT || what == SAY_WORD_ARG_WHO)
		place_word(ld->running, d->name,
			say(ld, ld->running, caller_line(lua), what, d->name,
				d->name, what_is(lua, 2)));
	return broken(lua);
}

/* The deal a function runs for: its handler and brand decide which value of a
 * setting is nearest. */
static const struct record *deal_of(const struct script_view *view)
{
	int64_t id;

	if (view->subject == NULL || text_is(view->subject->kind, "deal"))
		return view->subject;
	id = value_get_int(&view->subject->fields, "deal", 0);
	return id != 0 ? view->world->get(view->world->ctx, id)
		       : view->subject;
}

/* The value of a setting in a running function. */
static int setting_now(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	const struct script_view *view = rs->call->view;
	struct text name, person = TEXT(""), brand = TEXT("");
	const struct setting *s;
	const struct record *deal;
	const struct value *v;
	size_t n;

	name.at = luaL_checklstring(lua, 2, &n);
	name.bytes = (uint32_t)n;
	s = rulebook_setting(&rs->book, name);
	if (s == NULL)
		return luaL_error(lua, "there is no setting \"%s\"", name.at);
	deal = view != NULL ? deal_of(view) : NULL;
	if (deal != NULL) {
		v = value_get(&deal->fields, "handler");
		if (v != NULL && v->kind == VALUE_TEXT)
			person = (struct text){v->as.text, v->count};
		v = value_get(&deal->fields, "brand");
		if (v != NULL && v->kind == VALUE_TEXT)
			brand = (struct text){v->as.text, v->count};
	}
	{
		struct value out = modes_setting(view != NULL ? view->world
							      : NULL,
			&rs->book, s, person, brand);

		lua_value_push(lua, &out, true);
	}
	return 1;
}

static bool is_role(const struct rulebook *book, struct text name)
{
	for (uint32_t i = 0; i < book->n_people; i++)
		if (person_has_role(&book->people[i], name.at))
			return true;
	return false;
}

/* Does the rooftop know this name? Only then is its word kept: what rules make
 * up must neither stay in memory nor be seen again by a later call. */
static bool is_declared(
	const struct rulebook *book, enum word word, struct text name)
{
	const char *dot = strchr(name.at, '.');

	if (strlen(name.at) != name.bytes)
		return false;
	if (word == WORD_PERSON_IN)
		return dot != NULL &&
		       schema_field(book->schema,
			       (struct text){name.at,
				       (uint32_t)(dot - name.at)},
			       text_of(dot + 1)) != NULL;
	return is_role(book, name) ||
	       (word == WORD_ROUND_ROBIN && rulebook_team(book, name) != NULL);
}

/* A people word in a running function: made once, then found again. */
static int word_now(lua_State *lua, const struct word_data *w)
{
	struct text name;
	size_t n;

	lua_settop(lua, 2);
	lua_getiuservalue(lua, 1, WORD_ARG2);
	lua_pushvalue(lua, 2);
	if (lua_rawget(lua, 3) != LUA_TNIL)
		return 1;
	word_push(lua, (enum word)w->word, 1);
	lua_pushvalue(lua, 2);
	lua_setiuservalue(lua, -2, WORD_ARG);
	name.at = lua_tolstring(lua, 2, &n);
	name.bytes = (uint32_t)n;
	if (is_declared(&ruleset_of(lua)->book, (enum word)w->word, name)) {
		lua_pushvalue(lua, 2);
		lua_pushvalue(lua, -2);
		lua_rawset(lua, 3);
	}
	return 1;
}

static bool fits_first(lua_State *lua, enum word_form form)
{
	int type = lua_type(lua, 2);

	switch (form) {
	case FORM_TEXT:
	case FORM_TEXT_TABLE:
	case FORM_TEXT_MAYBE:
	case FORM_SET:
	case FORM_TEST:
		return type == LUA_TSTRING;
	case FORM_TABLE:
		return type == LUA_TTABLE;
	case FORM_WORDING:
	case FORM_LIST_TABLE:
		return type == LUA_TSTRING || type == LUA_TTABLE;
	case FORM_WHO:
		return lua_word_data(lua, 2) != NULL;
	default:
		return false;
	}
}

static enum say first_mistake(enum word_form form)
{
	switch (form) {
	case FORM_TABLE:
		return SAY_WORD_ARG_TABLE;
	case FORM_WORDING:
		return SAY_WORD_ARG_WORDING;
	case FORM_LIST_TABLE:
		return SAY_WORD_ARG_LIST;
	case FORM_WHO:
		return SAY_WORD_ARG_WHO;
	case FORM_CONSTANT:
		return SAY_WORD_TWICE;
	default:
		return SAY_WORD_ARG_TEXT;
	}
}

/* word "arg", word { }, word(arg, more). */
static int first_call(lua_State *lua, const struct word_data *w)
{
	const struct word_def *d = word_of((enum word)w->word);
	bool whole = d->form == FORM_TABLE || d->form == FORM_TEXT ||
		     d->form == FORM_WORDING || d->form == FORM_WHO ||
		     d->form == FORM_SET;

	if (!fits_first(lua, d->form))
		return refuse(lua, d, first_mistake(d->form));
	lua_settop(lua, 4);
	word_push(lua, (enum word)w->word, whole ? 2 : 1);
	lua_pushvalue(lua, 2);
	lua_setiuservalue(
		lua, 5, d->form == FORM_TABLE ? WORD_TABLE : WORD_ARG);
	if (d->form == FORM_WHO) {
		lua_pushvalue(lua, 3);
		lua_setiuservalue(lua, 5, WORD_ARG2);
	} else if (d->form == FORM_SET) {
		lua_pushvalue(lua, 3);
		lua_setiuservalue(lua, 5, WORD_TABLE);
		lua_pushvalue(lua, 4);
		lua_setiuservalue(lua, 5, WORD_ARG2);
	}
	return 1;
}

/* word "arg" { } */
static int second_call(lua_State *lua, struct word_data *w)
{
	const struct word_def *d = word_of((enum word)w->word);
	struct word_data *whole;
	struct loading *ld = ruleset_of(lua)->loading;
	int type = lua_type(lua, 2);

	w->continued = true;
	if (d->form == FORM_TEST) {
		if (type != LUA_TFUNCTION) {
			lua_getiuservalue(lua, 1, WORD_ARG);
			say(ld, ld->running, caller_line(lua),
				SAY_WORD_ARG_FUNCTION, lua_tostring(lua, -1));
			return broken(lua);
		}
	} else if (type != LUA_TTABLE) {
		return refuse(lua, d,
			type == LUA_TSTRING ? SAY_WORD_TWICE
					    : SAY_WORD_ARG_TABLE);
	}
	whole = word_push(lua, (enum word)w->word, 2);
	whole->line = w->line;
	lua_getiuservalue(lua, 1, WORD_ARG);
	lua_setiuservalue(lua, -2, WORD_ARG);
	lua_pushvalue(lua, 2);
	lua_setiuservalue(lua, -2, WORD_TABLE);
	return 1;
}

static int word_call(lua_State *lua)
{
	struct word_data *w = luaL_checkudata(lua, 1, WORD_TYPE);
	const struct word_def *d = word_of((enum word)w->word);
	bool loading = ruleset_of(lua)->loading != NULL;

	if (!loading) {
		if (!d->at_run)
			return luaL_error(lua,
				"%s is a word for cards, not "
				"for a running function",
				d->name);
		if (w->word == WORD_SETTING)
			return setting_now(lua);
	}
	if (w->stage == 0) {
		if (!loading && d->form == FORM_TEXT &&
			lua_type(lua, 2) == LUA_TSTRING)
			return word_now(lua, w);
		return first_call(lua, w);
	}
	if (w->stage == 1)
		return second_call(lua, w);
	return refuse(lua, d, SAY_WORD_TWICE);
}

static int word_index(lua_State *lua)
{
	const struct word_data *w = luaL_checkudata(lua, 1, WORD_TYPE);

	return luaL_error(lua, "%s has no parts; is a comma missing?",
		word_of((enum word)w->word)->name);
}

static int word_assign(lua_State *lua)
{
	return luaL_error(lua, "words of the rule language cannot be changed");
}

size_t lua_word_names(const char **out, size_t cap)
{
	static const char *const base[] = {"assert", "error", "ipairs", "next",
		"pairs", "pcall", "xpcall", "select", "tonumber", "tostring",
		"type", "print", "setmetatable", "string", "table", "math",
		"utf8"};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(base) / sizeof(base[0]) && n < cap; i++)
		out[n++] = base[i];
	for (int i = 1; i < WORD_COUNT && n < cap; i++)
		out[n++] = word_of((enum word)i)->name;
	return n;
}

int lua_word_unknown(lua_State *lua)
{
	struct loading *ld = ruleset_of(lua)->loading;
	const char *names[WORD_COUNT + 32];
	size_t n = lua_word_names(names, sizeof(names) / sizeof(names[0]));
	const char *name =
		lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
	int near;

	if (ld != NULL) {
		say_unknown_name(ld, ld->running, caller_line(lua), name, names,
			n);
		return broken(lua);
	}
	near = near_name(name, names, n);
	if (near >= 0)
		return luaL_error(lua,
			"the word \"%s\" is not known here (did "
			"you mean \"%s\"?)",
			name, names[near]);
	return luaL_error(lua, "the word \"%s\" is not known here", name);
}

/* The words inside a { } that nobody reads are no mistake of their own. */
static void words_excuse(lua_State *lua, int at)
{
	struct word_data *w;

	if (lua_type(lua, at) != LUA_TTABLE)
		return;
	for (lua_pushnil(lua); lua_next(lua, at); lua_pop(lua, 1))
		if ((w = lua_word_data(lua, -1)) != NULL)
			w->used = true;
}

static int broken_same(lua_State *lua)
{
	words_excuse(lua, 2);
	return broken(lua);
}

static void broken_open(lua_State *lua)
{
	static const luaL_Reg all[] = {{"__call", broken_same},
		{"__index", broken_same}, {"__add", broken_same},
		{"__sub", broken_same}, {"__mul", broken_same},
		{"__div", broken_same}, {"__unm", broken_same}, {NULL, NULL}};

	luaL_newmetatable(lua, BROKEN_TYPE);
	luaL_setfuncs(lua, all, 0);
	lua_newuserdatauv(lua, 1, 0);
	lua_pushvalue(lua, -2);
	lua_setmetatable(lua, -2);
	lua_setfield(lua, -2, "it");
	lua_pop(lua, 1);
}

void lua_word_open(lua_State *lua)
{
	static const luaL_Reg all[] = {{"__call", word_call},
		{"__index", word_index}, {"__newindex", word_assign},
		{NULL, NULL}};

	luaL_newmetatable(lua, WORD_TYPE);
	luaL_setfuncs(lua, all, 0);
	lua_pop(lua, 1);
	broken_open(lua);
	for (int i = 1; i < WORD_COUNT; i++) {
		const struct word_def *d = word_of((enum word)i);

		word_push(lua, (enum word)i, d->form == FORM_CONSTANT ? 2 : 0);
		lua_newtable(lua);
		lua_setiuservalue(lua, -2, WORD_ARG2);
		lua_setfield(lua, -2, d->name);
	}
}
