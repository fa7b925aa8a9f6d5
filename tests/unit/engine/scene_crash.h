/* A scene whose engine keeps a crash page: a file of its own for each test. */
#pragma once

#include "scene.h"

static char path[32];
static struct crash_page *page;

static int setup(void **state)
{
	struct fl_error err;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/fl-crash-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(crash_page_open(path, &page, &err), FL_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	crash_page_free(page);
	unlink(path);
	return 0;
}
