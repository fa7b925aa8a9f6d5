#include "intake/intake.h"
#include "intake/adf.h"
#include "intake/mime.h"
#include "intake/prospect.h"
#include "intake/tidy.h"

#include "base/digest.h"
#include "base/map.h"

#include <ctype.h>

#define EVENT_BYTES (1024u * 1024) /* one JSON event */

/* One file being read. */
#define MENDED_EN                                                              \
	"not quite XML (a bare & or < or a control character): mended."
#define MENDED_NL                                                              \
	"niet helemaal XML (een losse & of < of een stuurteken): hersteld."

#define EVENT_FORM                                                             \
	"{\"type\": \"lead.received\", \"id\": ..., \"source\": ..., "         \
	"\"data\": {...}}"

struct reading {
	struct arena *arena;
	const char *file;
	const struct intake_options *opt;
	struct intake_result *out;
	struct map *seen; /* "source\nid" of each item to what it says */
	struct fl_error *err;
};

const char *intake_verdict_name(enum intake_verdict v)
{
	static const char *const names[] = {
		"lead", "resend", "flagged", "held", "event", "refused"};

	REQUIRE((size_t)v < sizeof(names) / sizeof(names[0]));
	return names[v];
}

static fl_status add_item(struct reading *r, const struct intake_item *item)
{
	struct intake_result *out = r->out;
	struct intake_item *grown = NULL;

	if (out->count == INTAKE_EVENTS)
		return status_fail(r->err, FL_LIMIT,
			r->opt->dutch ? "%s: meer dan %u gebeurtenissen: "
					"splits het bestand"
				      : "%s: more than %u events: split the "
					"file", r->file,
			INTAKE_EVENTS);
	grown = arena_grow(r->arena, out->items, out->count, &out->cap,
		out->count + 1, sizeof(*grown));
	if (grown == NULL)
		return status_fail(r->err, FL_NOMEM, "%s: events", r->file);
	out->items = grown;
	out->items[out->count] = *item;
	out->items[out->count++].notes.arena = r->arena;
	if (item->event.kind == VALUE_MAP)
		out->to_post++;
	return FL_OK;
}

/* The key an event is known by. */
static struct text key_of(struct arena *a, const struct value *event)
{
	const char *source = value_get_str(event, "source");
	const char *id = value_get_str(event, "id");

	return text_of(
		arena_printf(a, "%s\n%s", source ? source : "", id ? id : ""));
}

static struct digest *digest_value(struct arena *a, const struct value *v)
{
	struct digest *out = arena_alloc(a, sizeof(*out));
	struct buf canonical;

	buf_init(&canonical, INTAKE_FILE_BYTES * 2);
	value_write(&canonical, v);
	if (out != NULL && canonical.failed)
		out = NULL;
	if (out != NULL)
		digest_of(canonical.at, canonical.len, out);
	buf_deinit(&canonical);
	return out;
}

/* ---- ADF ---- */

/* Adds a lead. The same one a second time in a file is a resend, whatever it
 * says; another one under the same id gets an id of its own. */
static fl_status add_lead(struct reading *r, const struct prospect_context *c,
	struct intake_item *item)
{
	const struct value *event =
		item->event.kind == VALUE_MAP ? &item->event : &item->draft;
	struct text key = key_of(r->arena, event);
	const char *said = prospect_said(r->arena, event);
	const char *before = map_get(r->seen, key);

	if (before != NULL && said != NULL && item->event.kind == VALUE_MAP) {
		if (strcmp(before, said) == 0) {
			item->verdict = INTAKE_RESEND;
		} else if (item->verdict != INTAKE_RESEND) {
			prospect_rename(c, item);
			key = key_of(r->arena, &item->event);
		}
	}
	if (said == NULL || !map_put(r->seen, key, (void *)(uintptr_t)said))
		return status_fail(r->err, FL_NOMEM, "%s: leads", r->file);
	return add_item(r, item);
}

