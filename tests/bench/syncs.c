/*
 * syncs.so - put before a program by LD_PRELOAD: counts fsync and fdatasync
 * in the file that FL_BENCH_SYNCS names, eight bytes, as they happen. With
 * FL_BENCH_SYNC_US each becomes a sleep of so many microseconds: one modelled
 * disk without noise.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static uint64_t *counter;
static long sync_us = -1;

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FL_BENCH_SYNCS");
	const char *us = getenv("FL_BENCH_SYNC_US");
	int fd = path != NULL ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)
			      : -1;
	void *at;

	if (us != NULL)
		sync_us = strtol(us, NULL, 10);
	if (fd < 0)
		return;
	if (ftruncate(fd, sizeof(*counter)) == 0) {
		at = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0);
		if (at != MAP_FAILED)
			counter = at;
	}
	close(fd);
}

static int counted(const char *name, int fd)
{
	struct timespec t = {.tv_sec = sync_us / 1000000,
		.tv_nsec = sync_us % 1000000 * 1000};
	union {
		void *symbol;
		int (*call)(int fd);
	} real;

	if (counter != NULL)
		__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
	if (sync_us >= 0)
		return nanosleep(&t, NULL);
	real.symbol = dlsym(RTLD_NEXT, name);
	return real.call(fd);
}

int fsync(int fd)
{
	return counted("fsync", fd);
}

int fdatasync(int fd)
{
	return counted("fdatasync", fd);
}
