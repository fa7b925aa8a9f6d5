#include "intake/prospect.h"
#include "intake/tidy.h"

#include "base/digest.h"
#include "base/plate.h"

#include <ctype.h>

#define CANONICAL_BYTES (8u * 1024 * 1024)
#define ID_HEX		32 /* of a digest, as an id */
#define LEAD_HEX	12 /* of a digest, as our own reference */

/* ---- shared small things ---- */

struct problem *prospect_note(struct prospect *p, const char *code,
	const struct adf_node *n, const char *text)
{
	struct problem *it = problem_add(p->notes, code, p->shared->file,
		p->shared->lines && n != NULL ? n->line : 0, "%s",
		text == NULL ? "out of memory" : text);

	problem_warn(p->notes, it);
	return it;
}

/* "{first_name}", "${x}", "{{x}}" anywhere; "[x]", "%x%", "##x##" alone. */
static bool unfilled(struct text t)
{
	const char *open = t.bytes == 0 ? NULL : memchr(t.at, '{', t.bytes);

	while (open != NULL) {
		size_t left = t.bytes - (size_t)(open - t.at), i = 1;

		while (i < left && (isalnum((unsigned char)open[i]) ||
					   strchr("_-. {$", open[i]) != NULL))
			i++;
		if (i > 1 && i < left && open[i] == '}')
			return true;
		open = memchr(open + i, '{', left - i);
	}
	if (t.bytes < 4)
		return false;
	if ((t.at[0] == '[' && t.at[t.bytes - 1] == ']') ||
		(t.at[0] == '%' && t.at[t.bytes - 1] == '%'))
		return true;
	return t.bytes > 4 && strncmp(t.at, "##", 2) == 0 &&
	       strncmp(t.at + t.bytes - 2, "##", 2) == 0;
}

static struct text take_line(struct prospect *p, struct adf_node *n)
{
	if (n == NULL || n->used)
		return (struct text){"", 0};
	return tidy_line(p->shared->arena, n->text);
}

struct text prospect_take(struct prospect *p, struct adf_node *n)
{
	struct text t = take_line(p, n);

	if (t.bytes == 0)
		return t;
	if (unfilled(t)) {
		prospect_note(p, INTAKE_UNFILLED, n,
			arena_printf(p->shared->arena,
				problem_words(p->notes,
					"<%s> still holds the template's "
					"%.60s.",
					"in <%s> staat nog %.60s van het "
					"sjabloon."),
				n->name.at, t.at));
		return (struct text){"", 0};
	}
	n->used = true;
	return t;
}

struct text prospect_take_who(
	struct prospect *p, struct adf_node *n, const char *what)
{
	struct text t = take_line(p, n);

	if (t.bytes == 0)
		return t;
	n->used = true;
	if (!unfilled(t))
		return t;
	p->unfilled = p->unfilled == NULL ? arena_printf(p->shared->arena,
						    "%s (%.60s)", what, t.at)
					  : arena_printf(p->shared->arena,
						    "%.300s, %s (%.60s)",
						    p->unfilled, what, t.at);
	n->used = false;
	return (struct text){"", 0};
}

bool prospect_put(
	struct prospect *p, struct value *map, const char *key, struct text t)
{
	if (t.bytes == 0 || value_get(map, key) != NULL)
		return false;
	return value_put(p->shared->arena, map, key, value_of_text(t));
}

/* ---- numbers ---- */

/* "26.495", "26,495.00", "EUR 26.495,-" to cents; -1 when it is no amount. */
static int64_t read_cents(struct text t)
{
	int64_t whole = 0, cents = 0;
	int digits = 0, after = -1; /* digits behind the last separator */
	char separator = '\0';

	for (uint32_t i = 0; i < t.bytes; i++) {
		char c = t.at[i];

		if (isdigit((unsigned char)c)) {
			if (++digits > 12)
				return -1;
			whole = whole * 10 + (c - '0');
			after += after >= 0;
		} else if (c == '.' || c == ',') {
			separator = c;
			after = 0;
		} else if (digits > 0 && c != ' ' && c != '-') {
			break;
		}
	}
	if (digits == 0)
		return -1;
	cents = whole * 100;
	if (separator != '\0' && after == 2)
		cents = whole;
	else if (separator != '\0' && after == 1)
		cents = whole * 10;
	else if (separator != '\0' && after != 0 && after != 3)
		return -1;
	return cents;
}

