#include "base/status.h"

#include <stdarg.h>
#include <string.h>

/* Length of the longest prefix of `n` bytes that ends with a whole character;
 * looks back over one unfinished sequence at most. */
static size_t whole_characters(const char *text, size_t n)
{
	size_t lead = n, want;
	unsigned char c;

	while (lead > 0 && n - lead < 4 &&
		((unsigned char)text[lead - 1] & 0xC0) == 0x80)
		lead--;
	if (lead == 0)
		return n;
	c = (unsigned char)text[lead - 1];
	want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
	return lead - 1 + want > n ? lead - 1 : n;
}

fl_status status_fail(struct fl_error *err, fl_status s, const char *fmt, ...)
{
	struct fl_error made = {.status = s}; /* arguments may lie in *err */
	va_list ap;
	int n;

	if (err == NULL)
		return s;
	va_start(ap, fmt);
	n = vsnprintf(made.text, sizeof(made.text), fmt, ap);
	va_end(ap);
	if (n < 0)
		made.text[0] = '\0';
	else if ((size_t)n >= sizeof(made.text))
		made.text[whole_characters(
			made.text, sizeof(made.text) - 1)] = '\0';
	*err = made;
	return s;
}

void status_require_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "fairlead: %s:%d: requirement failed: %s\n", file, line,
		what);
	abort();
}

const char *fl_status_name(fl_status status)
{
	switch (status) {
	case FL_OK:
		return "FL_OK";
	case FL_NOMEM:
		return "FL_NOMEM";
	case FL_INVALID:
		return "FL_INVALID";
	case FL_NOT_FOUND:
		return "FL_NOT_FOUND";
	case FL_CONFLICT:
		return "FL_CONFLICT";
	case FL_DENIED:
		return "FL_DENIED";
	case FL_LIMIT:
		return "FL_LIMIT";
	case FL_STORAGE:
		return "FL_STORAGE";
	case FL_UNKNOWN:
		return "FL_UNKNOWN";
	case FL_FATAL:
		return "FL_FATAL";
	}
	return "FL_?";
}
