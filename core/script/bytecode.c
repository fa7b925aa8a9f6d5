/*
 * Reads what Lua 5.4's own dump says about a function. Only the compiled form
 * tells for certain which locals of the file a function assigns, wherever the
 * name is written, and it tells the line.
 */
#include "script/loading.h"

#define DUMP_BYTES_MAX (16u << 20)
#define NESTED_MAX     200

enum {
	OP_SETUPVAL = 10,
	OP_GETTABUP = 11,
	OP_SETTABUP = 15,
	/* bitwise: with a constant or small number, of registers, "not" */
	OP_BANDK = 29,
	OP_SHLI = 33,
	OP_BAND = 41,
	OP_SHR = 45,
	OP_BNOT = 50
};
#define CONSTANTS_SAFE 256 /* beyond them Lua mistakes a constant's place */
enum {
	K_NIL = 0,
	K_FALSE = 1,
	K_TRUE = 17,
	K_INT = 3,
	K_REAL = 19,
	K_SHORT = 4,
	K_LONG = 20
};
#define ABSOLUTE_LINE (-0x80)

struct cursor {
	const unsigned char *at, *end;
	bool bad;
};

struct upvalue {
	bool in_stack; /* a local of the function around it */
	uint8_t index;
	struct text name;
};

struct absolute {
	uint32_t pc;
	int line;
};

struct proto {
	const struct proto *around; /* NULL: the scanned function itself */
	int first_line;
	const unsigned char *code, *lines;
	uint32_t n_code, n_lines;
	struct text *constants; /* empty: no text */
	uint32_t n_constants;
	struct upvalue *upvalues;
	uint32_t n_upvalues;
	struct absolute *absolutes;
	uint32_t n_absolutes;
};

struct scan {
	struct cursor c;
	struct arena a;
	const struct bytecode_use *use;
};

static unsigned byte_read(struct cursor *c)
{
	if (c->at >= c->end) {
		c->bad = true;
		return 0;
	}
	return *c->at++;
}

static size_t size_read(struct cursor *c)
{
	size_t n = 0;
	unsigned b;

	do {
		b = byte_read(c);
		n = (n << 7) | (b & 0x7f);
	} while ((b & 0x80) == 0 && !c->bad && n < SIZE_MAX / 256);
	return n;
}

/* A count of things of at least `least` bytes each that must still fit. */
static uint32_t count_read(struct cursor *c, size_t least)
{
	size_t n = size_read(c);

	if (n > (size_t)(c->end - c->at) / least) {
		c->bad = true;
		return 0;
	}
	return (uint32_t)n;
}

static const unsigned char *bytes_read(struct cursor *c, size_t n)
{
	const unsigned char *at = c->at;

	if (n > (size_t)(c->end - c->at)) {
		c->bad = true;
		return NULL;
	}
	c->at += n;
	return at;
}

static struct text text_read(struct scan *s)
{
	size_t n = size_read(&s->c);
	const unsigned char *at;
	struct text t = TEXT("");
	const char *copy;

	if (n == 0)
		return t;
	if ((at = bytes_read(&s->c, n - 1)) == NULL)
		return t;
	if ((copy = arena_text(&s->a, (const char *)at, n - 1)) != NULL)
		t = (struct text){copy, (uint32_t)(n - 1)};
	return t;
}

static bool header_read(struct cursor *c)
{
	static const unsigned char expect[] = "\x1bLua\x54\x00\x19\x93\r\n"
					      "\x1a\n\x04\x08\x08";
	const unsigned char *at = bytes_read(c, sizeof(expect) - 1);

	if (at == NULL || memcmp(at, expect, sizeof(expect) - 1) != 0)
		return false;
	return bytes_read(c, 16) != NULL && bytes_read(c, 1) != NULL;
}

static void constants_read(struct scan *s, struct proto *p)
{
	p->n_constants = count_read(&s->c, 1);
	p->constants = arena_alloc(
		&s->a, (p->n_constants + 1) * sizeof(*p->constants));
	for (uint32_t i = 0; i < p->n_constants && !s->c.bad; i++) {
		struct text t = TEXT("");

		switch (byte_read(&s->c)) {
		case K_NIL:
		case K_FALSE:
		case K_TRUE:
			break;
		case K_INT:
		case K_REAL:
			bytes_read(&s->c, 8);
			break;
		case K_SHORT:
		case K_LONG:
			t = text_read(s);
			break;
		default:
			s->c.bad = true;
		}
		if (p->constants != NULL)
			p->constants[i] = t;
	}
}

static void upvalues_read(struct scan *s, struct proto *p)
{
	p->n_upvalues = count_read(&s->c, 3);
	p->upvalues =
		arena_alloc(&s->a, (p->n_upvalues + 1) * sizeof(*p->upvalues));
	for (uint32_t i = 0; i < p->n_upvalues && p->upvalues != NULL; i++) {
		p->upvalues[i].in_stack = byte_read(&s->c) != 0;
		p->upvalues[i].index = (uint8_t)byte_read(&s->c);
		byte_read(&s->c);
	}
}

