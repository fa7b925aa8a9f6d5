/*
 * One file of rules: the mistakes of its text, and then the file run. What is
 * wrong in one declaration must not hide what is wrong in the next, so the
 * text that runs is the text as it was meant: certain mistakes are mended, and
 * a declaration that cannot be read is left out.
 */
#include "script/loading.h"

#include <string.h>

#define FILE_BYTES_MAX (256u << 10)
#define LOAD_FACTOR    20 /* a file may take so many calls' time */
#define MENDS_MAX      8  /* a mend may uncover the next mistake */
#define PARTS_MAX      2000

/* A declaration, or all of the file. */
struct part {
	int line;	/* of its first byte */
	struct text as; /* as it is written, then as it was meant */
	bool told;	/* its text has mistakes */
	bool lost;	/* and cannot be read */
};

struct reading {
	struct loading *ld;
	struct file_unit *unit;
	struct part *parts;
	uint32_t n_parts;
	uint32_t rounds; /* of mending, of all parts */
};

static int lines_in(const char *at, size_t n)
{
	int lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += at[i] == '\n';
	return lines;
}

/* ---- mistakes of the text ---- */

/* Adds what is not told yet. */
static void merge(struct problems *to, const struct problems *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct problem *it = &from->items[i];
		uint32_t k = 0;
		struct problem *added;

		while (k < to->count &&
			(to->items[k].line != it->line ||
				to->items[k].file == NULL ||
				strcmp(to->items[k].file, it->file) != 0 ||
				strcmp(to->items[k].code, it->code) != 0 ||
				strcmp(to->items[k].text, it->text) != 0))
			k++;
		if (k < to->count)
			continue;
		added = problem_add(
			to, it->code, it->file, it->line, "%s", it->text);
		if (it->remedy != NULL)
			added->remedy = arena_strdup(to->arena, it->remedy);
		added->column = it->column;
		added->width = it->width;
		if (it->warning)
			problem_warn(to, added);
	}
}

/* The text with as many empty lines before it as stood there. */
static struct text placed(struct arena *a, const struct part *part)
{
	size_t before = (size_t)part->line - 1;
	char *text = arena_alloc(a, before + part->as.bytes + 1);

	if (text == NULL)
		return TEXT("");
	memset(text, '\n', before);
	memcpy(text + before, part->as.at, part->as.bytes);
	return (struct text){text, (uint32_t)(before + part->as.bytes)};
}

/* What this round mended: places in what it read are told where they are
 * written. */
static void mends_note(
	struct reading *r, const struct lua_source *s, const char *bytes)
{
	struct file_unit *u = r->unit;
	struct luasource_change c = {.line = 1};
	struct unit_mend *room;

	while (luasource_changed(s, bytes, &c)) {
		room = arena_grow(&r->ld->rs->arena, u->mends, u->n_mends,
			&u->cap_mends, u->n_mends + 1, sizeof(*room));
		if (room == NULL)
			return;
		u->mends = room;
		room[u->n_mends++] = (struct unit_mend){
			c.line, c.column, c.was, c.put, r->rounds};
	}
	r->rounds++;
}

static void as_meant(struct reading *r, struct part *part, struct text mended)
{
	uint32_t before = (uint32_t)part->line - 1;

	part->as.at = arena_text(
		&r->ld->rs->arena, mended.at + before, mended.bytes - before);
	part->as.bytes = part->as.at != NULL ? mended.bytes - before : 0;
}

/* Tells what is wrong in the text of a part and mends it, again as long as a
 * mend uncovers more. */
static bool part_check(struct reading *r, struct part *part, struct problems *p)
{
	struct arena a;
	struct problems found;
	struct lua_source *s;
	struct buf mended;
	bool again = true, ok = true;

	for (int i = 0; again && ok && i < MENDS_MAX; i++) {
		struct text text;

		arena_init(&a, 8 * LUASOURCE_BYTES_MAX * sizeof(struct token));
		problems_init(&found, &a);
		found.dutch = r->ld->dutch;
		buf_init(&mended, 2 * LUASOURCE_BYTES_MAX);
		text = placed(&a, part);
		ok = luasource_read(&a, r->unit->name, text.at, text.bytes,
			     &found, &s) == FL_OK &&
		     luasource_check(s, &found) == FL_OK;
		part->told |= found.errors > 0;
		for (uint32_t k = 0; k < found.count; k++)
			say_column(r->unit, &found.items[k]);
		merge(p, &found);
		again = ok && luasource_mended(s, text.at, text.bytes, &mended);
		if (again) {
			mends_note(r, s, text.at);
			as_meant(r, part,
				(struct text){mended.at, (uint32_t)mended.len});
		} else
			part->lost = ok && !luasource_paired(s);
		buf_deinit(&mended);
		arena_deinit(&a);
	}
	return ok;
}