static fl_status add_prospects(
	struct reading *r, const struct adf_document *d, bool lines)
{
	struct prospect_context c = {.arena = r->arena,
		.document = d,
		.file = r->file,
		.lines = lines,
		.country = r->opt->default_country,
		.zone = r->opt->zone,
		.dutch = r->opt->dutch};
	fl_status s = FL_OK;

	for (uint32_t i = 0; i < d->prospect_count && s == FL_OK; i++) {
		struct intake_item item = {0};

		s = prospect_read(&c, d->prospects[i], &item, r->err);
		if (s != FL_OK)
			break;
		item.index = i + 1;
		if (d->repaired && i == 0)
			problem_warn(&item.notes,
				problem_add(&item.notes, INTAKE_REPAIRED,
					r->file, 0, "%s",
					item.notes.dutch ? MENDED_NL
							 : MENDED_EN));
		s = add_lead(r, &c, &item);
	}
	return s;
}

/* Text that may be ADF, plain, in HTML or as HTML text. `lines`: line numbers
 * are those of the file. */
static fl_status read_text(
	struct reading *r, const char *bytes, size_t n, bool lines)
{
	struct adf_document d = {.dutch = r->opt->dutch};
	struct fl_error why = {0};
	size_t text_n = 0;
	bool shown = false;
	char *text = tidy_utf8(r->arena, bytes, n, &text_n, NULL);
	fl_status s = FL_OK;

	if (text == NULL)
		return status_fail(r->err, FL_NOMEM, "%s", r->file);
	/* a lead shown as HTML: &lt;adf&gt; */
	shown = tidy_find(text, text_n, 0, "&lt;adf") < text_n ||
		tidy_find(text, text_n, 0, "&lt;prospect") < text_n;
	if (shown && !adf_present(text, text_n)) {
		text = tidy_html(r->arena, text, text_n, &text_n);
		lines = false;
		if (text == NULL)
			return status_fail(r->err, FL_NOMEM, "%s", r->file);
	}
	s = adf_read(r->arena, text, text_n, &d, &why);
	if (s != FL_OK)
		return status_fail(r->err, s, "%s: %s", r->file, why.text);
	return add_prospects(r, &d, lines);
}

/* ---- e-mail ---- */

static bool holds_adf(struct reading *r, const struct mime_part *part)
{
	struct arena_mark mark = arena_mark(r->arena);
	size_t n = 0;
	char *text = tidy_utf8(r->arena, part->bytes, part->n, &n, NULL);
	bool found =
		text != NULL &&
		(adf_present(text, n) || tidy_find(text, n, 0, "&lt;adf") < n ||
			tidy_find(text, n, 0, "&lt;prospect") < n);

	arena_release(r->arena, mark);
	return found;
}

/* Only the best kind of part is read: senders put the same lead into the text
 * and the attachment. */
static fl_status read_mail(struct reading *r, const char *bytes, size_t n)
{
	struct mime_parts parts = {.dutch = r->opt->dutch};
	struct fl_error why = {0};
	bool found = false;
	fl_status s = mime_read(r->arena, bytes, n, &parts, &why);

	if (s != FL_OK)
		return status_fail(r->err, s, "%s: %s", r->file, why.text);
	for (int rank = MIME_XML; rank < MIME_OTHER && !found; rank++) {
		for (uint32_t i = 0; i < parts.count && s == FL_OK; i++) {
			const struct mime_part *it = &parts.items[i];

			if ((int)it->rank != rank || !holds_adf(r, it))
				continue;
			found = true;
			s = read_text(r, it->bytes, it->n, false);
		}
	}
	if (!found)
		return status_fail(r->err, FL_INVALID,
			r->opt->dutch ? "%s: een e-mail, maar in geen van de "
					"%u delen zit een ADF-lead"
				      : "%s: an e-mail, but none of its %u "
					"parts holds an ADF lead",
			r->file, parts.seen);
	return s;
}

/* ---- JSON ---- */

static fl_status refuse(
	struct reading *r, uint32_t index, int line, const char *text)
{
	struct intake_item item = {
		.verdict = INTAKE_REFUSED, .index = index, .line = line};

