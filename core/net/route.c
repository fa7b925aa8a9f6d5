#include "net/route.h"

#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes n bytes into out (room for n); length, or -1 when broken. */
static long decode(const char *at, size_t n, bool plus, char *out)
{
	size_t i;
	long made = 0;
	int high, low;

	for (i = 0; i < n; i++) {
		char c = at[i];

		if (c == '+' && plus)
			c = ' ';
		if (c == '%') {
			high = i + 2 < n ? hex_digit(at[i + 1]) : -1;
			low = i + 2 < n ? hex_digit(at[i + 2]) : -1;
			if (high < 0 || low < 0 || (high | low) == 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[made++] = c;
	}
	return made;
}

struct segment {
	const char *at;
	size_t n;
};

/* Takes "/segment" off the front. */
static bool next_segment(const char **rest, struct segment *out)
{
	if (**rest != '/')
		return false;
	out->at = ++*rest;
	out->n = strcspn(out->at, "/");
	*rest += out->n;
	return true;
}

static bool take_param(struct route_match *m, size_t *used, struct segment s)
{
	char *to = m->space + *used;
	long n;

	if (m->param_count == ROUTE_PARAMS ||
		s.n + 1 > ROUTE_SPACE_BYTES - *used)
		return false;
	n = decode(s.at, s.n, false, to);
	if (n < 0)
		return false;
	to[n] = '\0';
	*used += (size_t)n + 1;
	m->params[m->param_count++] = to;
	return true;
}

/* Fills params; ROUTE_FOUND here means that the pattern fits. */
static enum route_result fit(
	const char *pattern, const char *path, struct route_match *m)
{
	struct segment want, have;
	size_t used = 0;

	m->param_count = 0;
	while (next_segment(&pattern, &want)) {
		if (!next_segment(&path, &have))
			return ROUTE_NO_PATH;
		if (want.n > 1 && want.at[0] == '{') {
			if (have.n == 0)
				return ROUTE_NO_PATH;
			if (!take_param(m, &used, have))
				return ROUTE_BAD;
		} else if (want.n != have.n ||
			   memcmp(want.at, have.at, want.n) != 0) {
			return ROUTE_NO_PATH;
		}
	}
	return *path == '\0' ? ROUTE_FOUND : ROUTE_NO_PATH;
}

static void allow_also(struct route_match *m, const char *method)
{
	size_t n = strlen(m->allow);

	if (strstr(m->allow, method) == NULL)
		snprintf(m->allow + n, sizeof(m->allow) - n, "%s%s",
			n ? ", " : "", method);
	if (strcmp(method, "GET") == 0)
		allow_also(m, "HEAD");
}

enum route_result route_find(const struct route *rows, size_t count,
	const char *method, const char *path, struct route_match *match)
{
	const char *served = strcmp(method, "HEAD") == 0 ? "GET" : method;
	enum route_result r = ROUTE_NO_PATH;
	enum route_result one;
	size_t i;

	match->route = NULL;
	match->allow[0] = '\0';
	for (i = 0; i < count; i++) {
		one = fit(rows[i].pattern, path, match);
		if (one == ROUTE_NO_PATH)
			continue;
		if (one == ROUTE_BAD)
			return ROUTE_BAD;
		if (strcmp(rows[i].method, served) == 0) {
			match->route = &rows[i];
			return ROUTE_FOUND;
		}
		r = ROUTE_NO_METHOD;
		allow_also(match, rows[i].method);
	}
	return r;
}

fl_status route_query(const char *query, const char *name, struct buf *out)
{
	size_t name_n = strlen(name);
	char *space = NULL;
	size_t n;
	long made;

	for (; *query != '\0'; query += n + (query[n] == '&')) {
		n = strcspn(query, "&");
		if (n < name_n || memcmp(query, name, name_n) != 0 ||
			(n > name_n && query[name_n] != '='))
			continue;
		if (n == name_n)
			return FL_OK; /* there, and empty */
		query += name_n + 1;
		n -= name_n + 1;
		space = malloc(n + 1);
		if (space == NULL)
			return FL_NOMEM;
		made = decode(query, n, true, space);
		if (made > 0)
			buf_add(out, space, (size_t)made);
		free(space);
		if (made < 0)
			return FL_INVALID;
		return out->failed ? FL_LIMIT : FL_OK;
	}
	return FL_NOT_FOUND;
}

void route_encode(struct buf *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				    "qrstuvwxyz0123456789-._~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buf_add_char(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}
