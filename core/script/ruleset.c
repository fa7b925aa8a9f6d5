#include "script/fn_check.h"

#include <string.h>

#define FILES_MAX      2000
#define ALL_BYTES_MAX  (16u << 20)

void script_init(void)
{
	watch_init();
}

void script_hard_limit(int64_t hard_us, void (*end)(void))
{
	watch_hard(hard_us, end);
}

void ruleset_ref(struct ruleset *rs)
{
	atomic_fetch_add(&rs->refs, 1);
}

void ruleset_unref(struct ruleset *rs)
{
	if (rs == NULL || atomic_fetch_sub(&rs->refs, 1) != 1)
		return;
	sandbox_free(rs);
	zone_free(rs->book.zone);
	arena_deinit(&rs->arena);
	free(rs);
}

const struct rulebook *ruleset_book(const struct ruleset *rs)
{
	return &rs->book;
}

const struct source_set *ruleset_sources(const struct ruleset *rs)
{
	return &rs->sources;
}

const struct digest *ruleset_digest(const struct ruleset *rs)
{
	return &rs->digest;
}

uint32_t ruleset_tests(const struct ruleset *rs, const struct test_case **out)
{
	*out = rs->tests;
	return rs->n_tests;
}

/* ---- files ---- */

/* Order of loading: dealership, packs by name, settings, rules by name. */
static int file_rank(const char *name)
{
	if (strcmp(name, "dealership.lua") == 0)
		return 0;
	if (strncmp(name, "packs/", 6) == 0)
		return 1;
	return strcmp(name, "settings.lua") == 0 ? 2 : 3;
}

static int file_compare(const void *a, const void *b)
{
	const struct source_file *x = a, *y = b;
	int order = file_rank(x->name) - file_rank(y->name);

	return order != 0 ? order : strcmp(x->name, y->name);
}

static struct text pack_of(struct arena *a, const char *name)
{
	const char *from, *end;
	char *copy;

	if (strncmp(name, "packs/", 6) != 0)
		return TEXT("own");
	from = name + 6;
	end = strchr(from, '/');
	if (end == NULL ||
		(copy = arena_text(a, from, (size_t)(end - from))) == NULL)
		return TEXT("own");
	return text_of(copy);
}

static bool sources_copy(struct loading *ld, const struct source_set *src)
{
	struct ruleset *rs = ld->rs;
	struct arena *a = &rs->arena;
	struct source_file *to;
	char language[8];

	to = arena_alloc(a, (src->n_files + 1) * sizeof(*to));
	ld->units = arena_alloc(a, (src->n_files + 1) * sizeof(*ld->units));
	if (to == NULL || ld->units == NULL)
		return false;
	for (uint32_t i = 0; i < src->n_files; i++) {
		to[i].name = arena_strdup(a, src->files[i].name);
		to[i].bytes =
			arena_text(a, src->files[i].bytes, src->files[i].n);
		to[i].n = src->files[i].n;
		if (to[i].name == NULL || to[i].bytes == NULL)
			return false;
	}
	if (src->n_files > 1)
		qsort(to, src->n_files, sizeof(*to), file_compare);
	rs->sources.files = to;
	rs->sources.n_files = src->n_files;
	for (uint32_t i = 0; i < src->n_files; i++) {
		int rank = file_rank(to[i].name);

		ld->units[i].name = to[i].name;
		ld->units[i].bytes = to[i].bytes;
		ld->units[i].n = to[i].n;
		ld->units[i].pack = pack_of(a, to[i].name);
		ld->units[i].kind = rank == 0	? FILE_DEALERSHIP
				    : rank == 2 ? FILE_SETTINGS
						: FILE_RULES;
	}
	ld->n_units = src->n_files;
	/* mistakes are told in the rooftop's language from the first one on */
	if (src->n_files > 0 && ld->units[0].kind == FILE_DEALERSHIP)
		ld->dutch = luasource_language(ld->units[0].bytes,
				    ld->units[0].n, language) &&
			    strcmp(language, "nl") == 0;
	ld->p->dutch = ld->dutch;
	return !a->failed;
}

static int words_open(lua_State *lua)
{
	struct loading *ld = lua_touserdata(lua, 1);

	lua_newtable(lua);
	ld->words_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	return 0;
}

/* ---- loading ---- */

static void tests_read(struct loading *ld)
{
	struct ruleset *rs = ld->rs;

	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];
		struct test_case *all;

		if (n->word != WORD_TEST || n->table == NULL ||
			n->table->kind != NODE_FN)
			continue;
		fn_check_test(ld, n->table);
		all = arena_grow(&rs->arena, rs->tests, rs->n_tests,
			&rs->cap_tests, rs->n_tests + 1, sizeof(*all));
		if (all == NULL)
			return;
		rs->tests = all;
		all[rs->n_tests++] = (struct test_case){n->arg->as.text,
			n->unit->name, n->line, n->table->as.fn};
	}
}

