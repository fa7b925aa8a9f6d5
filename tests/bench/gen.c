/*
 * gen DEALS SEED DIR - writes the dealer day: DIR/events.ndjson, one event a
 * line as a client sends it, and DIR/expect, the totals a correct engine
 * reaches ("name number" a line).
 */
#include "day.h"

#include <stdlib.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static void write_totals(FILE *f, const struct day_totals *t)
{
	fprintf(f, "deals %lld\nseed %lld\nevents %lld\nmatches %lld\n"
		   "tasks %lld\ntimers_set %lld\ncancels %lld\npending %lld\n"
		   "checksum %lld\ndata_bytes %lld\nline_bytes %lld\n",
		(long long)t->deals, (long long)t->seed, (long long)t->events,
		(long long)t->matches, (long long)t->tasks,
		(long long)t->timers_set, (long long)t->cancels,
		(long long)t->pending, (long long)t->checksum,
		(long long)t->data_bytes, (long long)t->line_bytes);
}

int main(int argc, char **argv)
{
	struct day *d = NULL;
	FILE *events = NULL, *expect = NULL;
	struct day_turn t;
	struct day_totals sum;
	char path[4096], line[768];
	int code = 1;

	if (argc != 4) {
		fputs("usage: gen DEALS SEED DIR\n", stderr);
		return 2;
	}
	d = day_new((int)strtol(argv[1], NULL, 10),
		(int)strtol(argv[2], NULL, 10));
	snprintf(path, sizeof(path), "%s/events.ndjson", argv[3]);
	events = fopen(path, "w");
	snprintf(path, sizeof(path), "%s/expect", argv[3]);
	expect = fopen(path, "w");
	if (d == NULL || events == NULL || expect == NULL) {
		fail(path);
		goto out;
	}
	while (day_next(d, &t)) {
		day_line(&t.event, line, sizeof(line));
		fprintf(events, "%s\n", line);
	}
	sum = day_totals(d);
	write_totals(expect, &sum);
	code = ferror(events) || ferror(expect) ? fail(path) : 0;
out:
	if (events != NULL && fclose(events) != 0)
		code = fail("events.ndjson");
	if (expect != NULL && fclose(expect) != 0)
		code = fail("expect");
	day_free(d);
	return code;
}