static void debug_read(struct scan *s, struct proto *p)
{
	uint32_t n;

	p->n_lines = count_read(&s->c, 1);
	p->lines = bytes_read(&s->c, p->n_lines);
	p->n_absolutes = count_read(&s->c, 2);
	p->absolutes = arena_alloc(
		&s->a, (p->n_absolutes + 1) * sizeof(*p->absolutes));
	for (uint32_t i = 0; i < p->n_absolutes && p->absolutes != NULL; i++) {
		p->absolutes[i].pc = (uint32_t)size_read(&s->c);
		p->absolutes[i].line = (int)size_read(&s->c);
	}
	n = count_read(&s->c, 3);
	for (uint32_t i = 0; i < n && !s->c.bad; i++) {
		text_read(s);
		size_read(&s->c);
		size_read(&s->c);
	}
	n = count_read(&s->c, 1);
	for (uint32_t i = 0; i < n && !s->c.bad; i++) {
		struct text name = text_read(s);

		if (i < p->n_upvalues)
			p->upvalues[i].name = name;
	}
}

/* The name under which upvalue `i` is an outer local of the scanned function,
 * or empty when it is a local inside of it. */
static struct text outer_name(const struct proto *p, unsigned i)
{
	struct text none = TEXT("");

	for (; i < p->n_upvalues; p = p->around) {
		if (p->around == NULL)
			return p->upvalues[i].name;
		if (p->upvalues[i].in_stack)
			return none;
		i = p->upvalues[i].index;
	}
	return none;
}

static bool is_env(const struct proto *p, unsigned i)
{
	return i < p->n_upvalues && text_is(p->upvalues[i].name, "_ENV");
}

static void instruction(
	struct scan *s, const struct proto *p, uint32_t code, int line)
{
	unsigned a = (code >> 7) & 0xff, b = (code >> 16) & 0xff;
	unsigned c = (code >> 24) & 0xff, op = code & 0x7f;
	struct text name;

	if (s->use->bits != NULL && p->n_constants > CONSTANTS_SAFE &&
		((op >= OP_BANDK && op <= OP_SHLI) ||
			(op >= OP_BAND && op <= OP_SHR) || op == OP_BNOT))
		s->use->bits(s->use->ctx, line);

	switch (op) {
	case OP_SETUPVAL:
		name = outer_name(p, b);
		if (name.bytes > 0)
			s->use->outer(s->use->ctx, name, line);
		break;
	case OP_GETTABUP:
		if (is_env(p, b) && c < p->n_constants)
			s->use->global(
				s->use->ctx, p->constants[c], line, false);
		break;
	case OP_SETTABUP:
		if (is_env(p, a) && b < p->n_constants)
			s->use->global(
				s->use->ctx, p->constants[b], line, true);
		break;
	default:
		break;
	}
}

static void code_walk(struct scan *s, const struct proto *p)
{
	int line = p->first_line;
	uint32_t absolute = 0, code;

	for (uint32_t i = 0; i < p->n_code && i < p->n_lines; i++) {
		int step = (signed char)p->lines[i];

		if (step != ABSOLUTE_LINE)
			line += step;
		else if (absolute < p->n_absolutes)
			line = p->absolutes[absolute++].line;
		memcpy(&code, p->code + 4 * (size_t)i, 4);
		instruction(s, p, code, line);
	}
}

static void function_read(struct scan *s, const struct proto *around, int depth)
{
	struct proto p = {.around = around};
	struct cursor nested;
	uint32_t n;

	if (depth > NESTED_MAX) {
		s->c.bad = true;
		return;
	}
	text_read(s);
	p.first_line = (int)size_read(&s->c);
	size_read(&s->c);
	bytes_read(&s->c, 3);
	p.n_code = count_read(&s->c, 4);
	p.code = bytes_read(&s->c, 4 * (size_t)p.n_code);
	constants_read(s, &p);
	upvalues_read(s, &p);
	/* names stand behind the nested functions, which need them: skip the
	 * nested ones first, then come back */
	n = count_read(&s->c, 1);
	nested = s->c;
	if (n > 0) {
		const struct bytecode_use quiet = {0};
		const struct bytecode_use *use = s->use;

		s->use = &quiet;
		for (uint32_t i = 0; i < n && !s->c.bad; i++)
			function_read(s, NULL, depth + 1);
		s->use = use;
	}
	debug_read(s, &p);
	if (s->use->outer == NULL || s->c.bad || s->a.failed)
		return;
	code_walk(s, &p);
	if (n > 0) {
		struct cursor after = s->c;

		s->c = nested;
		for (uint32_t i = 0; i < n && !s->c.bad; i++)
			function_read(s, &p, depth + 1);
		after.bad |= s->c.bad;
		s->c = after;
	}
}

static int dump_write(lua_State *lua, const void *at, size_t n, void *ctx)
{
	struct buf *b = ctx;

	(void)lua;
	buf_add(b, at, n);
	return b->failed;
}

bool bytecode_scan(lua_State *lua, const struct bytecode_use *use)
{
	struct scan s = {.use = use};
	struct buf b;
	bool ok = false;

	buf_init(&b, DUMP_BYTES_MAX);
	arena_init(&s.a, 0);
	if (lua_dump(lua, dump_write, &b, 0) != 0 || b.failed)
		goto out;
	s.c.at = (const unsigned char *)b.at;
	s.c.end = s.c.at + b.len;
	if (!header_read(&s.c))
		goto out;
	function_read(&s, NULL, 0);
	ok = !s.c.bad && !s.a.failed && s.c.at == s.c.end;
out:
	arena_deinit(&s.a);
	buf_deinit(&b);
	return ok;
}
