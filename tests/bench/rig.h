/*
 * rig.h - an engine on a rooftop's folder in this process, its clock by hand:
 * what the bench programs that leave the sockets out share.
 */
#pragma once

#include "bench.h"
#include "engine/engine.h"

struct rig {
	struct engine *engine;
	struct store *store;
	struct ruleset *rules;
	int wake; /* eventfd: the store has news */
};

/* Rules of the folder; tells what is wrong with them and exits. */
struct ruleset *rig_rules(const char *dir);
/* Opens store and engine below `dir` and waits until it is ready; exits with
 * a message when that fails. `r` stays where it is until rig_close(). */
void rig_open(struct rig *r, const char *dir, int64_t now_ms);
/* Runs what can run; waits a millisecond at most when nothing can. */
void rig_poll(struct rig *r);
void rig_close(struct rig *r);
/* Posts a JSON line as the outside source "bench". */
void rig_post(struct rig *r, struct arena *a, const char *line, size_t n,
	post_cb cb, void *ctx);