/* A whole number with thousands separators, as an odometer's. -1: none. */
static int64_t read_count(struct text t)
{
	int64_t n = 0;
	int digits = 0;

	for (uint32_t i = 0; i < t.bytes; i++) {
		char c = t.at[i];

		if (isdigit((unsigned char)c) && ++digits <= 12)
			n = n * 10 + (c - '0');
		else if (digits > 12 || (c != '.' && c != ',' && c != ' '))
			break;
	}
	return digits == 0 || digits > 12 ? -1 : n;
}

/* ---- vehicles ---- */

static void put_year(struct prospect *p, struct adf_node *v, struct value *map)
{
	struct adf_node *n = adf_child(v, "year");
	struct text t = prospect_take(p, n);
	int64_t year = t.bytes == 4 ? read_count(t) : -1;

	if (year >= 1886 && year <= 2100)
		value_put(p->shared->arena, map, "year", value_int(year));
	else if (t.bytes > 0)
		n->used = false;
}

static void put_price(struct prospect *p, struct adf_node *v, struct value *map)
{
	struct arena *a = p->shared->arena;
	struct adf_node *n = adf_child(v, "price");
	struct text t = prospect_take(p, n), unit = {0};
	int64_t cents = t.bytes == 0 ? -1 : read_cents(t);

	if (t.bytes == 0)
		return;
	if (cents <= 0) {
		n->used = false;
		return;
	}
	value_put(a, map, "price", value_int(cents));
	unit = tidy_line(a, adf_attribute(n, "currency"));
	if (unit.bytes == 0 && strstr(t.at, "\xE2\x82\xAC") != NULL)
		unit = TEXT("EUR");
	prospect_put(p, map, "currency", unit);
}

static void put_odometer(
	struct prospect *p, struct adf_node *v, struct value *map)
{
	struct arena *a = p->shared->arena;
	struct adf_node *n = adf_child(v, "odometer");
	struct text t = prospect_take(p, n);
	int64_t count = t.bytes == 0 ? -1 : read_count(t);

	if (t.bytes == 0)
		return;
	if (count < 0) {
		n->used = false;
		return;
	}
	value_put(a, map, "odometer", value_int(count));
	prospect_put(p, map, "odometer_unit",
		tidy_line(a, adf_attribute(n, "units")));
}

static void put_plate(struct prospect *p, struct adf_node *v, struct value *map)
{
	static const char *const tags[] = {"plate", "licenseplate",
		"license_plate", "kenteken", "registration",
		"registrationnumber"};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		struct adf_node *n = adf_child(v, tags[i]);
		struct text t = prospect_take(p, n);
		char bare[PLATE_BARE];

		if (t.bytes == 0)
			continue;
		if (plate_bare(t, bare) != 0)
			prospect_put(p, map, "plate",
				text_of(arena_strdup(p->shared->arena, bare)));
		else
			n->used = false;
	}
}

/* All that a vehicle says but its interest and status. */
static struct value read_vehicle(struct prospect *p, struct adf_node *v)
{
	static const char *const tags[][2] = {{"make", "make"},
		{"model", "model"}, {"trim", "trim"}, {"vin", "vin"},
		{"stock", "stock"}, {"doors", "doors"},
		{"bodystyle", "bodystyle"}, {"transmission", "transmission"},
		{"condition", "condition"}};
	struct arena *a = p->shared->arena;
	struct adf_node *colours = adf_child(v, "colorcombination");
	struct value map = value_map();