static fl_status digest_make(struct ruleset *rs)
{
	struct buf b;
	fl_status s = FL_OK;

	buf_init(&b, 8 * ALL_BYTES_MAX);
	ruleset_archive(rs, &b);
	if (b.failed)
		s = FL_NOMEM;
	else
		digest_of(b.at, b.len, &rs->digest);
	buf_deinit(&b);
	return s;
}

/* In order of loading a pack's files follow each other. */
static void units_read(struct loading *ld)
{
	size_t before = ld->rs->used_bytes;

	for (uint32_t i = 0; i < ld->n_units; i++) {
		struct text pack = ld->units[i].pack;

		unit_read(ld, &ld->units[i]);
		if (i + 1 < ld->n_units &&
			text_equal(ld->units[i + 1].pack, pack))
			continue;
		packs_charge(ld->rs, pack, before);
		before = ld->rs->used_bytes;
	}
}

static fl_status files_read(struct loading *ld)
{
	struct fl_error err;
	fl_status s;

	if ((s = sandbox_protect(ld->rs, words_open, ld, &err)) != FL_OK)
		return s;
	units_read(ld);
	s = sandbox_protect(ld->rs, lua_node_collect, ld, &err);
	if (s == FL_INVALID)
		say(ld, NULL, 0, SAY_FILE_FAILED, err.text);
	if (s == FL_NOMEM)
		return s;
	dealer_read(ld);
	names_read(ld);
	word_lists_read(ld);
	cards_read(ld);
	pressure_look(ld);
	tests_read(ld);
	if (ld->p->errors == 0)
		advice_give(ld);
	return ld->rs->arena.failed ? FL_NOMEM : FL_OK;
}

static uint32_t problem_rank(const struct loading *ld, const struct problem *it)
{
	uint32_t i = 0;

	while (i < ld->n_units && it->file != NULL &&
		strcmp(it->file, ld->units[i].name) != 0)
		i++;
	return it->file != NULL ? i : UINT32_MAX;
}

struct ranked {
	uint32_t file, found;
	struct problem it;
};

static int ranked_compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->it.line != y->it.line)
		return x->it.line - y->it.line;
	return x->found < y->found ? -1 : 1;
}

/* As one reads: by file, by line, else in the order they were found. */
static void problems_order(struct loading *ld, uint32_t from)
{
	uint32_t n = ld->p->count - from;
	struct problem *items;
	struct ranked *all;

	if (n < 2)
		return;
	items = ld->p->items + from;
	all = arena_alloc(&ld->rs->arena, n * sizeof(*all));
	if (all == NULL)
		return;
	for (uint32_t i = 0; i < n; i++)
		all[i] = (struct ranked){
			problem_rank(ld, &items[i]), i, items[i]};
	qsort(all, n, sizeof(*all), ranked_compare);
	for (uint32_t i = 0; i < n; i++)
		items[i] = all[i].it;
}

static bool sizes_fit(struct loading *ld, const struct source_set *src)
{
	size_t all = 0;

	for (uint32_t i = 0; i < src->n_files; i++)
		all += src->files[i].n;
	if (src->n_files <= FILES_MAX && all <= ALL_BYTES_MAX)
		return true;
	problem_add(ld->p, "FL368", NULL, 0,
		problem_words(ld->p, "more than %d files or %u MiB of rules",
			"meer dan %d bestanden of %u MiB aan regels"),
		FILES_MAX, ALL_BYTES_MAX >> 20);
	return false;
}

fl_status ruleset_load(const struct source_set *src,
	const struct script_limits *limits, bool with_tests, struct problems *p,
	struct ruleset **out)
{
	struct loading ld = {.p = p, .with_tests = with_tests};
	struct ruleset *rs = NULL;
	uint32_t before = p->errors, first = p->count;
	fl_status s = FL_NOMEM;

	*out = NULL;
	rs = calloc(1, sizeof(*rs));
	if (rs == NULL)
		goto out;
	atomic_init(&rs->refs, 1);
	arena_init(&rs->arena, 8 * ALL_BYTES_MAX);
	if (limits != NULL)
		rs->limits = *limits;
	ld.rs = rs;
	s = FL_INVALID;
	if (!sizes_fit(&ld, src))
		goto out;
	if ((s = sandbox_new(rs)) != FL_OK)
		goto out;
	s = FL_NOMEM;
	rs->book.schema = schema_new(&rs->arena);
	if (rs->book.schema == NULL || !sources_copy(&ld, src))
		goto out;
	rs->sources.zone_bytes = src->zone_bytes; /* until the book has it */
	rs->sources.n_zone = src->n_zone;
	rs->loading = &ld;
	s = files_read(&ld);
	rs->loading = NULL;
	say_places(&ld, first);
	problems_order(&ld, first);
	if (s != FL_OK)
		goto out;
	s = FL_INVALID;
	if (p->errors > before || !packs_fit(&ld))
		goto out;
	rs->sources.zone_bytes = zone_bytes(rs->book.zone, &rs->sources.n_zone);
	if ((s = digest_make(rs)) != FL_OK)
		goto out;
	luaL_unref(rs->lua, LUA_REGISTRYINDEX, ld.words_ref);
	lua_gc(rs->lua, LUA_GCCOLLECT);
	*out = rs;
	rs = NULL;
out:
	ruleset_unref(rs);
	return s;
}

