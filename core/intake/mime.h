/*
 * mime.h - e-mail (RFC 822 headers, RFC 2045 multipart) into the parts that
 * can hold a lead. Attachments of other kinds are skipped unread. All memory
 * is the arena's. Any thread.
 */
#pragma once

#include "base/value.h"

enum mime_rank {
	MIME_XML, /* application/xml, text/xml, application/x-adf, *.xml */
	MIME_PLAIN,
	MIME_HTML,
	MIME_OTHER /* never in the list */
};

struct mime_part {
	enum mime_rank rank;
	const char *bytes; /* transfer encoding undone, character set as sent */
	size_t n;
};

struct mime_parts {
	struct mime_part *items; /* in the mail's order */
	uint32_t count, cap;
	uint32_t seen; /* leaves of any kind */
	bool dutch;    /* given by the caller: language of what is wrong */
};

/* True when `bytes` begin with the headers of an e-mail. */
bool mime_present(const char *bytes, size_t n);

/* Walks all parts, forwarded mails too; of *out only `dutch` counts before. FL_LIMIT: more parts or deeper than
 * intake.h allows; FL_NOMEM. */
fl_status mime_read(struct arena *a, const char *bytes, size_t n,
	struct mime_parts *out, struct fl_error *err);
