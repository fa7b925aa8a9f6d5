#include "bench.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double clock_s(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_now_s(void)
{
	return clock_s(CLOCK_MONOTONIC);
}

double bench_cpu_s(void)
{
	return clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_sleep_until_s(double at)
{
	struct timespec t = {.tv_sec = (time_t)at};

	t.tv_nsec = (long)((at - (double)t.tv_sec) * 1e9);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static int by_size(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

double bench_percentile(double *values, size_t n, double p)
{
	if (n == 0)
		return 0;
	qsort(values, n, sizeof(*values), by_size);
	return values[(size_t)((double)(n - 1) * p)];
}

void bench_fail(bool with_errno, const char *fmt, ...)
{
	int code = errno;
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "%s%s\n", with_errno ? ": " : "",
		with_errno ? strerror(code) : "");
	exit(1);
}

void *bench_alloc(size_t n, size_t size)
{
	void *p = calloc(n > 0 ? n : 1, size);

	if (p == NULL)
		bench_fail(false, "no memory");
	return p;
}

int64_t bench_number(const char *text)
{
	char *end;
	long long n = strtoll(text, &end, 10);

	if (end == text || *end != '\0')
		bench_fail(false, "\"%s\" is no number", text);
	return n;
}

int64_t bench_written_bytes(void)
{
	FILE *f = fopen("/proc/self/io", "r");
	char line[128];
	long long n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "wchar: %lld", &n) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return n;
}

static char *whole_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *bytes;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		bench_fail(true, "%s", path);
	rewind(f);
	*n = (size_t)size;
	bytes = bench_alloc(*n + 1, 1);
	if (fread(bytes, 1, *n, f) != *n)
		bench_fail(true, "%s", path);
	fclose(f);
	return bytes;
}

void bench_lines_read(struct bench_lines *l, const char *path)
{
	size_t size, n = 0;

	*l = (struct bench_lines){.bytes = whole_file(path, &size)};
	for (size_t i = 0; i < size; i++)
		n += l->bytes[i] == '\n';
	l->at = bench_alloc(n, sizeof(*l->at));
	l->length = bench_alloc(n, sizeof(*l->length));
	for (char *at = l->bytes, *end; l->n < n; at = end + 1) {
		end = strchr(at, '\n');
		*end = '\0';
		l->at[l->n] = at;
		l->length[l->n++] = (size_t)(end - at);
	}
}

void bench_lines_free(struct bench_lines *l)
{
	free(l->bytes);
	free(l->at);
	free(l->length);
	*l = (struct bench_lines){0};
}
