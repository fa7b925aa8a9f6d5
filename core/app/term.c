#include "app/term.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ROOM_LEAST 24 /* cells a text needs to go on below itself */

static const char *const escapes[] = { [TERM_PLAIN] = "",
	[TERM_BOLD] = "\x1b[1m",
	[TERM_DIM] = "\x1b[2m",
	[TERM_RED] = "\x1b[31m",
	[TERM_GREEN] = "\x1b[32m",
	[TERM_YELLOW] = "\x1b[33m",
	[TERM_CYAN] = "\x1b[36m" };

static uint32_t columns_of(FILE *file)
{
	struct winsize size;

	return isatty(fileno(file)) &&
			ioctl(fileno(file), TIOCGWINSZ, &size) == 0
		? size.ws_col
		: 0;
}

void term_init(struct term *t, FILE *file)
{
	const char *kind = getenv("TERM"), *none = getenv("NO_COLOR");

	t->file = file;
	t->terminal = isatty(fileno(file)) != 0;
	t->colour = t->terminal && (none == NULL || *none == '\0') &&
		kind != NULL && strcmp(kind, "dumb") != 0;
	t->columns = columns_of(file);
	buf_init(&t->buf, 256u << 20);
}

bool term_gone(const struct term *t)
{
	return t->terminal && !isatty(fileno(t->file)); /* EIO from now on */
}

void term_flush(struct term *t)
{
	if (t->buf.len > 0)
		fwrite(t->buf.at, 1, t->buf.len, t->file);
	fflush(t->file);
	buf_reset(&t->buf);
}

void term_deinit(struct term *t)
{
	term_flush(t);
	buf_deinit(&t->buf);
}

