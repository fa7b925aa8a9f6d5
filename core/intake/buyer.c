/* The customer of a prospect: names, phones, e-mails, address. */
#include "base/phone.h"
#include "intake/prospect.h"
#include "intake/tidy.h"

#define REACH_DIGITS 6 /* fewer cannot be dialled by anybody */

struct names {
	struct text first, middle, last, full, business;
};

/* Tags in which senders put a part of the name. */
static const struct {
	const char *tag, *part;
} name_tags[] = {
	{"first", "first"},
	{"firstname", "first"},
	{"first_name", "first"},
	{"middle", "middle"},
	{"middlename", "middle"},
	{"last", "last"},
	{"lastname", "last"},
	{"last_name", "last"},
	{"surname", "last"},
	{"full", "full"},
	{"fullname", "full"},
	{"full_name", "full"},
	{"company", "business"},
	{"companyname", "business"},
};

static const char *const phone_tags[] = {
	"phone", "mobile", "mobilephone", "cellphone", "telephone"};

static struct text *name_slot(struct names *names, struct text part)
{
	if (tidy_is(part, "first"))
		return &names->first;
	if (tidy_is(part, "middle"))
		return &names->middle;
	if (tidy_is(part, "last") || tidy_is(part, "surname"))
		return &names->last;
	if (tidy_is(part, "business"))
		return &names->business;
	return &names->full;
}

static void take_name(struct prospect *p, struct adf_node *n, struct text *slot)
{
	if (slot->bytes == 0)
		*slot = prospect_take_who(p, n, "name");
}

/* Name parts that are elements of their own below `n`. */
static void read_name_tags(
	struct prospect *p, struct adf_node *n, struct names *names)
{
	for (struct adf_node *c = n->first; c != NULL; c = c->next) {
		for (size_t i = 0; i < sizeof(name_tags) / sizeof(name_tags[0]);
			i++) {
			if (text_is(c->name, name_tags[i].tag))
				take_name(p, c,
					name_slot(names,
						text_of(name_tags[i].part)));
		}
	}
}

static void read_names(
	struct prospect *p, struct adf_node *below, struct names *names)
{
	struct adf_node *n = adf_child(below, "name");

	for (; n != NULL; n = adf_sibling(n, "name")) {
		struct text part = adf_attribute(n, "part");
		bool business = tidy_is(adf_attribute(n, "type"), "business");

		take_name(p, n,
			business ? &names->business : name_slot(names, part));
		read_name_tags(p, n, names);
	}
	read_name_tags(p, below, names);
}

/* A form of address: what follows is no first name. */
static bool is_title(struct text word)
{
	static const char *const titles[] = {"dhr", "mevr", "mw", "hr", "fam",
		"familie", "de", "heer", "mr", "mrs", "ms", "dr", "drs", "ir"};

	if (word.bytes > 0 && word.at[word.bytes - 1] == '.')
		return true; /* "J.", "dhr." */
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (tidy_is(word, titles[i]))
			return true;
	}
	return false;
}

/* "Jan de Boer" has a first and a last name; "Fam. de Boer" and "Boer" do not
 * say. "Anna Maria Boer" says the first only. */
static void split_full(struct prospect *p, struct names *names)
{
	static const char *const particles[] = {"van", "de", "den", "der", "te",
		"ter", "ten", "'t", "von", "el", "la", "le"};
	const char *gap = memchr(names->full.at, ' ', names->full.bytes);
	struct text first = {names->full.at, 0}, rest = {0};
	bool last = false;

	if (gap == NULL)
		return;
	first.bytes = (uint32_t)(gap - names->full.at);
	rest = (struct text){gap + 1, names->full.bytes - first.bytes - 1};
	if (is_title(first))
		return;
	gap = memchr(rest.at, ' ', rest.bytes);
	last = gap == NULL;
	for (size_t i = 0;
		gap != NULL && i < sizeof(particles) / sizeof(particles[0]);
		i++) {
		struct text word = {rest.at, (uint32_t)(gap - rest.at)};

		last = last || tidy_is(word, particles[i]);
	}
	names->first =
		text_of(arena_text(p->shared->arena, first.at, first.bytes));
	if (last)
		names->last = rest;
}

static void put_names(
	struct prospect *p, struct value *map, struct names *names)
{
	struct buf joined;

