/*
 * Small scripts out of bytes: each byte picks a piece of Lua, so that most of
 * them compile and reach the libraries, the views and act. A script is loaded
 * and run as a rule's function beside a calm one. It must end within its
 * limits, leave the calm rule as it was, and tell nothing but its reason.
 */
#include "script/sandbox.h"

#include "base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* The watchdog's thread is cancelled at the end, on which ASan's own signal
 * stack trips. */
const char *__asan_default_options(void)
{
	return "use_sigaltstack=0";
}

#define PIECES_MOST 60

static const char dealership[] =
	"dealership { name = \"Fuzz\", zone = \"UTC\", language = \"en\" }\n"
	"person \"jan\" { roles = { \"seller\", \"sales_manager\" } }\n";

/* Statements about a few locals: a, b texts; n, m numbers; t, u tables; f. */
static const char *const pieces[] = {"n = n + 1 ", "n = n * m ", "m = n // 3 ",
	"m = -n ", "n = #a ", "n = #t ", "a = a .. b ", "b = a:sub(n, m) ",
	"b = b:rep(n) ", "a = a:reverse() ", "a = a:upper() ",
	"n = a:find(b, m) or n ", "a = a:match(b) or a ",
	"a = a:gsub(b, '%0x') ", "a = a:gsub('.', t) ", "a = a:gsub('%w', f) ",
	"for w in a:gmatch(b) do n = n + 1 end ",
	"a = ('%5.2f|%s'):format(n, t) ", "a = ('%q'):format(a) ",
	"a = string.format(b, n, m, a) ",
	"n, m = a:byte(n, m) n = n or 0 m = m or 1 ",
	"a = string.char(n % 256, m % 256) ", "a = string.pack(b, n, m) ",
	"n = string.unpack(b, a) ", "a = string.pack('<i4s2', n, a) ",
	"t[n] = u ", "u = t[m] or {} ", "t[#t + 1] = n ",
	"table.insert(t, n, a) ", "table.remove(t, n) ",
	"table.move(t, n, m, 1, u) ", "a = table.concat(t, b) ",
	"table.sort(t) ", "table.sort(t, function(x, y) return f(x, y) end) ",
	"n = select('#', table.unpack(t, n, m)) ", "t = { n, m, a, b, t } ",
	"u = setmetatable({}, { __index = t, __len = f, __call = f }) ",
	"setmetatable(t, { __newindex = u, __tostring = function() return a "
	"end "
	"}) ",
	"a = tostring(t) ", "n = tonumber(a) or n ",
	"for k, v in pairs(t) do u[k] = v end ",
	"for i, v in ipairs(u) do t[i] = v end ", "n = utf8.len(a) or 0 ",
	"a = utf8.char(n % 1000000) ",
	"for p, c in utf8.codes(a) do n = c end ",
	"n = utf8.offset(a, n, m) or 0 ", "pcall(error, t) ",
	"pcall(function() error(a, n) end) ", "xpcall(f, f, n) ",
	"if n > m then ", "while n < m do n = n + 1 ", "for i = n, m do ",
	"do ", "end ", "end ", "end ", "else ", "act.note(a) ",
	"act.set('score', n) ", "act.timer(a, n) ",
	"act.task { title = a, who = seller, each_event = true } ",
	"act.task(t) ", "act.emit(a, t) ", "act.cancel(a) ", "print(a, n) ",
	"a = event.type ", "t = event.data ", "n = deal.id ", "a = deal.ref ",
	"n = math.random(n, m) ", "n = n & m ", "n = n << m ", "a = '%w*' ",
	"b = '(.-)%1' ", "b = '[^%a]+' ", "b = '%b()' ", "b = '%d %s' ",
	"a = '\\u{20AC}\\xff\\0' ", "n = 1 / 0 ", "n = math.mininteger ",
	"m = math.maxinteger ", "m = 1 << 30 ", "n = 0 ", "m = 9 ",
	"f = function(x) return x end ", "f = function(...) return ... end ",
	"error(t) ", "error(a) ", "t.t = t ", "u = nil u = {} "};

static bool begins(const char *piece, const char *word)
{
	return strncmp(piece, word, strlen(word)) == 0;
}

/* Blocks close in the order they were opened; what would not fit is left out.
 * `open` holds the kind of each open block. */
