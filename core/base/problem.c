#include "base/problem.h"

#define PROBLEMS_KEPT_MAX 1000

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
	items = arena_grow(p->arena, p->items, p->count, &p->cap, p->count + 1,
		sizeof(*items));
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
			buf_printf(out, "line %d: ", it->line);
		}
		if (it->warning)
			buf_add_text(out, "warning: ");
		if (it->field != NULL)
			buf_printf(out, "%s: ", it->field);
		buf_add_text(out, it->text);
		if (it->remedy != NULL)
			buf_printf(out, "%s %s", ends_sentence(it->text) ? ""
									 : ".",
				it->remedy);
		if (it->nearest != NULL)
			buf_printf(out, " (did you mean \"%s\"?)", it->nearest);
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
		put_text(a, &one, "field", it->field);
		put_text(a, &one, "text", it->text);
		put_text(a, &one, "remedy", it->remedy);
		put_text(a, &one, "nearest", it->nearest);
		value_append(a, &list, one);
	}
	return list;
}