	problems_init(&item.notes, r->arena);
	item.notes.dutch = r->opt->dutch;
	problem_add(&item.notes, INTAKE_NOT_EVENT, r->file, line, "%s.", text)
		->remedy = r->opt->dutch ? "Schrijf " EVENT_FORM
					 : "Write " EVENT_FORM;
	return add_item(r, &item);
}

/* An event without id gets one from its bytes, so that the same file imported
 * again changes nothing; a second one alike in the file is a second fact. */
static fl_status fill_key(struct reading *r, struct value *event)
{
	struct arena *a = r->arena;
	struct digest *digest = NULL;
	char hex[DIGEST_HEX];
	struct text key;
	uint32_t *times = NULL;

	if (value_get(event, "source") == NULL)
		value_put(a, event, "source", value_text("import"));
	if (value_get(event, "id") != NULL)
		return FL_OK;
	digest = digest_value(a, event);
	if (digest == NULL)
		return status_fail(r->err, FL_NOMEM, "%s", r->file);
	digest_hex(digest, hex);
	hex[32] = '\0';
	key = text_of(hex);
	times = map_get(r->seen, key);
	if (times == NULL) {
		times = arena_alloc(a, sizeof(*times));
		if (times == NULL || !map_put(r->seen, key, times))
			return status_fail(r->err, FL_NOMEM, "%s", r->file);
	}
	value_put(a, event, "id",
		value_text(++*times == 1
				   ? arena_strdup(a, hex)
				   : arena_printf(a, "%s-%u", hex, *times)));
	return FL_OK;
}

static fl_status add_event(
	struct reading *r, struct value *v, uint32_t index, int line)
{
	struct intake_item item = {
		.verdict = INTAKE_EVENT, .index = index, .line = line};
	fl_status s = FL_OK;

	if (v->kind != VALUE_MAP)
		return refuse(r, index, line, r->opt->dutch
				? "geen gebeurtenis: geen JSON-object"
				: "no event: not a JSON object");
	if (value_get_str(v, "type") == NULL)
		return refuse(r, index, line, r->opt->dutch
				? "geen gebeurtenis: zonder type"
				: "no event: it has no type");
	if ((s = fill_key(r, v)) != FL_OK)
		return s;
	problems_init(&item.notes, r->arena);
	item.notes.dutch = r->opt->dutch;
	item.event = *v;
	return add_item(r, &item);
}

static fl_status read_lines(struct reading *r, const char *at, size_t n)
{
	uint32_t index = 0;
	int line = 0;
	fl_status s = FL_OK;

	for (size_t i = 0; i < n && s == FL_OK;) {
		const char *feed = memchr(at + i, '\n', n - i);
		size_t end = feed == NULL ? n : (size_t)(feed - at);
		size_t from = i;
		struct value_limits limits = {
			.bytes = EVENT_BYTES, .dutch = r->opt->dutch};
		struct fl_error why = {0};
		struct value v = value_null();

		i = end + 1;
		line++;
		while (from < end && isspace((unsigned char)at[from]))
			from++;
		if (from == end)
			continue;
		index++;
		s = value_read(
			r->arena, at + from, end - from, &limits, &v, &why);
		if (s == FL_OK)
			s = add_event(r, &v, index, line);
		else if (s != FL_NOMEM)
			s = refuse(r, index, line,
				arena_strdup(r->arena, why.text));
		else
			status_fail(r->err, s, "%s:%d: %s", r->file, line,
				why.text);
	}
	return s;
}

/* True when the first line is a whole object and another one follows. */
static bool looks_like_lines(struct reading *r, const char *at, size_t n)
{
	const char *feed = memchr(at, '\n', n);
	struct arena_mark mark = arena_mark(r->arena);
	struct value_limits limits = {.bytes = EVENT_BYTES};
	struct value v = value_null();
	size_t rest = 0;
	bool whole = false;

	if (at[0] != '{' || feed == NULL)
		return false;
	rest = (size_t)(feed - at);
	whole = value_read(r->arena, at, rest, &limits, &v, NULL) == FL_OK;
	arena_release(r->arena, mark);
	while (rest < n && isspace((unsigned char)at[rest]))
		rest++;
	return whole && rest < n;
}

