/*
 * load lines SOCKET EVENTS WINDOW [RATE [RULEFILE]] - sends a file of events as
 * one NDJSON body of POST /v1/events over a Unix socket and reads one answer
 * line each; at most WINDOW are unanswered. With RATE an open loop: event i is
 * due at i/RATE s, and its latency counts from then. With RULEFILE other rules
 * go live meanwhile: a second after the last ones did, a line is added to that
 * file and "reload" asked. Both are done here, because a shell that does them
 * takes more of two processors than they cost.
 * load posts SOCKET EVENTS CONNECTIONS - one event a request on so many
 * connections, each waiting for its answer. Connections are read in any order,
 * so an event waits until the one before it of the same deal is answered.
 * An answer that is no acceptance ends the run with 1. Prints events, per_s,
 * p50_us, p99_us, and of reloads reloads and reload_ms, the median of them.
 */
#include "bench.h"

#include "base/priority.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ROOM (1 << 20)
#define RELOAD_EVERY_S 1.0
#define CONNECTIONS_MOST 512

struct job {
	struct bench_lines lines;
	double *latency; /* time of sending, then the latency */
	size_t sent, answered;
	double rate;     /* 0: closed loop */
	double from;
};

static int connected(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(a.sun_path))
		bench_fail(false, "%s: too long", path);
	memcpy(a.sun_path, path, strlen(path) + 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		bench_fail(true, "%s", path);
	return fd;
}

static void write_all(int fd, const char *at, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, at, n);

		if (w < 0)
			bench_fail(true, "write");
		at += w;
		n -= (size_t)w;
	}
}

static void answered(struct job *j, const char *line, size_t n)
{
	if (j->answered >= j->sent)
		bench_fail(false, "more answers than events: %.*s", (int)n,
			line);
	if (memmem(line, n, "\"number\":", 9) == NULL ||
		memmem(line, n, "\"misfit\":true", 13) != NULL)
		bench_fail(false, "event %zu was refused: %.*s",
			j->answered + 1, (int)n, line);
	j->latency[j->answered] = bench_now_s() - j->latency[j->answered];
	j->answered++;
}

static void tell(struct job *j)
{
	double wall = bench_now_s() - j->from;
	size_t n = j->lines.n;

	printf("events %zu\nper_s %.0f\np50_us %.0f\np99_us %.0f\n", n,
		(double)n / wall,
		bench_percentile(j->latency, n, 0.5) * 1e6,
		bench_percentile(j->latency, n, 0.99) * 1e6);
}

/* The body of an answer when all of it is there; NULL: not yet. */
static const char *body_of(const char *in, size_t n)
{
	const char *body = strstr(in, "\r\n\r\n");
	const char *length = strcasestr(in, "content-length:");

	if (body == NULL)
		return NULL;
	if (length == NULL || length > body)
		bench_fail(false, "no length: %s", in);
	body += 4;
	return n < (size_t)(body - in) + strtoul(length + 15, NULL, 10) ? NULL
									: body;
}

/* ---- lines: a chunked body out, a chunked body in ---- */

enum reading { HEAD, SIZE, BYTES, BYTES_END };

struct lines {
	enum reading at;
	char *in;  /* what has come and is not used yet */
	size_t n;
	size_t left; /* of the chunk */
	char line[8192];
	size_t n_line;
	char *out;
};

static size_t read_head(struct lines *s)
{
	char *end = memmem(s->in, s->n, "\r\n\r\n", 4);

	if (end == NULL)
		return 0;
	*end = '\0';
	if (strncmp(s->in, "HTTP/1.1 200 ", 13) != 0 ||
		strcasestr(s->in, "transfer-encoding: chunked") == NULL)
		bench_fail(false, "no 200 in chunks: %s\n%s", s->in, end + 4);
	s->at = SIZE;
	return (size_t)(end - s->in) + 4;
}

