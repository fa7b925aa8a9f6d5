/*
 * crashpage.h - who was at work when the process died. A small file of the
 * data folder, mapped and shared: what is noted in it survives any death of
 * the process, without a system call. The engine notes the event, and before
 * each card runs the card; the next opening finds a card still at work, and
 * counts that death for it and for the event.
 *
 * Keys are text cut to a fixed length, compared as cut. One thread, but for
 * crash_page_fault().
 */
#pragma once

#include "base/value.h"

enum { CRASH_CARD_BYTES = 96, CRASH_KEY_BYTES = 192, CRASH_ENTRIES = 64 };

/* A card that did not survive an event. */
struct crash_entry {
	char card[CRASH_CARD_BYTES];
	char key[CRASH_KEY_BYTES]; /* the event: "source id", or a due row's */
	uint32_t deaths;
	int32_t signal; /* that ended the process last; 0 unknown (killed,
			 * power), CRASH_HARD_LIMIT: it did not come back */
};
#define CRASH_HARD_LIMIT (-1)

struct crash_page; /* opaque */

/* Opens or makes `path`; a damaged file begins anew. FL_OK: the caller owns
 * *out, release with crash_page_free(). FL_STORAGE, FL_NOMEM. */
fl_status crash_page_open(
	const char *path, struct crash_page **out, struct fl_error *err);
void crash_page_free(struct crash_page *p); /* NULL is fine */

/* In all of these `p` may be NULL: nothing is noted, nobody is held back. */
void crash_page_event(struct crash_page *p, struct text key);
void crash_page_enter(struct crash_page *p, struct text card);
void crash_page_leave(struct crash_page *p);
/* From a signal handler: the process is about to end by `signal`. True when a
 * card is at work. */
bool crash_page_fault(struct crash_page *p, int signal);

/* Must `card` not see the event noted last? After one death by a fault of its
 * own, or two whose cause nobody knows. NULL: it may. */
const struct crash_entry *crash_page_held(
	const struct crash_page *p, struct text card);
/* Deaths of a card, or during the event noted last, by whatever card. */
uint32_t crash_page_card_deaths(const struct crash_page *p, struct text card);
uint32_t crash_page_event_deaths(const struct crash_page *p);
/* New rules: everybody gets another chance. */
void crash_page_forget(struct crash_page *p);
/* What is counted, for people; returns how many, at most CRASH_ENTRIES. */
uint32_t crash_page_entries(
	const struct crash_page *p, const struct crash_entry **out);
