#include "base/phone.h"

#include <ctype.h>

#define DIGITS_MAX 15 /* E.164, country code included */
#define DIGITS_MIN 8

/* What a country's numbers look like behind its calling code. */
struct plan {
	const char *code;     /* calling code */
	uint32_t least, most; /* digits of a national number, no trunk digit */
	bool trunk;	      /* dialled inside the country with a 0 in front */
};

static const struct plan plans[] = {
	{"31", 9, 9, true},
	{"32", 8, 9, true},
	{"33", 9, 9, true},
	{"44", 9, 10, true},
	{"49", 6, 11, true},
	{"1", 10, 10, false},
};

/* A country not in the table. */
static const struct plan plan_other = {"", 6, 12, true};

static const struct plan *plan_of(const char *code)
{
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		if (strcmp(plans[i].code, code) == 0)
			return &plans[i];
	}
	return &plan_other;
}

static bool national_fits(const struct plan *p, const char *digits, size_t n)
{
	if (n < p->least || n > p->most || digits[0] == '0')
		return false;
	/* North America: neither area nor exchange begins with 0 or 1. */
	if (strcmp(p->code, "1") == 0)
		return digits[0] >= '2' && digits[3] >= '2';
	return true;
}

/* Writes "+<code><national>" when the national part fits the plan. */
static bool put_national(
	const char *code, const char *digits, size_t n, char out[PHONE_E164])
{
	size_t code_bytes = strlen(code);

	if (!national_fits(plan_of(code), digits, n) ||
		code_bytes + n > DIGITS_MAX || code_bytes + n < DIGITS_MIN)
		return false;
	snprintf(out, PHONE_E164, "+%s%.*s", code, (int)n, digits);
	return true;
}

static bool put_international(
	const char *digits, size_t n, char out[PHONE_E164])
{
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		size_t code = strlen(plans[i].code);

		if (n <= code || strncmp(digits, plans[i].code, code) != 0)
			continue;
		digits += code;
		n -= code;
		if (plans[i].trunk && digits[0] == '0') {
			digits++;
			n--;
		}
		return put_national(plans[i].code, digits, n, out);
	}
	if (n < DIGITS_MIN || n > DIGITS_MAX || digits[0] == '0')
		return false;
	snprintf(out, PHONE_E164, "+%.*s", (int)n, digits);
	return true;
}

static bool put_dialled(
	const char *country, const char *digits, size_t n, char out[PHONE_E164])
{
	const struct plan *p = plan_of(country);
	size_t code = strlen(country);

	if (p->trunk && digits[0] == '0')
		return put_national(country, digits + 1, n - 1, out);
	if (n > code && strncmp(digits, country, code) == 0 &&
		put_national(country, digits + code, n - code, out))
		return true;
	if (!p->trunk)
		return put_national(country, digits, n, out);
	/* A spreadsheet ate the 0 of a Dutch mobile number. */
	if (strcmp(country, "31") == 0 && digits[0] == '6')
		return put_national(country, digits, n, out);
	return false;
}

/* Digits into `digits`; *plus when an international prefix came first. Returns
 * how many, 0 when there are none or too many. */
static size_t collect(struct text raw, char digits[DIGITS_MAX + 4], bool *plus)
{
	size_t n = 0;

	*plus = false;
	for (uint32_t i = 0; i < raw.bytes; i++) {
		unsigned char c = (unsigned char)raw.at[i];

		if (isdigit(c)) {
			if (n == DIGITS_MAX + 3)
				return 0;
			digits[n++] = (char)c;
		} else if (c == '+' && n == 0) {
			*plus = true;
		} else if (c == '+' || (isalpha(c) && n > 0)) {
			break;
		}
	}
	digits[n] = '\0';
	return n;
}

bool phone_e164(struct text raw, const char *country, char out[PHONE_E164])
{
	char digits[DIGITS_MAX + 4];
	bool plus = false;
	size_t n = collect(raw, digits, &plus);

	out[0] = '\0';
	if (n == 0)
		return false;
	if (!plus && n > 2 && digits[0] == '0' && digits[1] == '0')
		return put_international(digits + 2, n - 2, out);
	if (plus)
		return put_international(digits, n, out);
	if (country == NULL || country[0] == '\0')
		return false;
	return put_dialled(country, digits, n, out);
}

uint32_t phone_digits(struct text raw)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < raw.bytes; i++)
		n += isdigit((unsigned char)raw.at[i]) != 0;
	return n;
}