	put_year(p, v, &map);
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		prospect_put(p, &map, tags[i][1],
			prospect_take(p, adf_child(v, tags[i][0])));
	put_plate(p, v, &map);
	put_price(p, v, &map);
	put_odometer(p, v, &map);
	prospect_put(p, &map, "exterior_color",
		prospect_take(p, adf_child(colours, "exteriorcolor")));
	prospect_put(p, &map, "interior_color",
		prospect_take(p, adf_child(colours, "interiorcolor")));
	for (int i = 0; i < 2; i++) {
		struct adf_node *n =
			adf_child(v, i == 0 ? "comments" : "pricecomments");

		if (n == NULL || n->text.bytes == 0)
			continue;
		n->used = true;
		prospect_put(p, &map, i == 0 ? "comments" : "price_comments",
			tidy_block(a, n->text));
	}
	return map;
}

/* "Trade In", "trade_in", "TRADE-IN" are one word; "inruil" means it. */
static const char *interest_of(struct text t)
{
	static const char *const words[][2] = {{"buy", "buy"},
		{"lease", "lease"}, {"sell", "sell"}, {"tradein", "trade-in"},
		{"testdrive", "test-drive"}, {"inruil", "trade-in"},
		{"proefrit", "test-drive"}};
	char word[16] = {0};
	size_t n = 0;

	for (uint32_t i = 0; i < t.bytes && n < sizeof(word) - 1; i++) {
		if (isalpha((unsigned char)t.at[i]))
			word[n++] = (char)tolower((unsigned char)t.at[i]);
	}
	if (n == 0)
		return "buy"; /* the standard's default */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i][0]) == 0)
			return words[i][1];
	}
	return NULL;
}

/* The attribute, or the element some senders write instead. */
static struct text attribute_or_child(
	struct prospect *p, struct adf_node *n, const char *name)
{
	struct text t = tidy_line(p->shared->arena, adf_attribute(n, name));

	return t.bytes > 0 ? t : prospect_take(p, adf_child(n, name));
}

static void forget(struct adf_node *v, const char *name)
{
	struct adf_node *child = adf_child(v, name);

	for (struct adf_attribute *it = v->attributes; it; it = it->next) {
		if (text_is(it->name, name))
			it->used = false;
	}
	if (child != NULL)
		child->used = false;
}

static void add_vehicle(
	struct prospect *p, struct adf_node *v, struct value *wished)
{
	struct arena *a = p->shared->arena;
	struct text said = attribute_or_child(p, v, "interest");
	struct text status = attribute_or_child(p, v, "status");
	const char *interest = interest_of(said);
	bool own = interest != NULL && (strcmp(interest, "trade-in") == 0 ||
					       strcmp(interest, "sell") == 0);
	struct value map = value_map();

	/* a second car of their own is left to extra, whole */
	if (!own || value_get(&p->data, "trade_in") == NULL)
		map = read_vehicle(p, v);
	if (map.count == 0) {
		forget(v, "interest");
		forget(v, "status");
		return;
	}
	prospect_put(p, &map, "interest",
		interest != NULL ? text_of(interest) : said);
	if (tidy_is(status, "new") || tidy_is(status, "used"))
		prospect_put(p, &map, "status",
			text_of(tidy_is(status, "new") ? "new" : "used"));
	else
		forget(v, "status");
	if (own)
		value_put(a, &p->data, "trade_in", map);
	else
		value_append(a, wished, map);
}

static void read_vehicles(struct prospect *p)
{
	struct value wished = value_list();
	struct adf_node *v = adf_child(p->node, "vehicle");

	for (; v != NULL; v = adf_sibling(v, "vehicle"))
		add_vehicle(p, v, &wished);
	/* its own element, as some senders write it */
	for (int i = 0; i < 2; i++) {
		struct value own = value_map();

		v = adf_child(p->node, i == 0 ? "tradein" : "trade-in");
		if (v == NULL || value_get(&p->data, "trade_in") != NULL)
			continue;
		own = read_vehicle(p, v);
		if (own.count == 0)
			continue;
		prospect_put(p, &own, "interest", TEXT("trade-in"));
		value_put(p->shared->arena, &p->data, "trade_in", own);
	}
	value_put(p->shared->arena, &p->data, "vehicles", wished);
}

/* ---- the rest of the lead ---- */

static void add_comments(
	struct prospect *p, struct adf_node *below, struct buf *all)
{
	struct adf_node *n = adf_child(below, "comments");