static size_t read_size(struct lines *s, const char *at, size_t n)
{
	const char *end = memchr(at, '\n', n);

	if (end == NULL)
		return 0;
	s->left = strtoul(at, NULL, 16);
	s->at = BYTES;
	return (size_t)(end - at) + 1;
}

static size_t read_bytes(struct job *j, struct lines *s, const char *at,
	size_t n)
{
	const char *end;

	if (n > s->left)
		n = s->left;
	end = memchr(at, '\n', n);
	if (end != NULL)
		n = (size_t)(end - at) + 1;
	if (s->n_line + n > sizeof(s->line))
		bench_fail(false, "an answer line is too long");
	memcpy(s->line + s->n_line, at, n);
	s->n_line += n;
	s->left -= n;
	if (end != NULL) {
		answered(j, s->line, s->n_line - 1);
		s->n_line = 0;
	}
	if (s->left == 0)
		s->at = BYTES_END;
	return n;
}

static void use(struct job *j, struct lines *s)
{
	size_t done = 0, n = 1;

	while (n > 0 && done < s->n) {
		const char *at = s->in + done;
		size_t left = s->n - done;

		if (s->at == HEAD)
			n = read_head(s);
		else if (s->at == SIZE)
			n = read_size(s, at, left);
		else if (s->at == BYTES)
			n = read_bytes(j, s, at, left);
		else if ((n = left >= 2 ? 2 : 0) > 0)
			s->at = SIZE;
		done += n;
	}
	memmove(s->in, s->in + done, s->n - done);
	s->n -= done;
}

/* ---- other rules meanwhile ---- */

struct reloads {
	FILE *file;
	int fd;
	bool busy;
	double due; /* of the next one, or when the one under way began */
	char in[65536];
	size_t n;
	double took[4096];
	size_t done;
};

static struct reloads *reloads_new(const char *socket, const char *file,
	double now)
{
	struct reloads *r = bench_alloc(1, sizeof(*r));

	r->file = fopen(file, "a");
	if (r->file == NULL)
		bench_fail(true, "%s", file);
	r->fd = connected(socket);
	r->due = now + RELOAD_EVERY_S / 2;
	return r;
}

static void reload_begin(struct reloads *r)
{
	static const char ask[] =
		"POST /v1/ask/reload HTTP/1.1\r\nHost: bench\r\n"
		"Content-Type: application/json\r\n"
		"Content-Length: 2\r\n\r\n{}";

	fprintf(r->file, "-- %zu\n", r->done);
	if (fflush(r->file) != 0)
		bench_fail(true, "the rule file");
	write_all(r->fd, ask, sizeof(ask) - 1);
	r->busy = true;
	r->n = 0;
}

static void reload_read(struct reloads *r, double now)
{
	ssize_t n = read(r->fd, r->in + r->n, sizeof(r->in) - 1 - r->n);
	const char *body;

	if (n <= 0)
		bench_fail(n < 0, "a reload got no answer");
	r->n += (size_t)n;
	r->in[r->n] = '\0';
	if ((body = body_of(r->in, r->n)) == NULL)
		return;
	if (strstr(body, "\"changed\":true") == NULL)
		bench_fail(false, "a reload was refused: %s", body);
	if (r->done < sizeof(r->took) / sizeof(r->took[0]))
		r->took[r->done++] = now - r->due;
	r->busy = false;
	r->due = now + RELOAD_EVERY_S;
}

static void reloads_end(struct reloads *r)
{
	if (r == NULL)
		return;
	if (r->done == 0)
		bench_fail(false, "no rules went live meanwhile");
	printf("reloads %zu\nreload_ms %.1f\n", r->done,
		bench_percentile(r->took, r->done, 0.5) * 1e3);
	fclose(r->file);
	close(r->fd);
	free(r);
}

/* ---- the run ---- */

