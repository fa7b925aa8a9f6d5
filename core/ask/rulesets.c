/*
 * rulesets: what was live when, by whom, and what each changed in the files:
 * in words, and line by line.
 */
#include "ask/asking.h"

#define SHOWN 20       /* rulesets, unless more are asked for */
#define LINES_MOST 400 /* changed lines shown of one ruleset */
#define TABLE_MOST 4000000u /* cells of one comparison */

/* ---- lines ---- */

struct lines {
	const char **at;
	uint32_t *bytes;
	uint32_t n;
};

static bool split(struct arena *a, const struct source_file *f,
	struct lines *out)
{
	const char *at = f != NULL ? f->bytes : "";
	const char *end = at + (f != NULL ? f->n : 0);
	uint32_t cap = 1;

	for (const char *c = at; c < end; c++)
		cap += *c == '\n';
	out->at = arena_alloc(a, cap * sizeof(*out->at));
	out->bytes = arena_alloc(a, cap * sizeof(*out->bytes));
	out->n = 0;
	if (out->at == NULL || out->bytes == NULL)
		return false;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop != NULL ? stop : end;
		out->at[out->n] = at;
		out->bytes[out->n++] = (uint32_t)(stop - at);
		at = stop + 1;
	}
	return true;
}

static bool same_line(const struct lines *x, uint32_t i, const struct lines *y,
	uint32_t k)
{
	return x->bytes[i] == y->bytes[k] &&
	       memcmp(x->at[i], y->at[k], x->bytes[i]) == 0;
}

/* ---- one file ---- */

struct diff {
	struct view *v;
	struct value *lines; /* list, of the whole ruleset */
	const char *file;
	struct lines was, now;
	uint32_t plus, minus;
};

static void put_line(struct diff *d, bool added, uint32_t i)
{
	const struct lines *of = added ? &d->now : &d->was;
	struct value one = value_map();

	*(added ? &d->plus : &d->minus) += 1;
	if (d->lines->count >= LINES_MOST)
		return;
	put_text(d->v, &one, "file", text_of(d->file));
	value_put(d->v->a, &one, "line", value_int(i + 1));
	value_put(d->v->a, &one, "sign", value_text(added ? "+" : "-"));
	value_put(d->v->a, &one, "text", value_text(arena_text(d->v->a,
		of->at[i], of->bytes[i])));
	value_append(d->v->a, d->lines, one);
}

/* Length of the longest common run of lines from (i, k) on, for all i, k. */
static uint32_t *common_table(struct diff *d, uint32_t from, uint32_t was_end,
	uint32_t now_end)
{
	uint32_t rows = was_end - from, cols = now_end - from;
	uint32_t *t;

	if ((uint64_t)(rows + 1) * (cols + 1) > TABLE_MOST)
		return NULL;
	t = arena_alloc(d->v->a,
		(size_t)(rows + 1) * (cols + 1) * sizeof(*t));
	for (uint32_t i = rows; t != NULL && i-- > 0;)
		for (uint32_t k = cols; k-- > 0;) {
			uint32_t *cell = &t[(size_t)i * (cols + 1) + k];

			if (same_line(&d->was, from + i, &d->now, from + k))
				*cell = cell[cols + 2] + 1;
			else
				*cell = cell[cols + 1] > cell[1]
						? cell[cols + 1]
						: cell[1];
		}
	return t;
}

static void walk(struct diff *d, uint32_t from, uint32_t was_end,
	uint32_t now_end)
{
	uint32_t *t = common_table(d, from, was_end, now_end);
	uint32_t cols = now_end - from, i = from, k = from;

	while (i < was_end || k < now_end) {
		const uint32_t *cell = t != NULL
			? &t[(size_t)(i - from) * (cols + 1) + (k - from)]
			: NULL;

		if (cell != NULL && i < was_end && k < now_end &&
			same_line(&d->was, i, &d->now, k)) {
			i++;
			k++;
		} else if (i < was_end && (k == now_end || cell == NULL ||
						  cell[cols + 1] >= cell[1])) {
			put_line(d, false, i++);
		} else {
			put_line(d, true, k++);
		}
	}
}

