#include "base/log.h"

#include "base/clock.h"
#include "base/zone.h"

#include <pthread.h>
#include <stdarg.h>
#include <unistd.h>

#define LINE_BYTES 8192
#define TEXT_BYTES 8000 /* of a line, escapes counted */

static struct {
	pthread_mutex_t lock;
	enum log_level least; /* entries below it are dropped */
	bool plain;           /* stderr is a terminal */
	void (*to)(const char *json, size_t bytes); /* NULL: stderr */
	struct buf *capture;  /* NULL: `to` */
} sink = {.lock = PTHREAD_MUTEX_INITIALIZER, .least = LOG_INFO};

void log_level_set(enum log_level least)
{
	pthread_mutex_lock(&sink.lock);
	sink.least = least;
	pthread_mutex_unlock(&sink.lock);
}

void log_plain(bool plain)
{
	pthread_mutex_lock(&sink.lock);
	sink.plain = plain;
	pthread_mutex_unlock(&sink.lock);
}

void log_to(void (*to)(const char *json, size_t bytes))
{
	pthread_mutex_lock(&sink.lock);
	sink.to = to;
	pthread_mutex_unlock(&sink.lock);
}

void log_capture(struct buf *into)
{
	pthread_mutex_lock(&sink.lock);
	sink.capture = into;
	pthread_mutex_unlock(&sink.lock);
}

/* Length of the longest prefix that stays within `most` bytes when escaped
 * and ends with a whole character. */
static size_t fitting(const char *text, size_t most)
{
	size_t i, cost = 0, whole = 0;

	for (i = 0; text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c & 0xC0) != 0x80)
			whole = i;
		/* a stray byte becomes U+FFFD: three bytes */
		cost += c < 0x20 || c == 0x7F ? 6
			: c == '"' || c == '\\' ? 2
			: c >= 0x80 ? 3 : 1;
		if (cost > most)
			return whole;
	}
	return i;
}

static void line_out(const struct buf *line)
{
	size_t done = 0;

	if (sink.capture != NULL) {
		buf_add(sink.capture, line->at, line->len);
		return;
	}
	if (sink.to != NULL) {
		sink.to(line->at, line->len - 1);
		return;
	}
	while (done < line->len) {
		ssize_t n = write(STDERR_FILENO, line->at + done,
			line->len - done);

		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

static void write_json(struct buf *line, const char *level, const char *where,
	const char *text)
{
	char at[40];

	zone_write_time(NULL, clock_wall_ms(), at, sizeof(at));
	buf_printf(line, "{\"at\":\"%s\",\"level\":\"%s\",\"where\":", at,
		level);
	value_write_text(line, where, fitting(where, 80));
	buf_add_text(line, ",\"text\":");
	value_write_text(line, text, fitting(text, TEXT_BYTES));
	buf_add(line, "}\n", 2);
}

/* What could steer the terminal becomes "?". */
static void write_plain(struct buf *line, const char *where, const char *text)
{
	size_t n = fitting(text, TEXT_BYTES);

	buf_printf(line, "fairlead: %.80s: ", where);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		buf_add_char(line, c < 0x20 || c == 0x7F ? '?' : text[i]);
	}
	buf_add_char(line, '\n');
}

void log_write(enum log_level level, const char *where, const char *fmt, ...)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	char text[LINE_BYTES], room[LINE_BYTES + 1];
	struct buf line = {
		.at = room, .cap = sizeof(room), .max = LINE_BYTES};
	va_list ap;

	pthread_mutex_lock(&sink.lock);
	if (level < sink.least)
		goto out;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	if (sink.plain && sink.to == NULL && sink.capture == NULL)
		write_plain(&line, where, text);
	else
		write_json(&line, names[level], where, text);
	line_out(&line);
out:
	pthread_mutex_unlock(&sink.lock);
}