/* Code point of the n bytes of a strict character at `at`. */
static uint32_t point_of(const char *at, size_t n)
{
	static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = (uint8_t)at[0] & mask[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((uint8_t)at[i] & 0x3f);
	return c;
}

static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
		c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
		(c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f ||
		c == 0xfeff;
}

static void clean(struct buf *out, const char *at, size_t bytes, bool lines)
{
	size_t n;

	for (size_t i = 0; i < bytes; i += n) {
		n = text_char(at + i, bytes - i);
		if (at[i] == '\n' && lines) {
			n = 1;
			buf_add_char(out, '\n');
		} else if (n == 0 || is_unsafe(point_of(at + i, n))) {
			n = n == 0 ? 1 : n;
			buf_add_text(out, "\xef\xbf\xbd");
		} else {
			buf_add(out, at + i, n);
		}
	}
}

void term_add(struct term *t, struct text text, bool lines)
{
	clean(&t->buf, text.at, text.bytes, lines);
}

void term_say(struct term *t, const char *text)
{
	clean(&t->buf, text, strlen(text), false);
}

void term_style(struct term *t, enum term_style style, const char *text)
{
	bool on = t->colour && style != TERM_PLAIN && *text != '\0';

	if (on)
		buf_add_text(&t->buf, escapes[style]);
	clean(&t->buf, text, strlen(text), false);
	if (on)
		buf_add_text(&t->buf, "\x1b[0m");
}

void term_printf(struct term *t, const char *fmt, ...)
{
	char *made = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&made, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	clean(&t->buf, made, (size_t)n, true);
	free(made);
}

static uint32_t cells(uint32_t c)
{
	if (c >= 0x300 && c <= 0x36f)
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
		(c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
		(c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
		(c >= 0x1f300 && c <= 0x1faff))
		return 2;
	return 1;
}

uint32_t term_width(struct text text)
{
	uint32_t width = 0;
	size_t n;

	for (size_t i = 0; i < text.bytes; i += n) {
		n = text_char(text.at + i, text.bytes - i);
		width += n == 0 ? 1 : cells(point_of(text.at + i, n));
		n = n == 0 ? 1 : n;
	}
	return width;
}

/* ---- long lines ---- */

/* Bytes up to the next space, or the end. */
static uint32_t word_of(struct text line, uint32_t at)
{
	uint32_t end = at;

	while (end < line.bytes && line.at[end] != ' ')
		end++;
	return end - at;
}

static uint32_t spaces_of(struct text line, uint32_t at)
{
	uint32_t end = at;

	while (end < line.bytes && line.at[end] == ' ')
		end++;
	return end - at;
}

/* Cells of our own line: colours take none. */
static uint32_t shown_width(struct text line)
{
	uint32_t width = 0, from = 0;

	for (uint32_t i = 0; i < line.bytes; i++) {
		if (line.at[i] != '\x1b')
			continue;
		width += term_width((struct text){line.at + from, i - from});
		while (i < line.bytes && line.at[i] != 'm')
			i++;
		from = i < line.bytes ? i + 1 : i;
	}
	return width + term_width((struct text){
			       line.at + from, line.bytes - from});
}

/* Spaces before the first letter, a colour before them or not. */
static uint32_t indent_of(struct text line)
{
	uint32_t at = 0;

	if (line.at[0] == '\x1b')
		while (at < line.bytes && line.at[at++] != 'm')
			;
	return spaces_of(line, at);
}

static void add_broken(struct buf *out, struct text line, uint32_t columns)
{
	uint32_t indent = indent_of(line), used = 0, at = 0;

	indent = (indent > columns / 3 ? columns / 3 : indent) + 4;
	while (at < line.bytes) {
		uint32_t gap = spaces_of(line, at),
			 n = word_of(line, at + gap);
		uint32_t width = shown_width(
			(struct text){line.at + at + gap, n});

		if (used > indent && used + gap + width > columns) {
			buf_printf(out, "\n%*s", (int)indent, "");
			used = indent + width;
		} else {
			buf_add(out, line.at + at, gap);
			used += gap + width;
		}
		buf_add(out, line.at + at + gap, n);
		at += gap + n;
	}
}

void term_wrap(struct term *t, size_t from)
{
	struct buf out;

	if (t->columns < ROOM_LEAST || t->buf.len <= from)
		return;
	buf_init(&out, 256u << 20);
	for (size_t i = from, end; i < t->buf.len; i = end) {
		const char *stop =
			memchr(t->buf.at + i, '\n', t->buf.len - i);
		struct text line = {t->buf.at + i, 0};

		end = stop != NULL ? (size_t)(stop - t->buf.at) + 1
				   : t->buf.len;
		line.bytes = (uint32_t)(end - i - (stop != NULL));
		if (shown_width(line) > t->columns)
			add_broken(&out, line, t->columns);
		else
			buf_add(&out, line.at, line.bytes);
		if (stop != NULL)
			buf_add_char(&out, '\n');
	}
	if (!out.failed) {
		t->buf.len = from;
		buf_add(&t->buf, out.at, out.len);
	}
	buf_deinit(&out);
}

/* ---- tables ---- */

struct term_row {
	struct term_row *next;
	uint32_t count;
	struct term_cell {
		enum term_style style;
		struct text text;
	} cells[TERM_COLUMNS];
};

void table_row(struct term_table *tab)
{
	struct term_row *row = arena_alloc(tab->a, sizeof(*row));

	if (row == NULL)
		return;
	if (tab->first == NULL)
		tab->first = row;
	else
		tab->last->next = row;
	tab->last = row;
}

void table_cell(struct term_table *tab, enum term_style style,
		const char *text)
{
	struct term_row *row = tab->last;
	struct term_cell *cell;

	if (row == NULL || row->count == TERM_COLUMNS)
		return;
	cell = &row->cells[row->count++];
	cell->style = style;
	cell->text = text_of(arena_strdup(tab->a, text != NULL ? text : ""));
	if (row->count > tab->columns)
		tab->columns = row->count;
}

/* Bytes of `text` that fit into `room` cells and end with a word; at least one
 * word. */
static uint32_t line_of(struct text text, uint32_t room)
{
	uint32_t fits = 0, at = 0;

	while (at < text.bytes) {
		while (at < text.bytes && text.at[at] == ' ')
			at++;
		while (at < text.bytes && text.at[at] != ' ')
			at++;
		if (fits > 0 && term_width((struct text){text.at, at}) > room)
			break;
		fits = at;
	}
	return fits;
}

/* A text that begins in column `from` and goes on below itself. */
static void print_wrapped(struct term *t, struct arena *a,
			  enum term_style style, struct text text,
			  uint32_t from)
{
	uint32_t room = t->columns > from ? t->columns - from : 0;

	while (room >= ROOM_LEAST && term_width(text) > room) {
		uint32_t n = line_of(text, room);
		const char *line = arena_text(a, text.at, n);

		if (line == NULL)
			return;
		term_style(t, style, line);
		while (n < text.bytes && text.at[n] == ' ')
			n++;
		text = (struct text){text.at + n, text.bytes - n};
		if (text.bytes == 0)
			return;
		buf_add_char(&t->buf, '\n');
		for (uint32_t i = 0; i < from; i++)
			buf_add_char(&t->buf, ' ');
	}
	term_style(t, style, text.at);
}

static void print_row(const struct term_table *tab, const struct term_row *row,
		      const uint32_t *widths, struct term *t)
{
	uint32_t owed = 0; /* blanks due before the next text */
	uint32_t from = tab->indent != NULL ? (uint32_t)strlen(tab->indent) : 0;

	if (tab->indent != NULL)
		buf_add_text(&t->buf, tab->indent);
	for (uint32_t i = 0; i < row->count; i++) {
		struct text text = row->cells[i].text;

		if (widths[i] == 0)
			continue;
		if (text.bytes > 0) {
			for (; owed > 0; owed--)
				buf_add_char(&t->buf, ' ');
			if (i + 1 == tab->columns)
				print_wrapped(t, tab->a, row->cells[i].style,
					text, from);
			else
				term_style(t, row->cells[i].style, text.at);
		}
		from += widths[i] + 2;
		owed += widths[i] - term_width(text) + 2;
	}
	buf_add_char(&t->buf, '\n');
}

void table_print(struct term_table *tab, struct term *t)
{
	uint32_t widths[TERM_COLUMNS] = { 0 };

	for (struct term_row *r = tab->first; r != NULL; r = r->next)
		for (uint32_t i = 0; i < r->count; i++) {
			uint32_t w = term_width(r->cells[i].text);

			if (w > widths[i])
				widths[i] = w;
		}
	for (struct term_row *r = tab->first; r != NULL; r = r->next)
		print_row(tab, r, widths, t);
	tab->first = tab->last = NULL;
}