/* One chunk of all lines that may go now; when the next one may, in s. */
static double send_more(struct job *j, struct lines *s, int fd, size_t window)
{
	char size[32];
	size_t n = 0;
	double now = bench_now_s(), due = now;
	int digits;

	while (j->sent < j->lines.n && j->sent - j->answered < window &&
		n < ROOM / 2) {
		size_t length = j->lines.length[j->sent];

		if (j->rate > 0)
			due = j->from + (double)j->sent / j->rate;
		if (due > now)
			break;
		memcpy(s->out + 32 + n, j->lines.at[j->sent], length);
		s->out[32 + n + length] = '\n';
		n += length + 1;
		j->latency[j->sent++] = due;
	}
	if (n > 0) {
		digits = snprintf(size, sizeof(size), "%zx\r\n", n);
		memcpy(s->out + 32 - digits, size, (size_t)digits);
		memcpy(s->out + 32 + n, "\r\n", 2);
		write_all(fd, s->out + 32 - digits, (size_t)digits + n + 2);
	}
	return due > now && j->sent < j->lines.n ? due - now : -1;
}

/* Waits for an answer, the next line's time or the next reload's. */
static bool lines_wait(struct reloads *r, int fd, double wait)
{
	struct pollfd p[2] = {{.fd = fd, .events = POLLIN},
		{.fd = -1, .events = POLLIN}};
	struct timespec t;
	double now = bench_now_s();

	if (r != NULL && !r->busy && r->due <= now) {
		r->due = now;
		reload_begin(r);
	}
	if (r != NULL && r->busy)
		p[1].fd = r->fd;
	else if (r != NULL && (wait < 0 || wait > r->due - now))
		wait = r->due - now;
	t = (struct timespec){.tv_sec = (time_t)wait,
		.tv_nsec = (long)((wait - (double)(time_t)wait) * 1e9)};
	if (ppoll(p, 2, wait < 0 ? NULL : &t, NULL) <= 0)
		return false;
	if (p[1].revents != 0)
		reload_read(r, bench_now_s());
	return p[0].revents != 0;
}

static void lines_run(struct job *j, const char *path, size_t window,
	const char *rules)
{
	static const char head[] =
		"POST /v1/events HTTP/1.1\r\nHost: bench\r\n"
		"Content-Type: application/x-ndjson\r\n"
		"Transfer-Encoding: chunked\r\n\r\n";
	struct lines s = {0};
	struct reloads *r = NULL;
	int fd = connected(path);

	s.in = bench_alloc(ROOM, 1);
	s.out = bench_alloc(ROOM + 64, 1);
	write_all(fd, head, sizeof(head) - 1);
	j->from = bench_now_s();
	if (rules != NULL)
		r = reloads_new(path, rules, j->from);
	while (j->answered < j->lines.n) {
		ssize_t n;

		if (!lines_wait(r, fd, send_more(j, &s, fd, window)))
			continue;
		n = read(fd, s.in + s.n, ROOM - s.n);
		if (n <= 0)
			bench_fail(n < 0, "the answers ended after %zu of %zu",
				j->answered, j->lines.n);
		s.n += (size_t)n;
		use(j, &s);
	}
	tell(j);
	reloads_end(r);
	write_all(fd, "0\r\n\r\n", 5);
	close(fd);
	free(s.in);
	free(s.out);
}

/* ---- posts: one request each ---- */

struct post {
	int fd;
	bool busy;
	size_t event;     /* under way, or the last one */
	const char *deal; /* of it */
	char in[8192];
	size_t n;
};

/* The deal an event is about: from here to the quote. */
static const char *deal_of(const struct job *j, size_t event)
{
	static const char key[] = "\"subject\":\"";
	const char *at = strstr(j->lines.at[event], key);

	if (at == NULL)
		bench_fail(false, "an event without a subject");
	return at + sizeof(key) - 1;
}

