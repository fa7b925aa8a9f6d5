/*
 * A sign of life beside the database, data/alive, touched every minute while
 * somebody serves the folder: from its time the next start knows how long
 * nobody did. A real clock only; nothing depends on it but that number, and
 * that is journalled (outage.ended).
 */
#include "rooftop/rooftop_inside.h"

#include "base/clock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEAT_MS 60000

static bool path_of(const struct rooftop *r, char out[4096])
{
	int n = snprintf(out, 4096, "%s/data/alive", r->dir);

	return n > 0 && n < 4096;
}

int64_t heartbeat_last(const struct rooftop *r)
{
	char path[4096];
	struct stat st;

	if (!path_of(r, path) || stat(path, &st) != 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000 +
		st.st_mtim.tv_nsec / 1000000;
}

void heartbeat_beat(struct rooftop *r)
{
	int64_t now = clock_wall_ms();
	char path[4096];
	int fd;

	if (r->manual || (now < r->beat_ms + BEAT_MS && now >= r->beat_ms) ||
		!path_of(r, path))
		return;
	r->beat_ms = now;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return; /* then the journal's last event must do */
	futimens(fd, NULL);
	close(fd);
}

int64_t heartbeat_next_ms(const struct rooftop *r)
{
	return r->manual ? INT64_MAX : r->beat_ms + BEAT_MS;
}
