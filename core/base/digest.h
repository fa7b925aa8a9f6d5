/*
 * digest.h - content hashes (BLAKE2b, libsodium; the crypto seam). Any thread
 * after digest_init().
 */
#pragma once

#include "base/status.h"

#define DIGEST_BYTES 32
#define DIGEST_HEX 65 /* with NUL */

struct digest {
	unsigned char at[DIGEST_BYTES];
};

struct digest_stream {
	_Alignas(64) unsigned char opaque[384];
};

void digest_init(void); /* once, before threads start */
void digest_of(const void *bytes, size_t n, struct digest *out);
void digest_begin(struct digest_stream *s);
void digest_add(struct digest_stream *s, const void *bytes, size_t n);
void digest_end(struct digest_stream *s, struct digest *out);
void digest_hex(const struct digest *d, char out[DIGEST_HEX]);
bool digest_equal(const struct digest *a, const struct digest *b);