/* ---- parts ---- */

static size_t declaring_words(const char **out, size_t cap)
{
	size_t n = 0;

	for (int w = 1; w < WORD_COUNT && n < cap; w++)
		if (word_of((enum word)w)->declares)
			out[n++] = word_of((enum word)w)->name;
	return n;
}

/* The declarations of `text`, which begins in line 1. */
static bool split(struct reading *r, struct text text)
{
	struct arena *a = &r->ld->rs->arena;
	uint32_t starts[PARTS_MAX], n, at = 0;
	const char *words[WORD_COUNT];
	struct problems ignored;
	struct lua_source *s;
	int line = 1;

	problems_init(&ignored, a);
	if (luasource_read(a, r->unit->name, text.at, text.bytes, &ignored,
		    &s) != FL_OK)
		return false;
	n = luasource_parts(s, words, declaring_words(words, WORD_COUNT),
		starts, PARTS_MAX);
	r->parts = arena_alloc(a, (n + 1) * sizeof(*r->parts));
	r->n_parts = 0;
	for (uint32_t i = 0; r->parts != NULL && i <= n; i++) {
		uint32_t end = i < n ? starts[i] : text.bytes;
		struct part *part = &r->parts[r->n_parts++];

		*part = (struct part){.line = line,
			.as = {arena_text(a, text.at + at, end - at),
				end - at}};
		line += lines_in(text.at + at, end - at);
		at = end;
	}
	return r->parts != NULL && !a->failed;
}

static bool is_among(const char *const *words, size_t n, struct text t)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(t, words[i]))
			return true;
	return false;
}

/* What a lost part declares is missing from now on: nobody is told that it
 * does not exist. */
static void names_lost(struct reading *r, const struct part *part)
{
	struct loading *ld = r->ld;
	struct arena *a = &ld->rs->arena;
	struct problems ignored;
	struct lua_source *s;
	const char *words[WORD_COUNT];
	size_t n_words = declaring_words(words, WORD_COUNT);
	const struct token *t;
	uint32_t n;

	problems_init(&ignored, a);
	if (luasource_read(a, r->unit->name, part->as.at, part->as.bytes,
		    &ignored, &s) != FL_OK)
		return;
	t = luasource_tokens(s, &n);
	for (uint32_t i = 0; i + 1 < n; i++) {
		bool named = t[i].kind == TOKEN_NAME &&
			     t[i + 1].kind == TOKEN_TEXT &&
			     is_among(words, n_words, t[i].text);
		bool local = t[i].kind == TOKEN_KEYWORD &&
			     t[i + 1].kind == TOKEN_NAME;
		struct text *room;

		if (!named && !local)
			continue;
		room = arena_grow(a, ld->lost, ld->n_lost, &ld->cap_lost,
			ld->n_lost + 1, sizeof(*room));
		if (room == NULL)
			return;
		ld->lost = room;
		room[ld->n_lost++] = t[i + 1].text;
	}
}

/* The parts in order; lost ones as empty lines. Lines stay. */
static struct text joined(struct reading *r)
{
	struct arena *a = &r->ld->rs->arena;
	struct text out = TEXT("");
	struct buf b;

	buf_init(&b, 4 * FILE_BYTES_MAX);
	for (uint32_t i = 0; i < r->n_parts; i++) {
		const struct part *part = &r->parts[i];

		if (!part->lost) {
			buf_add(&b, part->as.at, part->as.bytes);
			continue;
		}
		for (int n = lines_in(part->as.at, part->as.bytes); n > 0; n--)
			buf_add_char(&b, '\n');
	}
	if (!b.failed)
		out = (struct text){
			arena_text(a, b.at, b.len), (uint32_t)b.len};
	buf_deinit(&b);
	return out.at != NULL ? out : TEXT("");
}

/* ---- Lua ---- */

struct compile {
	struct reading *r;
	struct text text;
	struct part *part; /* line of its first byte, what was told */
	int ref;	   /* of the compiled text; LUA_NOREF */
};