	for (; n != NULL; n = adf_sibling(n, "comments")) {
		struct text t = tidy_block(p->shared->arena, n->text);

		n->used = true;
		if (t.bytes == 0)
			continue;
		if (all->len > 0)
			buf_add_text(all, "\n\n");
		buf_add(all, t.at, t.bytes);
	}
}

static void read_comments(struct prospect *p, struct adf_node *customer)
{
	struct buf all;

	buf_init(&all, 2 * INTAKE_ADF_BYTES);
	add_comments(p, customer, &all);
	add_comments(p, adf_child(customer, "contact"), &all);
	add_comments(p, p->node, &all);
	if (all.len > 0)
		prospect_put(p, &p->data, "comments",
			text_of(arena_text(p->shared->arena, all.at, all.len)));
	buf_deinit(&all);
}

static void read_timeframe(struct prospect *p, struct adf_node *customer)
{
	struct adf_node *n = adf_child(customer, "timeframe");
	struct text said, from, to;
	const char *joined = NULL;

	if (n == NULL)
		n = adf_child(p->node, "timeframe");
	if (n == NULL)
		return;
	said = prospect_take(p, adf_child(n, "description"));
	if (said.bytes == 0)
		said = prospect_take(p, n);
	from = prospect_take(p, adf_child(n, "earliestdate"));
	to = prospect_take(p, adf_child(n, "latestdate"));
	if (from.bytes + to.bytes > 0) {
		joined = arena_printf(p->shared->arena, "%s%s%s - %s%s",
			said.bytes ? said.at : "", said.bytes ? " (" : "",
			from.bytes ? from.at : "", to.bytes ? to.at : "",
			said.bytes ? ")" : "");
		said = text_of(joined);
	}
	prospect_put(p, &p->data, "timeframe", said);
}

/* Senders' times to what zone_read_time() takes: three decimals at most,
 * "+0100" as "+01:00", no blank before the offset. */
static struct text plain_time(struct text t, char out[64])
{
	uint32_t n = 0, decimals = 0;
	bool fraction = false;

	for (uint32_t i = 0; i < t.bytes && n < 60; i++) {
		char c = t.at[i];

		if (fraction && isdigit((unsigned char)c) && ++decimals > 3)
			continue;
		if (fraction && !isdigit((unsigned char)c))
			fraction = false;
		if (c == '.' && n >= 19)
			fraction = true;
		if (c == ' ' && n >= 16)
			continue;
		out[n++] = c;
	}
	if (n > 5 && n < 60 && (out[n - 5] == '+' || out[n - 5] == '-') &&
		n >= 21) {
		memmove(out + n - 1, out + n - 2, 2);
		out[n - 2] = ':';
		n++;
	}
	out[n] = '\0';
	return (struct text){out, n};
}

static void read_date(struct prospect *p, struct value *event)
{
	struct adf_node *n = adf_child(p->node, "requestdate");
	struct text t = prospect_take(p, n);
	char plain[64];
	int64_t at_ms = 0;

	if (t.bytes == 0)
		return;
	if (t.bytes < 60 &&
		zone_read_time(p->shared->zone, plain_time(t, plain), &at_ms,
			NULL) == FL_OK) {
		value_put(p->shared->arena, event, "at", value_int(at_ms));
		return;
	}
	prospect_put(p, &p->data, "requestdate", t);
	prospect_note(p, INTAKE_DATE_ODD, n,
		arena_printf(p->shared->arena,
			problem_words(p->notes,
				"requestdate %.60s kept as written: cannot be "
				"read for certain.",
				"requestdate %.60s zo bewaard: niet met "
				"zekerheid te lezen."),
			t.at));
}

/* The first id that says something, lowest sequence first; its sender. */
static void read_id(struct prospect *p, struct text *id, struct text *sender)
{
	struct adf_node *n = adf_child(p->node, "id"), *best = NULL;
	int64_t least = INT64_MAX;

	for (; n != NULL; n = adf_sibling(n, "id")) {
		struct text said = take_line(p, n);
		int64_t order = read_count(adf_attribute(n, "sequence"));

		if (order < 0)
			order = 1000;
		if (said.bytes == 0)
			order += 1000000; /* empty: at least its sender */
		if (order < least) {
			least = order;
			best = n;
		}
	}
	*sender = best == NULL ? (struct text){"", 0}
			       : tidy_line(p->shared->arena,
					 adf_attribute(best, "source"));
	*id = prospect_take_who(p, best, "id");
}