	buf_init(&joined, 4 * INTAKE_ADF_TEXT);
	if (names->full.bytes > 0 && names->first.bytes == 0 &&
		names->last.bytes == 0)
		split_full(p, names);
	if (names->full.bytes == 0) {
		const struct text parts[] = {
			names->first, names->middle, names->last};

		for (int i = 0; i < 3; i++) {
			if (parts[i].bytes == 0)
				continue;
			if (joined.len > 0)
				buf_add_char(&joined, ' ');
			buf_add(&joined, parts[i].at, parts[i].bytes);
		}
		if (joined.len > 0)
			names->full = text_of(arena_text(
				p->shared->arena, joined.at, joined.len));
	}
	if (names->full.bytes == 0)
		names->full = names->business;
	prospect_put(p, map, "name", names->full);
	prospect_put(p, map, "first_name", names->first);
	prospect_put(p, map, "middle_name", names->middle);
	prospect_put(p, map, "last_name", names->last);
	prospect_put(p, map, "business", names->business);
	buf_deinit(&joined);
}

static bool preferred(struct adf_node *n)
{
	return text_is(adf_attribute(n, "preferredcontact"), "1");
}

/* ---- e-mail ---- */

struct best_email {
	struct text email;
	bool first_choice; /* the customer prefers it */
};

static bool plausible_email(struct text t)
{
	const char *at = memchr(t.at, '@', t.bytes);
	const char *dot = NULL;
	size_t domain = 0;

	if (at == NULL || at == t.at || t.bytes > 254 ||
		memchr(t.at, ' ', t.bytes) != NULL)
		return false;
	domain = t.bytes - (size_t)(at - t.at) - 1;
	if (domain == 0 || memchr(at + 1, '@', domain) != NULL)
		return false;
	dot = memrchr(at + 1, '.', domain);
	return dot != NULL && dot > at + 1 && dot < t.at + t.bytes - 1;
}

static bool listed(const struct value *list, struct text t)
{
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *it = &list->as.items[i];

		if (text_equal((struct text){it->as.text, it->count}, t))
			return true;
	}
	return false;
}

static void read_emails(struct prospect *p, struct adf_node *below,
	struct value *list, struct best_email *best)
{
	struct adf_node *n = adf_child(below, "email");

	for (; n != NULL; n = adf_sibling(n, "email")) {
		struct text t = prospect_take_who(p, n, "e-mail");
		bool first_choice = preferred(n);

		if (t.bytes > 7 && strncasecmp(t.at, "mailto:", 7) == 0)
			t = (struct text){t.at + 7, t.bytes - 7};
		if (t.bytes == 0)
			continue;
		if (!plausible_email(t)) {
			n->used = false; /* to extra */
			prospect_note(p, INTAKE_EMAIL_ODD, n,
				arena_printf(p->shared->arena,
					problem_words(p->notes,
						"%.80s is no e-mail address; "
						"kept as written.",
						"%.80s is geen e-mailadres; "
						"zo bewaard."),
					t.at));
			continue;
		}
		if (best->email.bytes == 0 ||
			(first_choice && !best->first_choice))
			*best = (struct best_email){t, first_choice};
		if (!listed(list, t))
			value_append(p->shared->arena, list, value_of_text(t));
	}
}

/* ---- phones ---- */

struct best_phone {
	int score; /* 0: none yet */
	struct text raw, e164;
};

static bool dialable(struct text raw)
{
	char first = '\0';

	if (phone_digits(raw) < REACH_DIGITS)
		return false;
	for (uint32_t i = 0; i < raw.bytes; i++) {
		char c = raw.at[i];

		if (c < '0' || c > '9')
			continue;
		if (first != '\0' && c != first)
			return true;
		first = c;
	}
	return false; /* 9999999999: filler */
}

/* How good a number is to call: certain before preferred before mobile. */
static int score_of(struct text type, bool certain, bool first_choice)
{
	if (tidy_is(type, "fax"))
		return 1;
	return 2 + (tidy_is(type, "pager") ? 0 : 1) +
	       (tidy_is(type, "cellphone") || tidy_is(type, "mobile") ? 1 : 0) +
	       (first_choice ? 4 : 0) + (certain ? 8 : 0);
}

static void read_phone(struct prospect *p, struct adf_node *n,
	struct value *list, struct best_phone *best)
{
	struct arena *a = p->shared->arena;
	struct value it = value_map();
	struct text raw = prospect_take_who(p, n, "phone");
	struct text type = {0}, e164 = {0};
	char number[PHONE_E164];
	bool first_choice = false;
	int score = 0;

