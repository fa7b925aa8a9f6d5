/*
 * `fairlead --checker`: the child that runs rules to answer one question. It
 * holds itself to limits that nothing it runs can lift, reads one request from
 * descriptor 0 until its end, writes one reply to descriptor 1 and ends. Rules
 * that hang or eat memory end it, never the one who asked.
 */
#include "app/checkers.h"

#include "base/log.h"
#include "base/priority.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

static void limit(__rlimit_resource_t what, rlim_t soft, rlim_t hard)
{
	const struct rlimit to = {soft, hard};

	setrlimit(what, &to); /* refused: a lower one is in force */
}

static void hold_back(void)
{
	limit(RLIMIT_CPU, CHECKER_CPU_S, CHECKER_CPU_S + 1);
	limit(RLIMIT_CORE, 0, 0);
	limit(RLIMIT_NOFILE, 64, 64);
#ifndef SANITIZED /* whose shadow takes terabytes of addresses */
	limit(RLIMIT_AS, (rlim_t)CHECKER_MEMORY_MB << 20,
		(rlim_t)CHECKER_MEMORY_MB << 20);
#endif
	alarm(CHECKER_WALL_S);
	priority_below(PRIORITY_CHILD); /* facts come first */
}

static bool read_all(struct buf *into)
{
	char space[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, space, sizeof(space))) != 0) {
		if (n > 0)
			buf_add(into, space, (size_t)n);
		else if (errno != EINTR)
			return false;
	}
	return !into->failed;
}

static bool write_all(const struct buf *from)
{
	size_t done = 0;
	ssize_t n;

	while (done < from->len) {
		n = write(STDOUT_FILENO, from->at + done, from->len - done);
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return false;
	}
	return !from->failed;
}

int checker_main(void)
{
	struct buf request, reply;
	bool done;

	log_level_set(LOG_ERROR);
	hold_back();
	buf_init(&request, CHECKER_BYTES);
	buf_init(&reply, CHECKER_BYTES);
	done = read_all(&request);
	if (done) {
		checker_answer(&request, &reply);
		done = write_all(&reply);
	}
	buf_deinit(&request);
	buf_deinit(&reply);
	return done ? 0 : 1;
}
