#include "base/digest.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <=
		       sizeof(struct digest_stream),
	"digest_stream.opaque is too small");
_Static_assert(_Alignof(crypto_generichash_state) <=
		       _Alignof(struct digest_stream),
	"digest_stream.opaque is not aligned enough");

void digest_init(void)
{
	REQUIRE(sodium_init() >= 0);
}

void digest_of(const void *bytes, size_t n, struct digest *out)
{
	crypto_generichash(out->at, sizeof(out->at), bytes, n, NULL, 0);
}

static crypto_generichash_state *state_of(struct digest_stream *s)
{
	return (void *)s->opaque;
}

void digest_begin(struct digest_stream *s)
{
	crypto_generichash_init(state_of(s), NULL, 0, DIGEST_BYTES);
}

void digest_add(struct digest_stream *s, const void *bytes, size_t n)
{
	crypto_generichash_update(state_of(s), bytes, n);
}

void digest_end(struct digest_stream *s, struct digest *out)
{
	crypto_generichash_final(state_of(s), out->at, sizeof(out->at));
}

void digest_hex(const struct digest *d, char out[DIGEST_HEX])
{
	sodium_bin2hex(out, DIGEST_HEX, d->at, sizeof(d->at));
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return sodium_memcmp(a->at, b->at, sizeof(a->at)) == 0;
}