static void read_sender(
	struct prospect *p, struct text *id, struct text *source)
{
	struct adf_node *provider = adf_child(p->node, "provider");
	struct adf_node *name = adf_child(provider, "name");
	struct text sender = {0}, called = {0};

	read_id(p, id, &sender);
	called = prospect_take(p, name);
	(void)adf_attribute(name, "part");
	(void)adf_attribute(name, "type");
	if (called.bytes == 0)
		called = prospect_take(p, adf_child(provider, "service"));
	if (sender.bytes == 0)
		sender = called;
	if (called.bytes == 0)
		called = sender;
	*source = text_of(arena_printf(p->shared->arena, "adf:%.200s",
		sender.bytes > 0 ? sender.at : "unknown"));
	prospect_put(p, &p->data, "provider", called);
	prospect_put(p, &p->data, "provider_lead_id", *id);
}

/* ---- what found no place ---- */

/* How many elements of that name stand before it, itself counted. */
static uint32_t rank_of(const struct adf_node *n)
{
	uint32_t rank = 1;

	for (const struct adf_node *c = n->parent->first; c != n; c = c->next)
		rank += text_equal(c->name, n->name);
	return rank;
}

/* "vehicle/option#2/optionname": unique in its prospect. */
static const char *path_of(
	struct arena *a, const struct adf_node *top, const struct adf_node *n)
{
	const char *path = NULL;

	for (; n != top; n = n->parent) {
		uint32_t rank = rank_of(n);
		const char *step =
			rank == 1 ? n->name.at
				  : arena_printf(a, "%s#%u", n->name.at, rank);

		path = path == NULL ? step
				    : arena_printf(a, "%s/%s", step, path);
		if (path == NULL)
			return NULL;
	}
	return path == NULL ? "" : path;
}

/* False when `extra` is full. */
static bool add_extra(struct prospect *p, struct value *extra, const char *path,
	struct text t)
{
	if (t.bytes == 0 || path == NULL)
		return true;
	if (extra->count == INTAKE_EXTRA)
		return false;
	value_put(p->shared->arena, extra, path, value_of_text(t));
	return true;
}

static bool has_extra(const struct adf_node *n)
{
	bool found = !n->used && n->text.bytes > 0;

	for (const struct adf_attribute *it = n->attributes; it; it = it->next)
		found = found || !it->used;
	return found;
}

static bool extra_of(
	struct prospect *p, struct adf_node *n, struct value *extra)
{
	struct arena *a = p->shared->arena;
	const char *path = has_extra(n) ? path_of(a, p->node, n) : NULL;

	if (path == NULL)
		return true;
	if (!n->used && !add_extra(p, extra, n == p->node ? "text" : path,
				tidy_block(a, n->text)))
		return false;
	for (struct adf_attribute *it = n->attributes; it; it = it->next) {
		if (!it->used &&
			!add_extra(p, extra,
				arena_printf(a, "%s@%s", path, it->name.at),
				tidy_line(a, it->value)))
			return false;
	}
	return true;
}

/* Every element below `top` in the order they were written; NULL past the
 * last. */
static struct adf_node *node_next(const struct adf_node *top,
				  struct adf_node *n)
{
	if (n->first != NULL)
		return n->first;
	while (n != top && n->next == NULL)
		n = n->parent;
	return n == top ? NULL : n->next;
}

static void read_extra(struct prospect *p)
{
	struct adf_node *n = p->node;
	struct value extra = value_map();
	bool room = true;

	while (n != NULL && room && !p->shared->arena->failed) {
		room = extra_of(p, n, &extra);
		n = node_next(p->node, n);
	}
	if (!room)
		prospect_note(p, INTAKE_CUT, n,
			problem_words(p->notes,
				"more than 200 unknown elements; the rest is "
				"left out.",
				"meer dan 200 onbekende elementen; de rest is "
				"weggelaten."));
	if (extra.count > 0)
		value_put(p->shared->arena, &p->data, "extra", extra);
}

