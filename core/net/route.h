/*
 * route.h - which handler a request is for: a table of method and pattern.
 * Patterns are segments, "/v1/deals/{who}"; {name} takes one segment, percent
 * codes in it are undone after cutting, so that "a%2Fb" is one parameter. The
 * first row that fits wins. HEAD is served by GET's row. Decoded texts hold no
 * NUL but need not be UTF-8. Pure, any thread.
 */
#pragma once

#include "base/buf.h"

struct route {
	const char *method;  /* "GET" */
	const char *pattern; /* "/v1/tasks/{task}/answer" */
	int id;		     /* the caller's: which handler */
};

enum route_result {
	ROUTE_FOUND,
	ROUTE_NO_PATH,	 /* 404 */
	ROUTE_NO_METHOD, /* 405: `allow` names the methods there are */
	ROUTE_BAD	 /* 400: broken percent code, NUL, too long */
};

enum { ROUTE_PARAMS = 4, ROUTE_SPACE_BYTES = 2048 };

struct route_match {
	const struct route *route; /* borrowed row; NULL unless found */
	uint32_t param_count;
	const char *params[ROUTE_PARAMS]; /* in order, decoded, into space */
	char allow[64];			  /* "GET, HEAD, POST" */
	char space[ROUTE_SPACE_BYTES];
};

enum route_result route_find(const struct route *rows, size_t count,
	const char *method, const char *path, struct route_match *match);

/* First value of `name` in a query ("a=1&b=x+y"), decoded, added to out.
 * FL_OK; FL_NOT_FOUND; FL_INVALID: broken percent code or NUL; FL_LIMIT. */
fl_status route_query(const char *query, const char *name, struct buf *out);
/* Adds text percent-coded, so that it is one segment or query value. */
void route_encode(struct buf *out, const char *text);