static void post_next(struct job *j, struct post *p)
{
	char out[4096];
	int n;

	p->event = j->sent++;
	p->deal = deal_of(j, p->event);
	p->busy = true;
	p->n = 0;
	n = snprintf(out, sizeof(out),
		"POST /v1/events HTTP/1.1\r\nHost: bench\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n"
		"%s",
		j->lines.length[p->event], j->lines.at[p->event]);
	if (n < 0 || (size_t)n >= sizeof(out))
		bench_fail(false, "event %zu is too long", p->event);
	j->latency[p->event] = bench_now_s();
	write_all(p->fd, out, (size_t)n);
}

/* Sends on every idle connection, as long as the next event may go. */
static void posts_more(struct job *j, struct post *all, size_t connections)
{
	for (size_t i = 0; i < connections; i++) {
		const char *deal;
		size_t n;

		if (all[i].busy)
			continue;
		if (j->sent == j->lines.n)
			return;
		deal = deal_of(j, j->sent);
		n = strcspn(deal, "\"") + 1;
		for (size_t k = 0; k < connections; k++)
			if (all[k].busy && memcmp(all[k].deal, deal, n) == 0)
				return;
		post_next(j, &all[i]);
	}
}

/* True when the answer is whole. */
static bool post_read(struct job *j, struct post *p)
{
	ssize_t n = read(p->fd, p->in + p->n, sizeof(p->in) - 1 - p->n);

	if (n <= 0)
		bench_fail(n < 0, "event %zu got no answer", p->event);
	p->n += (size_t)n;
	p->in[p->n] = '\0';
	if (body_of(p->in, p->n) == NULL)
		return false;
	if (strncmp(p->in, "HTTP/1.1 2", 10) != 0)
		bench_fail(false, "event %zu was refused: %s", p->event, p->in);
	j->latency[p->event] = bench_now_s() - j->latency[p->event];
	j->answered++;
	p->busy = false;
	return true;
}

static void posts_run(struct job *j, const char *path, size_t connections)
{
	struct post *all = bench_alloc(connections, sizeof(*all));
	struct epoll_event ready[64];
	int poller = epoll_create1(EPOLL_CLOEXEC);

	for (size_t i = 0; i < connections; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &all[i]};

		all[i].fd = connected(path);
		if (epoll_ctl(poller, EPOLL_CTL_ADD, all[i].fd, &e) != 0)
			bench_fail(true, "epoll");
	}
	j->from = bench_now_s();
	posts_more(j, all, connections);
	while (j->answered < j->lines.n) {
		int n = epoll_wait(poller, ready, 64, -1);

		if (n < 0 && errno != EINTR)
			bench_fail(true, "epoll");
		for (int i = 0; i < n; i++)
			if (post_read(j, ready[i].data.ptr))
				posts_more(j, all, connections);
	}
	tell(j);
	for (size_t i = 0; i < connections; i++)
		close(all[i].fd);
	close(poller);
	free(all);
}

int main(int argc, char **argv)
{
	struct job j = {0};
	size_t n;

	priority_prompt(PROMPT_WRITER); /* its clock waits for nobody */
	if (argc < 5 || (strcmp(argv[1], "lines") != 0 &&
				strcmp(argv[1], "posts") != 0))
		bench_fail(false, "usage: load lines SOCKET EVENTS WINDOW"
				  " [RATE [RULEFILE]] | load posts SOCKET EVENTS"
				  " CONNECTIONS");
	bench_lines_read(&j.lines, argv[3]);
	j.latency = bench_alloc(j.lines.n, sizeof(*j.latency));
	n = (size_t)bench_number(argv[4]);
	if (n < 1 || n > 4096)
		bench_fail(false, "window or connections: 1 to 4096");
	if (argc > 5)
		j.rate = (double)bench_number(argv[5]);
	if (strcmp(argv[1], "lines") == 0)
		lines_run(&j, argv[2], n, argc > 6 ? argv[6] : NULL);
	else if (n <= CONNECTIONS_MOST)
		posts_run(&j, argv[2], n);
	bench_lines_free(&j.lines);
	free(j.latency);
	return 0;
}
