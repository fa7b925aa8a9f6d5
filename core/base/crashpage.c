#include "base/crashpage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAGIC "fairlead crash 1"

/* What the file holds. */
struct content {
	char magic[sizeof(MAGIC)];
	volatile sig_atomic_t at_work;	    /* `card` runs in event `key` */
	volatile sig_atomic_t signal;	    /* set by crash_page_fault() */
	char card[CRASH_CARD_BYTES];
	char key[CRASH_KEY_BYTES];
	uint32_t n; /* entries in use */
	struct crash_entry entries[CRASH_ENTRIES];
};

struct crash_page {
	struct content *content;
};

static void copy(char *to, size_t room, struct text from)
{
	size_t n = from.bytes < room ? from.bytes : room - 1;

	memcpy(to, from.at, n);
	to[n] = '\0';
}

/* Is `have` what copy() made of `text`? */
static bool same(const char *have, size_t room, struct text text)
{
	size_t n = text.bytes < room ? text.bytes : room - 1;

	return strncmp(have, text.at, n) == 0 && have[n] == '\0';
}

static bool sound(const struct content *c)
{
	if (memcmp(c->magic, MAGIC, sizeof(MAGIC)) != 0 ||
		c->n > CRASH_ENTRIES ||
		memchr(c->card, '\0', sizeof(c->card)) == NULL ||
		memchr(c->key, '\0', sizeof(c->key)) == NULL)
		return false;
	for (uint32_t i = 0; i < c->n; i++)
		if (memchr(c->entries[i].card, '\0', CRASH_CARD_BYTES) ==
				NULL ||
			memchr(c->entries[i].key, '\0', CRASH_KEY_BYTES) ==
				NULL)
			return false;
	return true;
}

/* The one at work when the process died gets a death more. The oldest entry
 * makes room. */
static void count_death(struct content *c)
{
	struct crash_entry *e = NULL;

	for (uint32_t i = 0; i < c->n && e == NULL; i++)
		if (strcmp(c->entries[i].card, c->card) == 0 &&
			strcmp(c->entries[i].key, c->key) == 0)
			e = &c->entries[i];
	if (e == NULL && c->n == CRASH_ENTRIES) {
		memmove(c->entries, c->entries + 1,
			sizeof(*e) * (CRASH_ENTRIES - 1));
		c->n--;
	}
	if (e == NULL) {
		e = &c->entries[c->n++];
		memset(e, 0, sizeof(*e));
		memcpy(e->card, c->card, sizeof(e->card));
		memcpy(e->key, c->key, sizeof(e->key));
	}
	e->deaths++;
	if (c->signal != 0)
		e->signal = (int32_t)c->signal;
}

static void settle(struct content *c)
{
	if (!sound(c)) {
		memset(c, 0, sizeof(*c));
		memcpy(c->magic, MAGIC, sizeof(MAGIC));
	}
	if (c->at_work)
		count_death(c);
	c->at_work = 0;
	c->signal = 0;
}

fl_status crash_page_open(
	const char *path, struct crash_page **out, struct fl_error *err)
{
	struct crash_page *p = calloc(1, sizeof(*p));
	fl_status s = FL_NOMEM;
	void *at = MAP_FAILED;
	int fd = -1;

	*out = NULL;
	if (p == NULL)
		goto out;
	s = FL_STORAGE;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || posix_fallocate(fd, 0, sizeof(struct content)) != 0)
		goto out;
	at = mmap(NULL, sizeof(struct content), PROT_READ | PROT_WRITE,
		MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		goto out;
	p->content = at;
	settle(p->content);
	*out = p;
	p = NULL;
	s = FL_OK;
out:
	if (s != FL_OK)
		status_fail(err, s, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(p);
	return s;
}

void crash_page_free(struct crash_page *p)
{
	if (p == NULL)
		return;
	munmap(p->content, sizeof(*p->content));
	free(p);
}

void crash_page_event(struct crash_page *p, struct text key)
{
	if (p != NULL)
		copy(p->content->key, CRASH_KEY_BYTES, key);
}

void crash_page_enter(struct crash_page *p, struct text card)
{
	if (p == NULL)
		return;
	copy(p->content->card, CRASH_CARD_BYTES, card);
	p->content->at_work = 1;
}

void crash_page_leave(struct crash_page *p)
{
	if (p != NULL)
		p->content->at_work = 0;
}

bool crash_page_fault(struct crash_page *p, int signal)
{
	if (p == NULL || !p->content->at_work)
		return false;
	p->content->signal = signal;
	return true;
}

const struct crash_entry *crash_page_held(
	const struct crash_page *p, struct text card)
{
	const struct content *c = p != NULL ? p->content : NULL;

	for (uint32_t i = 0; c != NULL && i < c->n; i++) {
		const struct crash_entry *e = &c->entries[i];

		if (same(e->card, CRASH_CARD_BYTES, card) &&
			strcmp(e->key, c->key) == 0 &&
			(e->deaths > 1 || e->signal != 0))
			return e;
	}
	return NULL;
}

uint32_t crash_page_card_deaths(const struct crash_page *p, struct text card)
{
	uint32_t deaths = 0;

	for (uint32_t i = 0; p != NULL && i < p->content->n; i++)
		if (same(p->content->entries[i].card, CRASH_CARD_BYTES, card))
			deaths += p->content->entries[i].deaths;
	return deaths;
}

uint32_t crash_page_event_deaths(const struct crash_page *p)
{
	uint32_t deaths = 0;

	for (uint32_t i = 0; p != NULL && i < p->content->n; i++)
		if (strcmp(p->content->entries[i].key, p->content->key) == 0)
			deaths += p->content->entries[i].deaths;
	return deaths;
}

void crash_page_forget(struct crash_page *p)
{
	if (p != NULL)
		p->content->n = 0;
}

uint32_t crash_page_entries(
	const struct crash_page *p, const struct crash_entry **out)
{
	*out = p != NULL ? p->content->entries : NULL;
	return p != NULL ? p->content->n : 0;
}
