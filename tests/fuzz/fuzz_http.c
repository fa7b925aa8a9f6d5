/*
 * fuzz_http.c - libFuzzer target: bytes from the network into messages.
 * The first byte chooses requests or answers and where the rest is cut. Cut or
 * whole, the parser must tell the same story; texts must lie in the head.
 */
#include "net/http_parse.h"

#include <string.h>

enum { INPUT_MAX = 4096 };

struct story {
	uint64_t hash; /* of everything told, in order */
	uint64_t body_bytes;
	uint32_t heads, wholes;
	enum http_parse_result last;
	int status;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void mix(struct story *st, const void *at, size_t n)
{
	const unsigned char *c = at;

	for (; n > 0; n--)
		st->hash = (st->hash ^ *c++) * 1099511628211u;
}

static void mix_text(
	struct story *st, const struct http_head *h, const char *text)
{
	size_t n = strlen(text);

	/* empty ones may be static */
	REQUIRE(n == 0 || (text >= h->bytes.at &&
				  text + n <= h->bytes.at + h->bytes.len));
	mix(st, text, n + 1);
}

static bool on_head(void *ctx, struct http_head *h)
{
	struct story *st = ctx;
	uint32_t i;

	st->heads++;
	mix(st, h->method, strlen(h->method));
	mix_text(st, h, h->target);
	REQUIRE(h->field_count <= HTTP_FIELDS_MAX);
	for (i = 0; i < h->field_count; i++) {
		REQUIRE(h->fields[i].name[0] != '\0');
		mix_text(st, h, h->fields[i].name);
		mix_text(st, h, h->fields[i].value);
	}
	REQUIRE(!(h->chunked && h->has_length));
	mix(st, &h->length, sizeof(h->length));
	mix(st, &h->keep_alive, sizeof(h->keep_alive));
	return true;
}

static bool on_body(void *ctx, const char *at, size_t n)
{
	struct story *st = ctx;

	st->body_bytes += n;
	mix(st, at, n);
	return true;
}

static const struct http_parse_calls calls = {on_head, on_body};

static struct story tell(bool request, const char *at, size_t n, size_t step)
{
	struct story st = {.hash = 14695981039346656037u};
	struct http_parse *p =
		http_parse_new(request, &calls, &st, INPUT_MAX / 2, 16);
	char *part = NULL;
	size_t size, used, i;

	REQUIRE(p != NULL);
	while (n > 0 && st.last != HTTP_PARSE_BAD) {
		size = n < step ? n : step;
		part = malloc(size); /* so that reading past it is seen */
		REQUIRE(part != NULL);
		memcpy(part, at, size);
		for (i = 0; i < size; i += used) {
			st.last = http_parse_feed(p, part + i, size - i, &used);
			REQUIRE(used <= size - i);
			if (st.last == HTTP_PARSE_BAD)
				break;
			REQUIRE(used > 0);
			st.wholes += st.last == HTTP_PARSE_DONE;
		}
		free(part);
		at += size;
		n -= size;
	}
	st.status = http_parse_status(p);
	if (st.last != HTTP_PARSE_BAD)
		http_parse_eof(p);
	http_parse_free(p);
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct story whole, cut;
	const char *at = (const char *)data;
	bool request;
	size_t step;

	if (n < 2 || n > INPUT_MAX)
		return 0;
	request = (data[0] & 1) == 0;
	step = (size_t)(data[0] >> 1) % 32 + 1;
	whole = tell(request, at + 1, n - 1, n);
	cut = tell(request, at + 1, n - 1, step);
	REQUIRE(whole.heads == cut.heads);
	REQUIRE(whole.wholes == cut.wholes);
	REQUIRE(whole.status == cut.status);
	if (whole.last != HTTP_PARSE_BAD) {
		REQUIRE(whole.hash == cut.hash);
		REQUIRE(whole.body_bytes == cut.body_bytes);
	}
	return 0;
}
