/*
 * bench.h - what the bench programs share: clocks, percentiles, giving up.
 * They print "name value" a line on stdout; run.sh reads that.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

double bench_now_s(void); /* monotonic */
double bench_cpu_s(void); /* of this process, all threads */
void bench_sleep_until_s(double at);
/* Sorts; p of 0.5 is the median. 0 when there are none. */
double bench_percentile(double *values, size_t n, double p);
/* Prints the message, errno in words if `with_errno`, and exits with 1. */
_Noreturn void bench_fail(bool with_errno, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void *bench_alloc(size_t n, size_t size); /* zeroed; exits when refused */
int64_t bench_number(const char *text);   /* exits when it is none */
/* Bytes this process has handed to write(2) and its kin. */
int64_t bench_written_bytes(void);

/* Lines of a file, without line ends. */
struct bench_lines {
	char *bytes;
	const char **at;
	size_t *length;
	size_t n;
};
void bench_lines_read(struct bench_lines *l, const char *path);
void bench_lines_free(struct bench_lines *l);
