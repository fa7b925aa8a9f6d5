#include "base/problem.h"

#include "base/dutch.h"

#define PROBLEMS_KEPT_MAX 1000
#define LINE_SHOWN	  4000 /* bytes of a source line that is shown */

void problems_init(struct problems *p, struct arena *a)
{
	*p = (struct problems){.arena = a};
}

/* A place for one more: in the list, or the spill when that is full. */
static struct problem *place(struct problems *p)
{
	struct problem *items;

	if (p->count >= PROBLEMS_KEPT_MAX)
		return &p->spill;
	if (p->cap == 0) { /* most lists hold one */
		items = arena_alloc(p->arena, sizeof(*items));
		p->cap = items != NULL;
	} else {
		items = arena_grow(p->arena, p->items, p->count, &p->cap,
			p->count + 1, sizeof(*items));
	}
	if (items == NULL)
		return &p->spill;
	p->items = items;
	return &items[p->count++];
}

struct problem *problem_add(struct problems *p, const char *code,
	const char *file, int line, const char *fmt, ...)
{
	struct problem *it = place(p);
	va_list ap;

	p->errors++;
	*it = (struct problem){.code = code, .line = line, .text = "too many"};
	if (it == &p->spill)
		return it;
	if (file != NULL)
		it->file = arena_strdup(p->arena, file);
	va_start(ap, fmt);
	it->text = arena_vprintf(p->arena, fmt, ap);
	va_end(ap);
	if (it->text == NULL)
		it->text = "out of memory";
	return it;
}

void problem_warn(struct problems *p, struct problem *it)
{
	if (it->warning)
		return;
	it->warning = true;
	p->errors--;
}

const struct problem *problem_error(const struct problems *p)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (!p->items[i].warning)
			return &p->items[i];
	return NULL;
}

const char *problem_placed(struct arena *a, const struct problem *it)
{
	if (it->file == NULL)
		return it->text;
	return it->line > 0
		? arena_printf(a, "%s:%d: %s", it->file, it->line, it->text)
		: arena_printf(a, "%s: %s", it->file, it->text);
}

const char *problem_words(
	const struct problems *p, const char *en, const char *nl)
{
	return p->dutch ? nl : en;
}

const char *problem_cause(const struct problems *p, const char *text)
{
	return p->dutch ? dutch_cause(p->arena, text) : text;
}

void problem_place(struct problem *it, int column, int width)
{
	it->column = (uint16_t)(column < UINT16_MAX ? column : UINT16_MAX);
	it->width = (uint8_t)(width < UINT8_MAX ? width : UINT8_MAX);
}