static void piece_add(
	struct buf *b, const char *piece, char *open, size_t *depth)
{
	if (begins(piece, "if ")) {
		open[(*depth)++] = 'i';
	} else if (begins(piece, "while ") || begins(piece, "for i =") ||
		   begins(piece, "do ")) {
		open[(*depth)++] = 'd';
	} else if (begins(piece, "else ")) {
		if (*depth == 0 || open[*depth - 1] != 'i')
			return;
		open[*depth - 1] = 'd';
	} else if (begins(piece, "end ")) {
		if (*depth == 0)
			return;
		(*depth)--;
	}
	buf_add_text(b, piece);
}

static void script_write(struct buf *b, const uint8_t *data, size_t size)
{
	size_t n = sizeof(pieces) / sizeof(pieces[0]), depth = 0;
	char open[PIECES_MOST];

	buf_add_text(b, "field \"deal.score\" { type = \"number\", default = 0 "
			"}\nrule \"r\" { about = \"deal\", when "
			"\"contact.made\" { run = function(deal, event, act)\n"
			"local a, b, n, m, t, u = 'ab(c)', '%w+', 1, 5, { 3, 1 "
			"}, {} local f = function(x, y) return x ~= y end\n");
	for (size_t i = 0; i < size && i < PIECES_MOST; i++)
		piece_add(b, pieces[data[i] % n], open, &depth);
	while (depth-- > 0)
		buf_add_text(b, "end ");
	buf_add_text(b, "\nend } }\nrule \"calm\" { about = \"deal\", when "
			"\"contact.made\" { run = function(deal, event, act) "
			"act.note(('x'):rep(3)) end } }\n");
}

static fl_status load(const struct buf *b, struct ruleset **out)
{
	static const struct script_limits limits = {
		.cpu_soft_us = 10000, .memory_bytes = 4u << 20};
	struct source_file files[] = {
		{"dealership.lua", dealership, sizeof(dealership) - 1},
		{"rules/own.lua", b->at, b->len}};
	struct source_set set = {.files = files, .n_files = 2};
	struct problems p;
	struct arena a;
	fl_status s;

	arena_init(&a, 0);
	problems_init(&p, &a);
	s = ruleset_load(&set, &limits, false, &p, out);
	arena_deinit(&a);
	return s;
}

static fl_status run(struct ruleset *rs, uint32_t card, struct arena *a)
{
	const struct rulebook *book = ruleset_book(rs);
	struct record deal = {.id = 1,
		.home = 1,
		.kind = TEXT("deal"),
		.ref = TEXT("D-1"),
		.fields = value_map()};
	struct event e = {.number = 1,
		.source = TEXT("fuzz"),
		.id = TEXT("1"),
		.role = TEXT(""),
		.actor = TEXT("jan"),
		.data = value_map(),
		.def = schema_event(book->schema, TEXT("contact.made"))};
	struct world w = {.schema = book->schema, .arena = a};
	struct script_view v = {
		.world = &w, .book = book, .subject = &deal, .event = &e};
	struct card_decision d = {0};
	struct script_outcome o = {0};
	fl_status s =
		ruleset_run(rs, book->cards[card].whens[0].fn, &v, &d, &o);

	REQUIRE(s == FL_OK || d.n_effects == 0);
	REQUIRE(s == FL_OK || o.reason[0] != '\0');
	REQUIRE(strstr(o.reason, "0x55") == NULL); /* no address */
	if (text_is(book->cards[card].id, "calm")) {
		REQUIRE(s == FL_OK && d.n_effects == 1);
		REQUIRE(strcmp(value_get_str(&d.effects[0].args, "text"),
				"xxx") == 0);
	}
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ruleset *rs = NULL;
	struct arena a;
	struct buf b;

	digest_init();
	log_level_set(LOG_ERROR);
	buf_init(&b, 1u << 20);
	arena_init(&a, 0);
	script_write(&b, data, size);
	if (load(&b, &rs) == FL_OK) {
		run(rs, 0, &a);
		run(rs, 1, &a);
		run(rs, 0, &a);
		run(rs, 1, &a);
	}
	ruleset_unref(rs);
	arena_deinit(&a);
	buf_deinit(&b);
	return 0;
}
