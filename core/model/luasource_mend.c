/* luasource_mend.c - a text as it was meant: what one mistake hides can be
 * told in the same pass. */
#include "model/luasource_inside.h"

void luasource_mend(
	struct lua_source *s, uint32_t from, uint32_t to, const char *put)
{
	struct mend *room = arena_grow(s->arena, s->mends, s->n_mends,
		&s->cap_mends, s->n_mends + 1, sizeof(*room));

	if (room == NULL || put == NULL)
		return;
	s->mends = room;
	s->mends[s->n_mends++] = (struct mend){from, to, put};
}

static int by_place(const void *a, const void *b)
{
	const struct mend *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

bool luasource_mended(
	struct lua_source *s, const char *bytes, size_t n, struct buf *out)
{
	uint32_t at = 0, kept = 0;

	if (s->n_mends == 0)
		return false;
	qsort(s->mends, s->n_mends, sizeof(*s->mends), by_place);
	for (uint32_t i = 0; i < s->n_mends; i++) {
		const struct mend m = s->mends[i];

		if (m.from < at || m.to > n)
			continue; /* inside of another one */
		buf_add(out, bytes + at, m.from - at);
		buf_add_text(out, m.put);
		at = m.to;
		s->mends[kept++] = m;
	}
	s->n_mends = kept;
	buf_add(out, bytes + at, n - at);
	return !out->failed;
}

bool luasource_changed(const struct lua_source *s, const char *bytes,
	struct luasource_change *c)
{
	const struct mend *m;

	if (c->count >= s->n_mends)
		return false;
	m = &s->mends[c->count++];
	for (; c->at < m->from; c->at++)
		if (bytes[c->at] == '\n') {
			c->line++;
			c->line_at = c->at + 1;
		}
	c->column = 1 + text_characters(
				bytes + c->line_at, m->from - c->line_at);
	c->was = text_characters(bytes + m->from, m->to - m->from);
	c->put = text_characters(m->put, strlen(m->put));
	return true;
}

bool luasource_paired(const struct lua_source *s)
{
	return s->wrong == NO_TOKEN;
}

static bool begins_part(const struct lua_source *s, uint32_t i,
	const char *const *words, size_t n)
{
	const struct token *t = &s->code[i];

	if (t->column != 1)
		return false;
	if (t->kind == TOKEN_KEYWORD && luasource_paired(s))
		return text_is(t->text, "local") ||
		       text_is(t->text, "function");
	for (size_t k = 0; t->kind == TOKEN_NAME && k < n; k++)
		if (text_is(t->text, words[k]))
			return true;
	return false;
}

uint32_t luasource_parts(const struct lua_source *s, const char *const *words,
	size_t n_words, uint32_t *out, uint32_t cap)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n_code && n < cap; i++) {
		if (begins_part(s, i, words, n_words))
			out[n++] = s->code[i].offset;
		if (luasource_paired(s) && s->close[i] != NO_TOKEN)
			i = s->close[i];
	}
	return n;
}