/* ---- calls ---- */

static void call_end(struct ruleset *rs, struct script_call *call)
{
	lua_view_end(rs, call);
	rs->call = call->outer;
}

/* FL_OK: end it with call_end(). FL_INVALID: it did not begin. */
static fl_status call_begin(struct ruleset *rs, struct script_call *call,
	struct script_outcome *outcome)
{
	/* an idle state has room for LUA_MINSTACK values */
	if (rs->call == NULL || lua_checkstack(rs->lua, 8)) {
		call->outer = rs->call;
		rs->call = call;
		if (lua_view_begin(rs, call) == FL_OK)
			return FL_OK;
		call_end(rs, call);
	}
	outcome->fate = CARD_CUT_MEMORY;
	snprintf(outcome->reason, sizeof(outcome->reason),
		"no room for another call");
	return FL_INVALID;
}

struct asked {
	int fn;
	struct value *out; /* ask */
	const struct test_case *test;
};

static void fn_push(lua_State *lua, int fn)
{
	struct ruleset *rs = ruleset_of(lua);

	REQUIRE(fn >= 0 && (uint32_t)fn < rs->n_fns);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, rs->fns[fn].ref);
}

static int ask_body(lua_State *lua)
{
	const struct asked *q = lua_touserdata(lua, 1);
	struct arena *a = ruleset_of(lua)->call->view->world->arena;

	fn_push(lua, q->fn);
	lua_view_subject(lua);
	lua_event_push(lua);
	lua_call(lua, 2, 1);
	lua_value_read(lua, -1, a, "the answer", NULL, q->out);
	return 0;
}

static int test_body(lua_State *lua)
{
	const struct asked *q = lua_touserdata(lua, 1);

	fn_push(lua, q->fn);
	lua_test_push(lua);
	lua_call(lua, 1, 0);
	return 0;
}

static fl_status call(struct ruleset *rs, lua_CFunction body, struct asked *q,
	struct script_call *c, struct script_outcome *outcome)
{
	fl_status s;

	if ((s = call_begin(rs, c, outcome)) != FL_OK)
		return s;
	lua_pushcfunction(rs->lua, body);
	lua_pushlightuserdata(rs->lua, q);
	s = sandbox_call(rs, 1, 0, outcome);
	call_end(rs, c);
	return s != FL_OK && c->nomem ? FL_NOMEM : s;
}

void ruleset_hurry(struct ruleset *rs, int64_t limit_us)
{
	watch_hurry(&rs->watch, limit_us);
}

fl_status ruleset_ask(struct ruleset *rs, int fn, const struct script_view *v,
	struct value *out, struct script_outcome *outcome)
{
	struct script_call c = {.view = v, .fn = fn};
	struct asked q = {.fn = fn, .out = out};
	fl_status s;

	*out = value_null();
	s = call(rs, ask_body, &q, &c, outcome);
	if (s != FL_OK)
		*out = value_null();
	return s;
}

fl_status ruleset_run(struct ruleset *rs, int fn, const struct script_view *v,
	struct card_decision *out, struct script_outcome *outcome)
{
	struct script_call c = {.view = v, .out = out, .fn = fn,
		.effects_before = out->n_effects};
	lua_State *lua = rs->lua;
	fl_status s;

	if ((s = call_begin(rs, &c, outcome)) != FL_OK)
		return s;
	fn_push(lua, fn); /* there is room: nothing here raises */
	lua_view_subject(lua);
	lua_event_push(lua);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, rs->act_ref);
	s = sandbox_call(rs, 3, 0, outcome);
	call_end(rs, &c);
	if (s != FL_OK)
		out->n_effects = c.effects_before;
	return s != FL_OK && c.nomem ? FL_NOMEM : s;
}

fl_status ruleset_test(struct ruleset *rs, const struct test_case *t,
	struct arena *a, test_verb_cb cb, void *ctx,
	struct script_outcome *outcome)
{
	struct script_call c = {.fn = t->fn, .verb = cb, .verb_ctx = ctx,
		.verb_arena = a};
	struct asked q = {.fn = t->fn};

	return call(rs, test_body, &q, &c, outcome);
}