static void global_told(void *ctx, struct text name, int line, bool assigned)
{
	struct compile *c = ctx;
	struct loading *ld = c->r->ld;
	struct problem *it;
	const char *names[WORD_COUNT + 32];
	size_t n = lua_word_names(names, sizeof(names) / sizeof(names[0]));

	if (assigned) {
		it = say(ld, c->r->unit, line, SAY_ASSIGNS_GLOBAL, name.at);
		if (c->r->unit->kind == FILE_SETTINGS)
			it->remedy = arena_printf(ld->p->arena,
				problem_words(ld->p,
					"A setting is written set(\"%s\", ...)",
					"Een instelling schrijf je als "
					"set(\"%s\", ...)"),
				name.at);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (text_is(name, names[i]))
			return;
	say_unknown_name(ld, c->r->unit, line, name.at, names, n);
}

static void bits_told(void *ctx, int line)
{
	struct compile *c = ctx;

	say(c->r->ld, c->r->unit, line, SAY_MANY_CONSTANTS);
}

static void outer_ignored(void *ctx, struct text name, int line)
{
	(void)ctx, (void)name, (void)line;
}

/* Compiles a text; c->ref stays LUA_NOREF when Lua cannot read it, which is
 * told unless its own mistakes were. */
static int compile_body(lua_State *lua)
{
	struct compile *c = lua_touserdata(lua, 1);
	struct bytecode_use use = {
		c, global_told, outer_ignored, bits_told};
	const char *name = lua_pushfstring(lua, "@%s", c->r->unit->name);

	if (luaL_loadbufferx(lua, c->text.at, c->text.bytes, name, "t") !=
		LUA_OK) {
		if (c->part != NULL && !c->part->told)
			lua_said_syntax(c->r->ld, c->r->unit,
				lua_tostring(lua, -1), c->part->line - 1);
		return 0;
	}
	if (c->part == NULL && !bytecode_scan(lua, &use))
		say(c->r->ld, c->r->unit, 0, SAY_COMPILED_FORM);
	sandbox_environment(lua);
	lua_setupvalue(lua, -2, 1);
	c->ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	return 0;
}

static int unref_body(lua_State *lua)
{
	luaL_unref(lua, LUA_REGISTRYINDEX, *(int *)lua_touserdata(lua, 1));
	return 0;
}

/* false: Lua cannot read it. *ref: what it made of it, when wanted. */
static bool compiles(
	struct reading *r, struct text text, struct part *part, int *ref)
{
	struct compile c = {r, text, part, LUA_NOREF};
	struct fl_error err;

	if (sandbox_protect(r->ld->rs, compile_body, &c, &err) != FL_OK)
		say(r->ld, r->unit, 0, SAY_FILE_FAILED, err.text);
	if (ref != NULL)
		*ref = c.ref;
	else if (c.ref != LUA_NOREF)
		(void)sandbox_protect(r->ld->rs, unref_body, &c.ref, &err);
	return c.ref != LUA_NOREF;
}

/* Runs; false: it failed in *line (0: unknown), which is told. */
static bool unit_run(struct reading *r, int ref, int *line)
{
	struct loading *ld = r->ld;
	struct ruleset *rs = ld->rs;
	struct script_outcome o;
	bool ok;

	*line = 0;
	ld->running = r->unit;
	rs->watch.limit_us = rs->limits.cpu_soft_us * LOAD_FACTOR;
	lua_rawgeti(rs->lua, LUA_REGISTRYINDEX, ref);
	ok = sandbox_call(rs, 0, 0, &o) == FL_OK;
	rs->watch.limit_us = rs->limits.cpu_soft_us;
	luaL_unref(rs->lua, LUA_REGISTRYINDEX, ref);
	ld->running = NULL;
	if (ok)
		return true;
	if (o.fate == CARD_CUT_MEMORY && packs_crowd(ld))
		return false;
	if (o.fate != CARD_FAILED)
		say(ld, r->unit, 0, SAY_FILE_CUT,
			o.fate == CARD_CUT_MEMORY
				? (ld->dutch ? "geheugen" : "memory")
				: (ld->dutch ? "tijd" : "time"));
	else
		*line = lua_said_failed(ld, r->unit, o.reason);
	return false;
}

/* ---- the file ---- */

/* What can be told before the text is read; false: leave it. */
static bool readable(struct loading *ld, struct file_unit *u)
{
	if (u->n > FILE_BYTES_MAX) {
		say(ld, u, 0, SAY_TOO_LARGE);
		return false;
	}
	if (u->n > 0 && u->bytes[0] == LUA_SIGNATURE[0]) {
		say(ld, u, 1, SAY_BYTES_BINARY);
		return false;
	}
	if (memchr(u->bytes, '\0', u->n) != NULL ||
		!text_valid(u->bytes, u->n)) {
		say(ld, u, 0, SAY_NOT_UTF8);
		return false;
	}
	return true;
}

/* Without a byte order mark, and with an empty line for "#!". */
static struct text without_front(const struct file_unit *u)
{
	struct text text = {u->bytes, (uint32_t)u->n};

	if (text.bytes >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		text.at += 3, text.bytes -= 3;
	if (text.bytes > 0 && text.at[0] == '#')
		while (text.bytes > 0 && *text.at != '\n')
			text.at++, text.bytes--;
	return text;
}

static bool is_paired(struct reading *r, struct text text)
{
	struct problems ignored;
	struct lua_source *s;
	struct arena a;
	bool paired;

	arena_init(&a, 8 * LUASOURCE_BYTES_MAX * sizeof(struct token));
	problems_init(&ignored, &a);
	paired = luasource_read(&a, r->unit->name, text.at, text.bytes,
			 &ignored, &s) == FL_OK &&
		 luasource_paired(s);
	arena_deinit(&a);
	return paired;
}

/* Checks the text as a whole, or, when its brackets do not pair, declaration
 * by declaration. */
static bool text_check(struct reading *r, struct text text)
{
	uint32_t before = r->ld->p->errors, first = r->ld->p->count;

	r->parts = arena_alloc(&r->ld->rs->arena, sizeof(*r->parts));
	if (r->parts == NULL)
		return false;
	*r->parts = (struct part){.line = 1, .as = text};
	r->n_parts = 1;
	if (!is_paired(r, text) && !split(r, text))
		return false;
	for (uint32_t i = 0; i < r->n_parts; i++)
		if (!part_check(r, &r->parts[i], r->ld->p))
			return false;
	r->unit->broken = r->ld->p->errors > before;
	say_lines(r->ld, first);
	return true;
}

/* Leaves out what Lua cannot read. */
static void parts_compile(struct reading *r)
{
	bool told = r->n_parts == 1 && r->parts[0].told;
	struct text text;

	if (r->n_parts == 1 && !r->parts[0].lost) {
		text = r->parts[0].as;
		if (compiles(r, text, &(struct part){.told = true}, NULL))
			return;
		if (!split(r, text))
			return;
	}
	for (uint32_t i = 0; i < r->n_parts; i++) {
		struct part *part = &r->parts[i];

		part->told |= told;
		if (!part->lost && !compiles(r, part->as, part, NULL))
			part->lost = true;
	}
}

static struct part *part_of_line(struct reading *r, int line)
{
	struct part *found = NULL;

	for (uint32_t i = 0; i < r->n_parts; i++)
		if (r->parts[i].line <= line && r->parts[i].as.bytes > 0)
			found = &r->parts[i];
	return found;
}

/* Runs what is left; a part in which it stops is left out and the rest runs
 * from the beginning. */
static void parts_run(struct reading *r)
{
	struct loading *ld = r->ld;
	int words = ld->n_words, ref, line;
	struct part *failed;
	struct text text;
	struct problems ignored;

	for (int tries = 0; tries < PARTS_MAX; tries++) {
		text = joined(r);
		problems_init(&ignored, &ld->rs->arena);
		if (luasource_read(&ld->rs->arena, r->unit->name, text.at,
			    text.bytes, &ignored, &r->unit->source) != FL_OK)
			r->unit->source = NULL;
		if (!compiles(r, text, NULL, &ref) || unit_run(r, ref, &line))
			return;
		if (line == 0 ||
			(r->n_parts == 1 && tries == 0 && !split(r, text)))
			return;
		failed = part_of_line(r, line);
		if (failed == NULL || failed->lost || r->n_parts == 1)
			return;
		failed->lost = true;
		names_lost(r, failed);
		ld->n_words = words;
	}
}

void unit_read(struct loading *ld, struct file_unit *u)
{
	struct reading r = {.ld = ld, .unit = u};

	if (!readable(ld, u) || !text_check(&r, without_front(u)))
		return;
	parts_compile(&r);
	for (uint32_t i = 0; i < r.n_parts; i++)
		if (r.parts[i].lost)
			names_lost(&r, &r.parts[i]);
	parts_run(&r);
}