static bool diff_file(struct diff *d, const struct source_file *was,
	const struct source_file *now)
{
	uint32_t from = 0, was_end, now_end;

	d->plus = d->minus = 0;
	if (!split(d->v->a, was, &d->was) || !split(d->v->a, now, &d->now))
		return false;
	was_end = d->was.n;
	now_end = d->now.n;
	while (from < was_end && from < now_end &&
		same_line(&d->was, from, &d->now, from))
		from++;
	while (was_end > from && now_end > from &&
		same_line(&d->was, was_end - 1, &d->now, now_end - 1)) {
		was_end--;
		now_end--;
	}
	walk(d, from, was_end, now_end);
	return true;
}

/* ---- two rulesets ---- */

static bool same_file(const struct source_file *x, const struct source_file *y)
{
	return x != NULL && y != NULL && x->n == y->n &&
	       memcmp(x->bytes, y->bytes, x->n) == 0;
}

static const char *file_words(struct diff *d, bool was, bool now)
{
	struct arena *a = d->v->a;

	if (!was)
		return arena_printf(a, d->v->nl ? "%s is nieuw" : "%s is new",
			d->file);
	if (!now)
		return arena_printf(
			a, d->v->nl ? "%s is weg" : "%s is gone", d->file);
	return arena_printf(a,
		d->v->nl ? "%s: %u %s erbij, %u weg"
			 : "%s: %u %s added, %u taken away",
		d->file, d->plus,
		d->plus == 1 ? (d->v->nl ? "regel" : "line")
			     : (d->v->nl ? "regels" : "lines"),
		d->minus);
}

static void put_file(struct diff *d, const struct source_file *was,
	const struct source_file *now, struct value *files, struct buf *words)
{
	struct value one = value_map();
	const char *text;

	d->file = now != NULL ? now->name : was->name;
	if (same_file(was, now) || !diff_file(d, was, now))
		return;
	text = file_words(d, was != NULL, now != NULL);
	value_put(d->v->a, &one, "file", value_text(d->file));
	value_put(d->v->a, &one, "change",
		value_text(was == NULL	 ? "added"
			   : now == NULL ? "removed"
					 : "changed"));
	value_put(d->v->a, &one, "plus", value_int(d->plus));
	value_put(d->v->a, &one, "minus", value_int(d->minus));
	value_append(d->v->a, files, one);
	if (words->len > 0)
		buf_add_text(words, "; ");
	buf_add_text(words, text != NULL ? text : "");
}

/* Files of both in order of their names: those of `now`, then those gone. */
static void put_diff(struct view *v, struct value *out,
	const struct source_set *was, const struct source_set *now)
{
	struct value files = value_list(), lines = value_list();
	struct diff d = {.v = v, .lines = &lines};
	struct buf words;

	buf_init(&words, WORDS_BYTES);
	for (uint32_t i = 0; i < now->n_files; i++)
		put_file(&d, source_set_find(was, now->files[i].name),
			&now->files[i], &files, &words);
	for (uint32_t i = 0; i < was->n_files; i++)
		if (source_set_find(now, was->files[i].name) == NULL)
			put_file(&d, &was->files[i], NULL, &files, &words);
	if (files.count == 0)
		buf_add_text(&words, v->nl ? "dezelfde bestanden"
					   : "the same files");
	put_text(v, out, "text", words_buf(v, &words));
	value_put(v->a, out, "files", files);
	value_put(v->a, out, "lines", lines);
}

/* ---- all of them ---- */

struct listing {
	struct view *v;
	int64_t numbers[SHOWN * 50];
	uint32_t n;
	uint32_t most;
	uint32_t left_out;
	int64_t from; /* none younger than this */
};

static bool note_number(void *ctx, const struct ruleset_row *row)
{
	struct listing *l = ctx;

	if (row->number > l->from)
		return true;
	if (l->n <= l->most) /* and the one before the last shown */
		l->numbers[l->n++] = row->number;
	else
		l->left_out++;
	return true;
}

static bool read_set(struct view *v, int64_t number, struct ruleset_row *row,
	struct source_set *set)
{
	fl_status s = reader_ruleset(v->ask->reader, v->a, number, row,
		&v->err);

	if (s == FL_OK)
		s = source_set_read(v->a, row->archive.at, row->archive.bytes,
			set, &v->err);
	view_note(v, s);
	return s == FL_OK;
}

