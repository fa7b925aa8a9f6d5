#include "loop/process.h"
#include "loop/stream_uv.h"

#include <string.h>
#include <unistd.h>

struct process {
	uv_process_t uv;
	struct loop *loop;
	struct stream *ends[PROCESS_SLOTS]; /* not yet taken by the caller */
	void (*on_exit)(void *ctx, int code, int signum);
	void *ctx;
	bool running;
};

static void on_process_exit(uv_process_t *h, int64_t code, int signum)
{
	struct process *p = h->data;

	p->running = false;
	if (p->on_exit != NULL)
		p->on_exit(p->ctx, (int)code, signum);
}

static fl_status make_slots(struct process *p,
	const struct process_options *opt, uv_stdio_container_t *slots,
	struct fl_error *err)
{
	fl_status s = FL_OK;
	int i;

	for (i = 0; i < PROCESS_SLOTS && s == FL_OK; i++) {
		slots[i].flags = UV_IGNORE;
		if (opt->slot[i] == PROCESS_INHERIT) {
			slots[i].flags = UV_INHERIT_FD;
			slots[i].data.fd = i;
		} else if (opt->slot[i] == PROCESS_FD) {
			slots[i].flags = UV_INHERIT_FD;
			slots[i].data.fd = opt->fd[i];
		} else if (opt->slot[i] == PROCESS_PIPE) {
			s = stream_uv_new(p->loop, &p->ends[i], err);
			if (s != FL_OK)
				break;
			slots[i].flags = UV_CREATE_PIPE | UV_READABLE_PIPE |
					 UV_WRITABLE_PIPE;
			slots[i].data.stream = &p->ends[i]->uv.stream;
		}
	}
	return s;
}

/* Our binary's path; after an upgrade took it away, what still runs. */
static void own_binary(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);

	path[n > 0 ? n : 0] = '\0';
	if (n <= 0 || access(path, X_OK) != 0) /* "/usr/bin/x (deleted)" */
		snprintf(path, size, "/proc/self/exe");
}

fl_status process_spawn(struct loop *l, const struct process_options *opt,
	struct process **out, struct fl_error *err)
{
	uv_stdio_container_t slots[PROCESS_SLOTS];
	uv_process_options_t how = {0};
	struct process *p = NULL;
	char binary[4096];
	fl_status s;
	int rc;

	*out = NULL;
	memset(slots, 0, sizeof(slots));
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return status_fail(err, FL_NOMEM, "child process");
	p->loop = l;
	p->uv.data = p;
	l->live++;
	if ((s = make_slots(p, opt, slots, err)) != FL_OK)
		goto out;
	own_binary(binary, sizeof(binary));
	how.file = binary;
	memcpy(&how.args, &opt->argv, sizeof(how.args)); /* not changed */
	how.cwd = opt->dir;
	how.stdio = slots;
	how.stdio_count = PROCESS_SLOTS;
	while (how.stdio_count > 3 &&
		opt->slot[how.stdio_count - 1] == PROCESS_NULL)
		how.stdio_count--;
	how.exit_cb = on_process_exit;
	p->on_exit = opt->on_exit;
	p->ctx = opt->ctx;
	rc = uv_spawn(&l->uv, &p->uv, &how);
	if (rc != 0) {
		s = loop_uv_fail(err, rc, "child process");
		goto out;
	}
	p->running = true;
	*out = p;
	p = NULL;
out:
	process_free(p);
	return s;
}

struct stream *process_stream(struct process *p, int slot)
{
	struct stream *s = NULL;

	REQUIRE(slot >= 0 && slot < PROCESS_SLOTS);
	s = p->ends[slot];
	p->ends[slot] = NULL;
	return s;
}

void process_kill(struct process *p, int signum)
{
	if (p->running)
		uv_process_kill(&p->uv, signum);
}

static void on_process_closed(uv_handle_t *h)
{
	free(h->data);
}

void process_free(struct process *p)
{
	int i;

	if (p == NULL)
		return;
	p->loop->live--;
	for (i = 0; i < PROCESS_SLOTS; i++)
		stream_free(p->ends[i], NULL, NULL);
	if (p->uv.type == UV_PROCESS)
		uv_close((uv_handle_t *)&p->uv, on_process_closed);
	else
		free(p); /* failed before it became a handle */
}
