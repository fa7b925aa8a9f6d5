#include "script/watch.h"

#include "base/clock.h"

#include <errno.h>
#include <lauxlib.h>
#include <lua.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_NS    8000000L
#define HURRY_COUNT  1000 /* instructions, some 10 us */
#define HURRY_TICKS  1024 /* a power of 2 */
#define IDLE_SAMPLES 50 /* without any call: the watchdog goes to sleep */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct watch *all; /* under lock */
static atomic_bool asleep;
static sem_t wake;
static pthread_t thread;
static pid_t started_by;
/* Read inside handlers of any thread. */
static _Atomic int64_t hard_us;
static _Atomic(void (*)(void)) hard_end; /* NULL: no hard limit */

/* The innermost call of this thread: all the handler may look at. */
static _Thread_local struct watch *volatile current
	__attribute__((tls_model("initial-exec")));

static long thread_id(void)
{
	static _Thread_local long id __attribute__((tls_model("initial-exec")));

	if (id == 0)
		id = syscall(SYS_gettid);
	return id;
}

void watch_raise(struct lua_State *lua)
{
	/* a light userdata: needs no memory, and rules have none */
	lua_pushlightuserdata(lua, &once);
	lua_error(lua);
	abort();
}

static void on_instruction(lua_State *lua, lua_Debug *ar)
{
	(void)ar;
	watch_raise(lua);
}

static bool is_over(const struct watch *w, int64_t took_us)
{
	return took_us >= (w->hurried ? w->short_us : w->limit_us);
}

static void cut(struct watch *w)
{
	w->cut = WATCH_TIME;
	w->tick = 1;
	lua_sethook(w->lua, on_instruction, LUA_MASKCOUNT, 1);
}

static void on_count(lua_State *lua, lua_Debug *ar)
{
	struct watch *w = current;

	(void)ar;
	if (w == NULL)
		return;
	watch_look(lua, w);
}

void watch_look(struct lua_State *lua, struct watch *w)
{
	if (w->cut == WATCH_NONE && w->hurried &&
		is_over(w, clock_thread_cpu_us() - w->cpu_from_us))
		cut(w);
	if (w->cut != WATCH_NONE)
		watch_raise(lua);
}

void watch_tick(struct lua_State *lua, struct watch *w)
{
	if (w->cut != WATCH_NONE || ++w->ticks % HURRY_TICKS == 0)
		watch_look(lua, w);
}

static void on_signal(int number)
{
	void (*end)(void) = atomic_load(&hard_end);
	struct watch *w = current;
	int64_t now_us;
	unsigned calls;
	int kept = errno;

	(void)number;
	if (w == NULL)
		goto out;
	calls = atomic_load(&w->calls);
	if ((calls & 1) == 0)
		goto out;
	now_us = clock_thread_cpu_us();
	if (w->timed != calls) {
		w->timed = calls;
		w->cpu_from_us = now_us;
		goto out;
	}
	now_us -= w->cpu_from_us;
	if (end != NULL && now_us >= w->limit_us + atomic_load(&hard_us))
		end();
	if (w->cut == WATCH_NONE && is_over(w, now_us))
		cut(w);
out:
	errno = kept;
}

/* True when any call is running. */
static bool sample(void)
{
	bool busy = false;

	pthread_mutex_lock(&lock);
	for (struct watch *w = all; w != NULL; w = w->next) {
		unsigned calls = atomic_load(&w->calls);

		if (calls != w->sampled)
			busy = true;
		if ((calls & 1) != 0 && calls == w->sampled) {
			busy = true;
			syscall(SYS_tgkill, getpid(), atomic_load(&w->thread),
				SIGURG);
		}
		w->sampled = calls;
	}
	pthread_mutex_unlock(&lock);
	return busy;
}

static void *watchdog(void *unused)
{
	static const struct timespec period = {0, SAMPLE_NS}; /* see stop() */
	int idle = 0;

	(void)unused;
	for (;;) {
		nanosleep(&period, NULL);
		idle = sample() ? 0 : idle + 1;
		if (idle < IDLE_SAMPLES)
			continue;
		atomic_store(&asleep, true);
		if (!sample()) /* a call that began before it could see */
			while (sem_wait(&wake) != 0)
				continue;
		atomic_store(&asleep, false);
		idle = 0;
	}
	return NULL;
}

/* Leaves nothing behind in a program that ends; a forked child has no
 * watchdog to wait for. A cancelled thread does not return from its function:
 * AddressSanitizer would find the guards of its locals on the stack, so it has
 * none whose address is taken. */
static void stop(void)
{
	if (getpid() != started_by)
		return;
	pthread_cancel(thread); /* it waits without holding anything */
	pthread_join(thread, NULL);
}

static void start(void)
{
	struct sigaction action;
	sigset_t every, kept;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	REQUIRE(sigaction(SIGURG, &action, NULL) == 0);
	REQUIRE(sem_init(&wake, 0, 0) == 0);
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &kept);
	REQUIRE(pthread_create(&thread, NULL, watchdog, NULL) == 0);
	pthread_sigmask(SIG_SETMASK, &kept, NULL);
	started_by = getpid();
	atexit(stop);
}

void watch_init(void)
{
	pthread_once(&once, start);
}

void watch_hard(int64_t limit_us, void (*end)(void))
{
	atomic_store(&hard_us, limit_us);
	atomic_store(&hard_end, end);
}

void watch_add(struct watch *w, struct lua_State *lua, int64_t limit_us)
{
	memset(w, 0, sizeof(*w));
	w->lua = lua;
	w->limit_us = limit_us;
	pthread_mutex_lock(&lock);
	w->next = all;
	if (all != NULL)
		all->prev = w;
	all = w;
	pthread_mutex_unlock(&lock);
}

void watch_hurry(struct watch *w, int64_t limit_us)
{
	w->short_us = limit_us;
}

void watch_remove(struct watch *w)
{
	pthread_mutex_lock(&lock);
	if (w->next != NULL)
		w->next->prev = w->prev;
	if (w->prev != NULL)
		w->prev->next = w->next;
	else if (all == w)
		all = w->next;
	pthread_mutex_unlock(&lock);
}

/* Only the thread in a call writes its counter. The store of enter is seen by
 * a watchdog that falls asleep, or its falling asleep is seen here. */
void watch_enter(struct watch *w)
{
	unsigned calls = atomic_load_explicit(&w->calls, memory_order_relaxed);

	w->cut = WATCH_NONE;
	w->hurried = w->short_us != 0;
	w->tick = w->hurried;
	w->outer = current;
	atomic_store_explicit(&w->thread, thread_id(), memory_order_relaxed);
	current = w;
	if (w->hurried) {
		w->timed = calls + 1;
		w->cpu_from_us = clock_thread_cpu_us();
		lua_sethook(w->lua, on_count, LUA_MASKCOUNT, HURRY_COUNT);
	}
	atomic_store(&w->calls, calls + 1);
	if (atomic_load(&asleep))
		sem_post(&wake);
}

void watch_leave(struct watch *w)
{
	unsigned calls = atomic_load_explicit(&w->calls, memory_order_relaxed);

	atomic_store_explicit(&w->calls, calls + 1, memory_order_release);
	current = w->outer;
	if (w->cut != WATCH_NONE || w->hurried)
		lua_sethook(w->lua, NULL, 0, 0);
	w->hurried = false;
	w->tick = 0;
}
