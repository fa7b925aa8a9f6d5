/*
 * check ROOFTOP EXPECT - exits with 1 unless the rooftop's database holds what
 * the dealer day must leave behind.
 */
#include "totals.h"

int main(int argc, char **argv)
{
	struct totals is, expected;

	if (argc != 3)
		bench_fail(false, "usage: check ROOFTOP EXPECT");
	totals_count(argv[1], &is);
	totals_read(argv[2], &expected);
	totals_compare(&is, &expected);
	return 0;
}
