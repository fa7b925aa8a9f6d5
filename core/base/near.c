#include "base/near.h"

#define NAME_MAX_BYTES 64

static int fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Damerau-Levenshtein (optimal alignment); both at most NAME_MAX_BYTES. */
static int distance(const char *a, size_t na, const char *b, size_t nb)
{
	int rows[3][NAME_MAX_BYTES + 1];
	int *two_up = rows[0], *up = rows[1], *row = rows[2], *spare;
	size_t i, j;

	for (j = 0; j <= nb; j++)
		up[j] = (int)j;
	for (i = 1; i <= na; i++) {
		row[0] = (int)i;
		for (j = 1; j <= nb; j++) {
			int same = fold(a[i - 1]) == fold(b[j - 1]);

			row[j] = least(least(row[j - 1], up[j]) + 1,
				up[j - 1] + !same);
			if (i > 1 && j > 1 &&
				fold(a[i - 1]) == fold(b[j - 2]) &&
				fold(a[i - 2]) == fold(b[j - 1]))
				row[j] = least(row[j], two_up[j - 2] + 1);
		}
		spare = two_up;
		two_up = up;
		up = row;
		row = spare;
	}
	return up[nb];
}

int near_name(const char *wrong, const char *const *names, size_t n)
{
	size_t len = strlen(wrong), i;
	int best = -1, best_distance = 0;

	if (len == 0 || len > NAME_MAX_BYTES)
		return -1;
	for (i = 0; i < n && i < INT32_MAX; i++) {
		size_t other = strlen(names[i]);
		int d;

		if (other > NAME_MAX_BYTES)
			continue;
		d = distance(wrong, len, names[i], other);
		if ((size_t)d * 3 > (len > other ? len : other))
			continue;
		if (best < 0 || d < best_distance) {
			best = (int)i;
			best_distance = d;
		}
	}
	return best;
}
