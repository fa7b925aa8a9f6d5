/* fairlead fmt: rule files in the one layout. */
#include "app/print.h"
#include "base/file.h"
#include "model/luasource.h"
#include "reload/folder.h"

#include <string.h>
#include <unistd.h>

struct formatting {
	struct cli *cli;
	struct arena a;
	struct problems problems;
	struct value changed; /* names, for --json */
	uint32_t seen, n_changed;
};

static fl_status lay_out(struct formatting *f, const char *name,
	const char *bytes, size_t n, struct buf *out)
{
	struct lua_source *s;
	uint32_t before = f->problems.errors;
	fl_status st = luasource_read(&f->a, name, bytes, n, &f->problems, &s);

	if (st == FL_OK)
		st = luasource_check(s, &f->problems);
	if (st != FL_OK)
		return st;
	if (f->problems.errors > before)
		return FL_INVALID; /* told already */
	st = luasource_format(s, bytes, n, out);
	if (st == FL_LIMIT || st == FL_INVALID)
		problem_add(&f->problems, "FL546", name, 0,
			"This file cannot be laid out: it nests too deep or "
			"has a mistake that check explains.");
	return st;
}

/* From the pipe to the pipe, for editors. */
static fl_status format_pipe(struct formatting *f)
{
	struct buf in, out;
	char chunk[8192];
	ssize_t n;
	fl_status s = FL_LIMIT;

	buf_init(&in, FOLDER_FILE_BYTES);
	buf_init(&out, 4 * FOLDER_FILE_BYTES);
	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0)
		buf_add(&in, chunk, (size_t)n);
	if (!in.failed)
		s = lay_out(f, "stdin", in.at != NULL ? in.at : "", in.len,
			&out);
	if (s == FL_OK && write(STDOUT_FILENO, out.at, out.len) !=
				  (ssize_t)out.len)
		s = FL_STORAGE;
	buf_deinit(&in);
	buf_deinit(&out);
	return s;
}

static void tell_changed(struct formatting *f, const char *path)
{
	f->n_changed++;
	if (f->cli->json)
		value_append(&f->a, &f->changed,
			value_text(arena_strdup(&f->a, path)));
	else
		term_printf(&f->cli->out, "%s %s\n", f->cli->check
				? cli_says(f->cli, "niet netjes:", "would change")
				: cli_says(f->cli, "netjes gezet:", "changed"),
			path);
}

/* `shown` is the name people know, `path` where it lies. */
static fl_status format_bytes(struct formatting *f, const char *shown,
	const char *path, const char *bytes, size_t n, struct fl_error *err)
{
	struct buf out;
	fl_status s;

	f->seen++;
	buf_init(&out, 4 * FOLDER_FILE_BYTES);
	s = lay_out(f, shown, bytes, n, &out);
	if (s == FL_OK && (out.len != n || memcmp(out.at, bytes, n) != 0)) {
		if (!f->cli->check)
			s = file_write(path, out.at, out.len, err);
		if (s == FL_OK)
			tell_changed(f, shown);
	}
	buf_deinit(&out);
	return s == FL_INVALID || s == FL_LIMIT ? FL_OK : s;
}

static fl_status format_named(struct formatting *f, struct fl_error *err)
{
	fl_status s = FL_OK;

	for (int i = 0; s == FL_OK && i < f->cli->n_args; i++) {
		const char *path = f->cli->args[i];
		struct buf in;

		if (strcmp(path, "-") == 0) {
			s = format_pipe(f);
			f->seen++;
			continue;
		}
		buf_init(&in, FOLDER_FILE_BYTES);
		s = file_read(path, FOLDER_FILE_BYTES, &in, err);
		if (s == FL_OK)
			s = format_bytes(f, path, path,
				in.at != NULL ? in.at : "", in.len, err);
		buf_deinit(&in);
	}
	return s;
}

/* The dealer's own files; packs belong to those who ship them. */
static fl_status format_folder(struct formatting *f, struct fl_error *err)
{
	struct source_set set = {0};
	fl_status s = folder_read(f->cli->dir, &f->a, &set, &f->problems, err);

	for (uint32_t i = 0; s == FL_OK && i < set.n_files; i++) {
		const struct source_file *file = &set.files[i];

		if (strncmp(file->name, "packs/", 6) == 0)
			continue;
		s = format_bytes(f, file->name,
			arena_printf(&f->a, "%s/%s", f->cli->dir, file->name),
			file->bytes, file->n, err);
	}
	return s;
}

static void tell_end(struct formatting *f)
{
	struct value doc = value_map(), list = problems_value(&f->problems,
						     &f->a);

	if (f->cli->json) {
		value_put(&f->a, &doc, "files", value_int(f->seen));
		value_put(&f->a, &doc, "changed", f->changed);
		value_put(&f->a, &doc, "problems", list);
		value_write(&f->cli->out.buf, &doc);
		buf_add_char(&f->cli->out.buf, '\n');
		return;
	}
	for (uint32_t i = 0; i < list.count; i++)
		print_mistake(&f->cli->err, &list.as.items[i]);
}

int command_fmt(struct cli *cli)
{
	struct formatting f = {.cli = cli, .changed = value_list()};
	struct fl_error err = {0};
	fl_status s;
	int code = cli->n_args == 0 ? cli_need_folder(cli) : EXIT_DONE;

	if (code != EXIT_DONE)
		return code;
	arena_init(&f.a, 256u << 20);
	problems_init(&f.problems, &f.a);
	s = cli->n_args > 0 ? format_named(&f, &err) : format_folder(&f, &err);
	if (s != FL_OK && f.problems.errors == 0)
		code = cli_fail(cli, s, "%s", err.text);
	else
		tell_end(&f);
	if (code == EXIT_DONE && (f.problems.errors > 0 ||
			(cli->check && f.n_changed > 0)))
		code = EXIT_REFUSED;
	arena_deinit(&f.a);
	return code;
}
