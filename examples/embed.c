/*
 * A host of one's own on libfairlead: opens a dealership folder (makes it when
 * it is not there), posts a lead, prints what came of it and somebody's list.
 *
 *	cc embed.c $(pkg-config --cflags --libs fairlead) -o embed
 *	./embed shop
 */
#include <fairlead.h>

#include <stdio.h>
#include <string.h>

static void on_event(void *ctx, const char *json, size_t bytes)
{
	(void)ctx;
	printf("committed: %.*s\n", (int)bytes, json);
}

struct answer {
	int came;
	fl_status status;
};

static void on_answer(void *ctx, fl_status status, const char *json,
		      size_t bytes)
{
	struct answer *answer = ctx;

	answer->came = 1;
	answer->status = status;
	printf("%s: %.*s\n", fl_status_name(status), (int)bytes, json);
}

/* Polls until the answer came; it never comes inside fl_post() or fl_ask(). */
static fl_status wait_for(fl_rooftop *shop, const struct answer *answer)
{
	fl_status s = FL_OK;

	while (s == FL_OK && !answer->came)
		s = fl_poll(shop, 1000);
	return s == FL_OK ? answer->status : s;
}

int main(int argc, char **argv)
{
	static const char lead[] =
		"{\"type\":\"lead.received\",\"source\":\"embed\","
		"\"id\":\"lead-1\",\"data\":{\"channel\":\"phone\","
		"\"customer\":{\"name\":\"Sofie Peeters\","
		"\"phone\":\"0612345678\"}}}";
	const char *dir = argc > 1 ? argv[1] : "shop";
	struct fl_options options = { .size = sizeof(options),
		.on_event = on_event };
	struct fl_error err = { FL_OK, "" };
	fl_rooftop *shop = NULL;
	struct answer posted = { 0 }, asked = { 0 };
	fl_status s;

	s = fl_init(dir, 0, &err);
	if (s == FL_OK || s == FL_CONFLICT) /* there already */
		s = fl_open(dir, &options, &shop, &err);
	if (s != FL_OK) {
		fprintf(stderr, "%s: %s\n", fl_status_name(s), err.text);
		return 1;
	}
	s = fl_post(shop, lead, strlen(lead), on_answer, &posted);
	if (s == FL_OK)
		s = wait_for(shop, &posted);
	if (s == FL_OK)
		s = fl_ask(shop, "today", NULL, on_answer, &asked);
	if (s == FL_OK)
		s = wait_for(shop, &asked);
	fl_close(shop);
	puts(s == FL_OK ? "done" : fl_status_name(s));
	return s == FL_OK ? 0 : 1;
}