static int characters(const char *from, const char *to)
{
	return text_characters(from, (size_t)(to - from));
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Where `word` stands in `line` as a whole word; NULL: nowhere. */
static const char *word_in(struct text line, const char *word, size_t n)
{
	const char *end = line.at + line.bytes, *at = line.at;

	for (; n > 0 && (size_t)(end - at) >= n; at++)
		if (memcmp(at, word, n) == 0 &&
			(at == line.at || !is_word(at[-1]) || !is_word(*at)) &&
			(at + n == end || !is_word(at[n]) ||
				!is_word(at[n - 1])))
			return at;
	return NULL;
}

void problem_point(
	struct problems *p, struct problem *it, struct text line_text)
{
	const char *at = line_text.at, *end = at + line_text.bytes, *word;
	const char *from = it->text, *to;

	if (it->source != NULL)
		return;
	if (line_text.bytes <= LINE_SHOWN) /* nobody's own, and very many */
		it->source = arena_text(p->arena, at, line_text.bytes);
	if (it->width > 0)
		return;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	while (end > at && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	problem_place(
		it, characters(line_text.at, at) + 1, characters(at, end));
	while ((from = strchr(from, '"')) != NULL &&
		(to = strchr(from + 1, '"')) != NULL) {
		size_t n = (size_t)(to - from - 1);

		word = word_in(line_text, from + 1, n);
		if (word != NULL) {
			problem_place(it, characters(line_text.at, word) + 1,
				characters(word, word + n));
			return;
		}
		from = to + 1;
	}
}

static bool ends_sentence(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && strchr(".?!:", text[n - 1]) != NULL;
}

void problems_print(const struct problems *p, struct buf *out)
{
	uint32_t i;

	for (i = 0; i < p->count; i++) {
		const struct problem *it = &p->items[i];

		if (it->file != NULL) {
			buf_add_text(out, it->file);
			if (it->line > 0)
				buf_printf(out, ":%d", it->line);
			buf_add_text(out, ": ");
		} else if (it->line > 0) {
			buf_printf(out,
				"%s %d: ", problem_words(p, "line", "regel"),
				it->line);
		}
		if (it->warning)
			buf_add_text(
				out, problem_words(p, "warning: ", "let op: "));
		if (it->field != NULL)
			buf_printf(out, "%s: ", it->field);
		buf_add_text(out, it->text);
		if (it->remedy != NULL)
			buf_printf(out, "%s %s", ends_sentence(it->text) ? ""
									 : ".",
				it->remedy);
		if (it->nearest != NULL)
			buf_printf(out, " (%s \"%s\"?)",
				problem_words(p, "did you mean", "bedoel je"),
				it->nearest);
		buf_printf(out, " [%s]\n", it->code);
	}
}

static void put_text(struct arena *a, struct value *to, const char *key,
	const char *text)
{
	if (text != NULL)
		value_put(a, to, key, value_text(text));
}

struct value problems_value(const struct problems *p, struct arena *a)
{
	struct value list = value_list();
	uint32_t i;

	for (i = 0; i < p->count; i++) {
		const struct problem *it = &p->items[i];
		struct value one = value_map();

		put_text(a, &one, "code", it->code);
		put_text(a, &one, "level", it->warning ? "warning" : "error");
		put_text(a, &one, "file", it->file);
		if (it->line > 0)
			value_put(a, &one, "line", value_int(it->line));
		if (it->width > 0) {
			value_put(a, &one, "column", value_int(it->column));
			value_put(a, &one, "width", value_int(it->width));
		}
		put_text(a, &one, "source", it->source);
		put_text(a, &one, "field", it->field);
		put_text(a, &one, "text", it->text);
		put_text(a, &one, "remedy", it->remedy);
		put_text(a, &one, "nearest", it->nearest);
		value_append(a, &list, one);
	}
	return list;
}

static const char *copied(struct arena *a, const char *text)
{
	return text != NULL ? arena_strdup(a, text) : NULL;
}

void problem_copy(struct problems *p, const struct problem *from)
{
	const char *code = copied(p->arena, from->code);
	struct problem *to = problem_add(p, code != NULL ? code : "FL300",
		copied(p->arena, from->file), from->line, "%s", from->text);

	to->field = copied(p->arena, from->field);
	to->remedy = copied(p->arena, from->remedy);
	to->nearest = copied(p->arena, from->nearest);
	to->source = copied(p->arena, from->source);
	to->column = from->column;
	to->width = from->width;
	if (from->warning)
		problem_warn(p, to);
}

void problems_take(struct problems *p, const struct value *list)
{
	if (list == NULL || list->kind != VALUE_LIST)
		return;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *one = &list->as.items[i];
		const char *text = value_get_str(one, "text");
		const char *level = value_get_str(one, "level");
		struct problem it = {.code = value_get_str(one, "code"),
			.file = value_get_str(one, "file"),
			.line = (int)value_get_int(one, "line", 0),
			.field = value_get_str(one, "field"),
			.text = text != NULL ? text : "",
			.remedy = value_get_str(one, "remedy"),
			.nearest = value_get_str(one, "nearest"),
			.source = value_get_str(one, "source"),
			.warning = level != NULL &&
				   strcmp(level, "warning") == 0};

		problem_place(&it, (int)value_get_int(one, "column", 0),
			(int)value_get_int(one, "width", 0));
		problem_copy(p, &it);
	}
}