/* Why it became live, as the rooftop noted it, in words. */
static struct text summary_words(struct view *v, struct text summary)
{
	const char *text = summary.at;
	long long n = 0;

	if (text_is(summary, "start"))
		text = v->nl ? "bij het starten" : "at a start";
	else if (sscanf(summary.at, "reload: %lld cards", &n) == 1)
		text = arena_printf(v->a, v->nl
			? "gewijzigde bestanden, %lld kaarten"
			: "changed files, %lld cards", n);
	else if (sscanf(summary.at, "publish: %lld cards", &n) == 1)
		text = arena_printf(v->a, v->nl ? "na een ja, %lld kaarten"
						: "after a yes, %lld cards", n);
	else if (sscanf(summary.at, "back to %lld", &n) == 1)
		text = arena_printf(v->a, v->nl ? "terug naar nummer %lld"
						: "back to number %lld", n);
	return text != NULL ? text_of(text) : summary;
}

static struct value ruleset_value(struct view *v,
	const struct ruleset_row *row, const struct source_set *set,
	const struct source_set *before)
{
	struct value one = value_map();
	char *hex = arena_alloc(v->a, DIGEST_HEX);

	if (hex != NULL) {
		digest_hex(&row->digest, hex);
		value_put(v->a, &one, "digest", value_text(hex));
	}
	value_put(v->a, &one, "ruleset", value_int(row->number));
	value_put(v->a, &one, "live",
		value_bool(row->number == v->ask->ruleset_number));
	put_time(v, &one, "since", row->activated_at_ms, true);
	put_text(v, &one, "actor", row->actor);
	put_text(v, &one, "actor_name", words_person(v, row->actor));
	put_text(v, &one, "summary", row->summary);
	put_text(v, &one, "summary_text", summary_words(v, row->summary));
	if (before != NULL)
		put_diff(v, &one, before, set);
	return one;
}

int64_t args_ruleset(struct view *v, const struct value *args, bool needed,
	struct problems *p)
{
	struct text typed = args_text(v->a, args, "ruleset", needed, p);
	struct ruleset_row row;
	int64_t number;
	char *end;

	if (p->errors > 0 || typed.bytes == 0)
		return 0;
	number = strtoll(typed.at, &end, 10);
	if (number > 0 && *end == '\0' &&
		reader_ruleset(v->ask->reader, v->a, number, &row, &v->err) ==
			FL_OK)
		return number;
	problem_add(p, "FL504", NULL, 0,
		v->nl ? "er zijn geen regels met nummer \"%s\": fairlead "
			"rulesets"
		      : "there is no ruleset \"%s\": fairlead rulesets",
		typed.at);
	return 0;
}

static void rulesets(struct view *v, const struct value *args,
	struct value *out, struct problems *p)
{
	int64_t only = args_ruleset(v, args, false, p);
	struct listing l = {.v = v, .from = only > 0 ? only : INT64_MAX};
	struct value list = value_list();
	struct ruleset_row row, next_row;
	struct source_set set, next;
	int64_t most = value_get_int(args, "limit", SHOWN);

	if (!args_known(args, "limit ruleset", p))
		return;
	l.most = only > 0 ? 1 : most > 0 && most < SHOWN * 50 ? (uint32_t)most
		 : most > 0		       ? SHOWN * 50 - 1
					       : SHOWN;
	view_note(v, reader_rulesets(v->ask->reader, v->a, note_number, &l,
			     &v->err));
	for (uint32_t i = 0; i < l.n && i < l.most; i++) {
		bool older = i + 1 < l.n;

		if (i == 0 && !read_set(v, l.numbers[0], &row, &set))
			break;
		if (older && !read_set(v, l.numbers[i + 1], &next_row, &next))
			break;
		value_append(v->a, &list,
			ruleset_value(v, &row, &set, older ? &next : NULL));
		row = next_row;
		set = next;
	}
	*out = value_map();
	value_put(v->a, out, "rulesets", list);
	if (only == 0 && l.n > l.most)
		value_put(v->a, out, "left_out",
			value_int(l.left_out + l.n - l.most));
}

fl_status ask_rulesets(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, rulesets);
}