static void note_cuts(struct prospect *p)
{
	struct adf_node *n = p->node;

	while (n != NULL) {
		if (n->cut)
			prospect_note(p, INTAKE_CUT, n,
				arena_printf(p->shared->arena,
					problem_words(p->notes,
						"<%s> is longer than %u bytes; "
						"the rest is left out.",
						"<%s> is langer dan %u bytes; "
						"de rest is weggelaten."),
					n->name.at, INTAKE_ADF_TEXT));
		n = node_next(p->node, n);
	}
}

/* ---- the event ---- */

/* Digest of the canonical bytes of `v`, as hex; NULL: no memory. */
static const char *value_hex(struct arena *a, const struct value *v, int hex)
{
	struct buf canonical;
	struct digest digest;
	char text[DIGEST_HEX];
	const char *out = NULL;

	buf_init(&canonical, CANONICAL_BYTES);
	value_write(&canonical, v);
	if (!canonical.failed) {
		digest_of(canonical.at, canonical.len, &digest);
		digest_hex(&digest, text);
		out = arena_text(a, text, (size_t)hex);
	}
	buf_deinit(&canonical);
	return out;
}

/* What the lead says, without how it came. */
static const char *said_hex(
	struct arena *a, const struct value *data, const struct value *at)
{
	static const char *const road[] = {"lead", "raw_ref", "status"};
	struct value said = value_map();

	for (uint32_t i = 0; i < data->count; i++)
		value_set(a, &said, data->as.members[i].key,
			data->as.members[i].value);
	for (size_t i = 0; i < sizeof(road) / sizeof(road[0]); i++)
		value_remove(&said, text_of(road[i]));
	if (at != NULL)
		value_put(a, &said, "at", *at);
	return value_hex(a, &said, ID_HEX);
}

static const char *lead_reference(
	struct arena *a, struct text source, struct text id)
{
	struct value key = value_list();
	const char *hex = NULL;

	value_append(a, &key, value_of_text(source));
	value_append(a, &key, value_of_text(id));
	hex = value_hex(a, &key, LEAD_HEX);
	return hex == NULL ? NULL : arena_printf(a, "L%s", hex);
}

static const char *raw_digest(struct prospect *p)
{
	const struct adf_document *d = p->shared->document;
	struct digest digest;
	char hex[DIGEST_HEX];

	digest_of(
		d->text + p->node->from, p->node->to - p->node->from, &digest);
	digest_hex(&digest, hex);
	return arena_strdup(p->shared->arena, hex);
}

static void note_unreachable(struct prospect *p)
{
	struct arena *a = p->shared->arena;
	struct value missing = value_list();
	const struct value *customer = value_get(&p->data, "customer");
	struct problem *it = NULL;

	if (value_get(customer, "name") == NULL)
		value_append(a, &missing, value_text("name"));
	value_append(a, &missing, value_text("phone"));
	value_append(a, &missing, value_text("email"));
	value_put(a, &p->data, "unreachable", value_bool(true));
	value_put(a, &p->data, "missing", missing);
	it = prospect_note(p, INTAKE_UNREACHABLE, p->node,
		problem_words(p->notes,
			"no way to reach the customer: neither phone nor "
			"e-mail.",
			"de klant is niet te bereiken: geen telefoon en geen "
			"e-mail."));
	it->remedy = problem_words(p->notes,
		"The lead is kept. Ask the sender, or look for the customer by "
		"name.",
		"De lead is bewaard. Vraag het de afzender, of zoek de klant "
		"op naam.");
}

