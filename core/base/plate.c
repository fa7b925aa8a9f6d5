#include "base/plate.h"

#include <ctype.h>

#define PLATE_LENGTH (PLATE_BARE - 1)

/* Index + 1 is the number the registration authority gives the layout. */
static const char *const layouts[] = {
	"AA9999",
	"9999AA",
	"99AA99",
	"AA99AA",
	"AAAA99",
	"99AAAA",
	"99AAA9",
	"9AAA99",
	"AA999A",
	"A999AA",
	"AAA99A",
	"A99AAA",
	"9AA999",
	"999AA9",
};

static int layout_of(const char bare[PLATE_BARE])
{
	char shape[PLATE_BARE] = {0};

	for (int i = 0; i < PLATE_LENGTH; i++)
		shape[i] = isdigit((unsigned char)bare[i]) ? '9' : 'A';
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (strcmp(shape, layouts[i]) == 0)
			return (int)i + 1;
	}
	return 0;
}

int plate_bare(struct text raw, char out[PLATE_BARE])
{
	char bare[PLATE_BARE] = {0};
	int n = 0, layout = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < raw.bytes; i++) {
		unsigned char c = (unsigned char)raw.at[i];

		if (c == ' ' || c == '-' || c == '.' || c == '\t')
			continue;
		if (c >= 128 || !isalnum(c) || n == PLATE_LENGTH)
			return 0;
		bare[n++] = (char)toupper(c);
	}
	if (n == PLATE_LENGTH)
		layout = layout_of(bare);
	if (layout != 0)
		memcpy(out, bare, PLATE_BARE);
	return layout;
}

bool plate_print(const char *bare, char out[PLATE_PRINT])
{
	char plate[PLATE_BARE];
	int n = 0, run = 0;

	if (plate_bare(text_of(bare), plate) == 0) {
		out[0] = '\0';
		return false;
	}
	for (int i = 0; i < PLATE_LENGTH; i++) {
		bool digit = isdigit((unsigned char)plate[i]) != 0;
		int ahead = 0;

		if (i > 0 &&
			digit != (isdigit((unsigned char)plate[i - 1]) != 0)) {
			out[n++] = '-';
			run = 0;
		} else if (run == 2) {
			while (i + ahead < PLATE_LENGTH &&
				digit == (isdigit((unsigned char)
							  plate[i + ahead]) !=
						 0))
				ahead++;
			if (ahead == 2)
				out[n++] = '-';
		}
		out[n++] = plate[i];
		run++;
	}
	out[n] = '\0';
	return true;
}