static fl_status read_json(struct reading *r, const char *at, size_t n)
{
	struct value_limits limits = {
		.bytes = INTAKE_FILE_BYTES, .dutch = r->opt->dutch};
	struct fl_error why = {0};
	struct value v = value_null();
	fl_status s = FL_OK;

	if (n >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) {
		at += 3;
		n -= 3;
	}
	while (n > 0 && isspace((unsigned char)at[0])) {
		at++;
		n--;
	}
	if (looks_like_lines(r, at, n))
		return read_lines(r, at, n);
	s = value_read(r->arena, at, n, &limits, &v, &why);
	if (s != FL_OK)
		return status_fail(r->err, s, "%s: %s", r->file, why.text);
	if (v.kind != VALUE_LIST)
		return add_event(r, &v, 1, 1);
	for (uint32_t i = 0; i < v.count && s == FL_OK; i++)
		s = add_event(r, &v.as.items[i], i + 1, 0);
	return s;
}

/* ---- what it is ---- */

static fl_status read_any(struct reading *r, const char *bytes, size_t n)
{
	size_t i = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	struct mime_part whole = {MIME_PLAIN, bytes, n};

	while (i < n && isspace((unsigned char)bytes[i]))
		i++;
	if (i == n)
		return status_fail(r->err, FL_INVALID,
			r->opt->dutch ? "%s is leeg" : "%s is empty", r->file);
	if (bytes[i] == '{' || bytes[i] == '[') {
		r->out->kind = INTAKE_KIND_JSON;
		return read_json(r, bytes, n);
	}
	if (bytes[i] != '<' && mime_present(bytes, n)) {
		r->out->kind = INTAKE_KIND_MAIL;
		return read_mail(r, bytes, n);
	}
	r->out->kind = INTAKE_KIND_ADF;
	if (bytes[i] == '<' || holds_adf(r, &whole))
		return read_text(r, bytes, n, true);
	return status_fail(r->err, FL_INVALID,
		r->opt->dutch ? "%s is geen ADF-lead, e-mail of JSON"
			      : "%s is no ADF lead, e-mail or JSON", r->file);
}

fl_status intake_read(struct arena *a, const char *file_name, const char *bytes,
	size_t n, const struct intake_options *opt, struct intake_result *out,
	struct fl_error *err)
{
	struct intake_options options =
		opt == NULL ? (struct intake_options){0} : *opt;
	struct reading r = {
		.arena = a, .opt = &options, .out = out, .err = err};
	fl_status s = FL_OK;

	*out = (struct intake_result){0};
	if (options.default_country == NULL)
		options.default_country = "31";
	r.file = arena_strdup(a, file_name == NULL ? "input" : file_name);
	r.seen = map_new();
	if (r.file == NULL || r.seen == NULL) {
		s = status_fail(err, FL_NOMEM, "reading a file");
		goto out;
	}
	if (n > INTAKE_FILE_BYTES) {
		s = status_fail(err, FL_LIMIT,
			options.dutch ? "%s heeft %zu bytes; hoogstens %u "
					"worden gelezen"
				      : "%s has %zu bytes; at most %u are "
					"read", r.file, n,
			INTAKE_FILE_BYTES);
		goto out;
	}
	s = read_any(&r, bytes, n);
	if (a->failed) /* whatever it was taken for */
		s = status_fail(err, FL_NOMEM, "%s", r.file);
	if (s == FL_OK && out->count == 0)
		s = status_fail(err, FL_INVALID,
			options.dutch ? "in %s zit geen gebeurtenis"
				      : "%s holds no event", r.file);
out:
	map_free(r.seen);
	if (s != FL_OK)
		*out = (struct intake_result){.kind = out->kind};
	return s;
}