static void note_held(struct prospect *p)
{
	const char *from = value_get_str(&p->data, "provider");
	struct problem *it = problem_add(p->notes, INTAKE_UNFILLED,
		p->shared->file, p->shared->lines ? p->node->line : 0,
		problem_words(p->notes, "a template nobody filled in: %s.",
			"een sjabloon dat niemand invulde: %s."),
		p->unfilled);

	it->field = "customer";
	it->remedy = arena_printf(p->shared->arena,
		problem_words(p->notes,
			"Not posted. Ask %.100s to fill in these fields and "
			"send it again.",
			"Niet verwerkt. Vraag %.100s deze velden in te vullen "
			"en hem opnieuw te sturen."),
		from != NULL ? from
			     : problem_words(p->notes, "the sender",
				       "de afzender"));
}

static enum intake_verdict judge(struct prospect *p, bool resend)
{
	if (p->unfilled != NULL) {
		note_held(p);
		return INTAKE_HELD;
	}
	if (!p->phone && !p->email) {
		note_unreachable(p);
		return INTAKE_FLAGGED;
	}
	return resend ? INTAKE_RESEND : INTAKE_LEAD;
}

static void read_all(struct prospect *p, struct value *event)
{
	struct arena *a = p->shared->arena;
	struct adf_node *customer = adf_child(p->node, "customer");
	struct text id = {0}, source = {0};

	read_sender(p, &id, &source);
	buyer_read(p, customer);
	read_vehicles(p);
	read_timeframe(p, customer);
	read_comments(p, customer);
	value_put(a, event, "type", value_text("lead.received"));
	value_put(a, event, "source", value_of_text(source));
	read_date(p, event);
	note_cuts(p);
	read_extra(p);
	if (id.bytes == 0)
		id = text_of(said_hex(a, &p->data, value_get(event, "at")));
	value_put(a, event, "id", value_of_text(id));
	value_put(
		a, &p->data, "lead", value_text(lead_reference(a, source, id)));
	value_put(a, &p->data, "raw_ref", value_text(raw_digest(p)));
}

fl_status prospect_read(const struct prospect_context *c, struct adf_node *n,
	struct intake_item *out, struct fl_error *err)
{
	struct prospect p = {.shared = c, .node = n, .data = value_map()};
	struct value event = value_map();
	bool resend = tidy_is(
		tidy_line(c->arena, adf_attribute(n, "status")), "resend");

	problems_init(&out->notes, c->arena);
	out->notes.dutch = c->dutch;
	p.notes = &out->notes;
	out->line = c->lines ? n->line : 0;
	value_put(c->arena, &p.data, "channel", value_text("adf"));
	value_put(c->arena, &p.data, "status",
		value_text(resend ? "resend" : "new"));
	read_all(&p, &event);
	out->verdict = judge(&p, resend);
	value_put(c->arena, &event, "data", p.data);
	out->event = out->verdict == INTAKE_HELD ? value_null() : event;
	out->draft = out->verdict == INTAKE_HELD ? event : value_null();
	if (c->arena->failed)
		return status_fail(err, FL_NOMEM, "lead in %s", c->file);
	return FL_OK;
}

const char *prospect_said(struct arena *a, const struct value *event)
{
	return said_hex(a, value_get(event, "data"), value_get(event, "at"));
}

void prospect_rename(const struct prospect_context *c, struct intake_item *item)
{
	struct arena *a = c->arena;
	const struct value *data = value_get(&item->event, "data");
	const char *old = value_get_str(&item->event, "id");
	const char *id = prospect_said(a, &item->event);
	struct value copy = value_clone(a, data);
	struct problem *it = problem_add(&item->notes, INTAKE_SAME_ID, c->file,
		item->line, 
		problem_words(&item->notes,
			"id %.100s is used for two different leads.",
			"id %.100s is voor twee verschillende leads gebruikt."),
		old);

	problem_warn(&item->notes, it);
	it->remedy = problem_words(&item->notes,
		"Both are kept, this one under an id of its own. Tell the "
		"sender.",
		"Beide zijn bewaard, deze onder een eigen id. Zeg het de "
		"afzender.");
	if (copy.kind != VALUE_MAP)
		return; /* no memory: the arena knows */
	value_put(a, &copy, "lead",
		value_text(lead_reference(a,
			text_of(value_get_str(&item->event, "source")),
			text_of(id))));
	value_put(a, &item->event, "id", value_text(id));
	value_put(a, &item->event, "data", copy);
}