	if (raw.bytes == 0)
		return;
	type = tidy_line(a, adf_attribute(n, "type"));
	if (type.bytes == 0 && !text_is(n->name, "phone"))
		type = n->name;
	first_choice = preferred(n);
	if (phone_e164(raw, p->shared->country, number))
		e164 = text_of(arena_strdup(a, number));
	else
		prospect_note(p, INTAKE_PHONE_RAW, n,
			arena_printf(a,
				problem_words(p->notes,
					"phone %.40s kept as written: not sure "
					"how to dial it.",
					"telefoon %.40s zo bewaard: niet zeker "
					"hoe dat te bellen is."),
				raw.at));
	prospect_put(p, &it, "raw", raw);
	prospect_put(p, &it, "e164", e164);
	prospect_put(p, &it, "type", type);
	prospect_put(p, &it, "time", tidy_line(a, adf_attribute(n, "time")));
	if (first_choice)
		value_put(a, &it, "preferred", value_bool(true));
	value_append(a, list, it);
	if (e164.bytes == 0 && !dialable(raw))
		return;
	score = score_of(type, e164.bytes > 0, first_choice);
	if (score > 1)
		p->phone = true;
	if (score > best->score)
		*best = (struct best_phone){score, raw, e164};
}

static void read_phones(struct prospect *p, struct adf_node *below,
	struct value *list, struct best_phone *best)
{
	for (struct adf_node *n = below->first; n != NULL; n = n->next) {
		for (size_t i = 0;
			i < sizeof(phone_tags) / sizeof(phone_tags[0]); i++) {
			if (text_is(n->name, phone_tags[i]))
				read_phone(p, n, list, best);
		}
	}
}

/* ---- address ---- */

static void read_street(
	struct prospect *p, struct adf_node *address, struct value *map)
{
	struct adf_node *n = adf_child(address, "street");
	struct buf lines;

	buf_init(&lines, 4 * INTAKE_ADF_TEXT);
	for (; n != NULL; n = adf_sibling(n, "street")) {
		struct text t = prospect_take(p, n);

		(void)adf_attribute(n, "line");
		if (t.bytes == 0)
			continue;
		if (lines.len > 0)
			buf_add_text(&lines, ", ");
		buf_add(&lines, t.at, t.bytes);
	}
	if (lines.len > 0)
		prospect_put(p, map, "street",
			text_of(arena_text(
				p->shared->arena, lines.at, lines.len)));
	buf_deinit(&lines);
}

static void read_address(
	struct prospect *p, struct adf_node *below, struct value *map)
{
	static const char *const tags[][2] = {{"apartment", "apartment"},
		{"city", "city"}, {"regioncode", "region"},
		{"postalcode", "postal_code"}, {"country", "country"}};
	struct adf_node *n = adf_child(below, "address");

	if (n == NULL || map->count > 0)
		return; /* further ones are left to extra */
	read_street(p, n, map);
	prospect_put(p, map, "street", prospect_take(p, n));
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		prospect_put(p, map, tags[i][1],
			prospect_take(p, adf_child(n, tags[i][0])));
	if (map->count > 0)
		prospect_put(p, map, "type",
			tidy_line(p->shared->arena, adf_attribute(n, "type")));
}

/* ---- all of it ---- */

struct buyer {
	struct names names;
	struct value emails, phones, address;
	struct text language;
	struct best_email email;
	struct best_phone phone;
};

static void read_below(struct prospect *p, struct adf_node *n, struct buyer *b)
{
	read_names(p, n, &b->names);
	read_emails(p, n, &b->emails, &b->email);
	read_phones(p, n, &b->phones, &b->phone);
	read_address(p, n, &b->address);
	if (b->language.bytes == 0)
		b->language = prospect_take(p, adf_child(n, "language"));
}

static bool primary(struct adf_node *contact)
{
	return text_is(adf_attribute(contact, "primarycontact"), "1");
}

void buyer_read(struct prospect *p, struct adf_node *customer)
{
	struct arena *a = p->shared->arena;
	struct value map = value_map();
	struct buyer b = {.emails = value_list(),
		.phones = value_list(),
		.address = value_map()};

	if (customer == NULL)
		goto out;
	/* the primary contact's words come first, whatever the order */
	for (int pass = 0; pass < 2; pass++) {
		struct adf_node *n = adf_child(customer, "contact");

		for (; n != NULL; n = adf_sibling(n, "contact")) {
			if (primary(n) == (pass == 0))
				read_below(p, n, &b);
		}
	}
	read_below(p, customer, &b);
	p->email = b.email.email.bytes > 0;
	put_names(p, &map, &b.names);
	prospect_put(p, &map, "email", b.email.email);
	prospect_put(p, &map, "phone", b.phone.e164);
	prospect_put(p, &map, "phone_raw", b.phone.raw);
	prospect_put(p, &map, "language", b.language);
	if (b.emails.count > 0)
		value_put(a, &map, "emails", b.emails);
	if (b.phones.count > 0)
		value_put(a, &map, "phones", b.phones);
	if (b.address.count > 0)
		value_put(a, &map, "address", b.address);
out:
	value_put(a, &p->data, "customer", map);
}
