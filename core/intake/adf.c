#include "intake/adf.h"
#include "intake/intake.h"
#include "intake/tidy.h"

#include <ctype.h>
#include <expat.h>

/* One root around whatever the document has, none or several of its own. */
static const char root_open[] = "<root>", root_close[] = "</root>";

struct parse {
	struct arena *arena;
	XML_Parser parser;
	struct adf_document *out;
	struct adf_node *at; /* element being filled */
	uint32_t depth, elements;
	fl_status status;
	struct fl_error *err;
};

/* ---- where the ADF is ---- */

/* Start of the tag `name` ("adf"; "/adf": closing) with any prefix, from
 * `from` on; n when none. */
static size_t find_tag(const char *at, size_t n, size_t from, const char *name)
{
	bool closing = name[0] == '/';
	size_t len = strlen(name += closing);

	for (size_t i = from; i + len + closing < n; i++) {
		size_t j = i + 1 + closing, word = j;

		if (at[i] != '<' || (at[i + 1] == '/') != closing)
			continue;
		while (j < n && j < i + 64 &&
			(isalnum((unsigned char)at[j]) || at[j] == '_' ||
				at[j] == '-' || at[j] == ':')) {
			if (at[j++] == ':')
				word = j;
		}
		if (j < n && j - word == len &&
			strncasecmp(at + word, name, len) == 0 &&
			(isspace((unsigned char)at[j]) || at[j] == '>' ||
				at[j] == '/'))
			return i;
	}
	return n;
}

static size_t find_last(const char *at, size_t n, const char *name)
{
	size_t last = n, i = 0;

	while ((i = find_tag(at, n, i, name)) < n)
		last = i++;
	return last;
}

bool adf_present(const char *text, size_t n)
{
	return find_tag(text, n, 0, "adf") < n ||
	       find_tag(text, n, 0, "prospect") < n;
}

/* The bytes from the first opening to the last closing tag; false and all of
 * them when there is no such pair. */
static bool find_slice(const char *at, size_t n, size_t *from, size_t *to)
{
	static const char *const names[][2] = {
		{"adf", "/adf"}, {"prospect", "/prospect"}};

	*from = 0;
	*to = n;
	for (int i = 0; i < 2; i++) {
		size_t open = find_tag(at, n, 0, names[i][0]);
		size_t shut = find_last(at, n, names[i][1]);
		const char *end =
			shut == n ? NULL : memchr(at + shut, '>', n - shut);

		if (end == NULL || open > shut)
			continue;
		*from = open;
		*to = (size_t)(end - at) + 1;
		return true;
	}
	return false;
}

/* A DTD before the ADF: only HTML's own, without declarations, is let by. */
static const char *no_doctype(bool dutch)
{
	return dutch ? "een DOCTYPE: stuur de lead zonder DTD"
		     : "a DOCTYPE: send the lead without a DTD";
}

static fl_status prolog_check(
	const char *at, size_t n, bool dutch, struct fl_error *err)
{
	size_t i = 0;

	if (tidy_find(at, n, 0, "<!entity") < n)
		return status_fail(err, FL_INVALID,
			dutch ? "een ENTITY-declaratie: stuur de lead zonder "
				"DTD"
			      : "an ENTITY declaration: send the lead without "
				"a DTD");
	while ((i = tidy_find(at, n, i, "<!doctype")) < n) {
		const char *end = memchr(at + i, '>', n - i);
		const char *list =
			end == NULL
				? NULL
				: memchr(at + i, '[', (size_t)(end - at) - i);

		i += 9;
		while (i < n && isspace((unsigned char)at[i]))
			i++;
		if (end == NULL || list != NULL || n - i < 4 ||
			strncasecmp(at + i, "html", 4) != 0)
			return status_fail(err, FL_INVALID, "%s",
				no_doctype(dutch));
	}
	return FL_OK;
}

/* ---- mending ---- */

struct mend {
	const char *at;
	size_t n, i; /* text and how far it is read */
	struct buf out;
	bool repaired, dutch;
};

static void keep_lines(struct mend *m, size_t to)
{
	for (; m->i < to; m->i++) {
		if (m->at[m->i] == '\n')
			buf_add_char(&m->out, '\n');
	}
}

static size_t find_end(const struct mend *m, const char *mark)
{
	const char *at = memmem(m->at + m->i, m->n - m->i, mark, strlen(mark));

	return at == NULL ? m->n : (size_t)(at - m->at) + strlen(mark);
}

/* Length of a reference XML knows without a DTD ("&amp;", "&#233;"); or 0. */
static size_t reference(const char *at, size_t n)
{
	static const char *const five[] = {
		"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
	uint32_t point = 0;
	size_t i = 2;
	bool hex = false;

	for (int k = 0; k < 5; k++) {
		size_t len = strlen(five[k]);

		if (n >= len && memcmp(at, five[k], len) == 0)
			return len;
	}
	if (n < 4 || at[1] != '#')
		return 0;
	hex = at[2] == 'x';
	for (i += hex; i < n && i < 10 && isxdigit((unsigned char)at[i]); i++) {
		int c = tolower((unsigned char)at[i]);

		if (!hex && !isdigit(c))
			return 0;
		point = point * (hex ? 16 : 10) +
			(uint32_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	if (i >= n || at[i] != ';' || i == 2 + (size_t)hex)
		return 0;
	if ((point < 0x20 && point != '\n' && point != '\t' && point != '\r') ||
		(point >= 0xD800 && point < 0xE000) || point == 0xFFFE ||
		point == 0xFFFF || point > 0x10FFFF)
		return 0;
	return i + 1;
}

/* One character of text or of an attribute's value. */
static void mend_char(struct mend *m)
{
	unsigned char c = (unsigned char)m->at[m->i];
	size_t length = 0;

	if (c == '&') {
		length = reference(m->at + m->i, m->n - m->i);
		if (length == 0) {
			buf_add_text(&m->out, "&amp;");
			m->repaired = true;
			length = 1;
		} else {
			buf_add(&m->out, m->at + m->i, length);
		}
		m->i += length;
		return;
	}
	if (c == '\r') { /* the same lead by mail and by file, byte for byte */
		if (m->i + 1 == m->n || m->at[m->i + 1] != '\n')
			buf_add_char(&m->out, '\n');
	} else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
		buf_add_char(&m->out, ' ');
		m->repaired = true;
	} else if (c == 0xEF && m->i + 2 < m->n &&
		   (unsigned char)m->at[m->i + 1] == 0xBF &&
		   (unsigned char)m->at[m->i + 2] >= 0xBE) {
		buf_add_char(&m->out, ' '); /* U+FFFE, U+FFFF: no characters */
		m->repaired = true;
		m->i += 2;
	} else {
		buf_add_char(&m->out, (char)c);
	}
	m->i++;
}

/* A tag: its name lower case, its quoted values mended, the rest as it is. */
static void mend_tag(struct mend *m)
{
	char quote = '\0';

	buf_add_char(&m->out, m->at[m->i++]);
	if (m->at[m->i] == '/')
		buf_add_char(&m->out, m->at[m->i++]);
	while (m->i < m->n && !isspace((unsigned char)m->at[m->i]) &&
		m->at[m->i] != '>' && m->at[m->i] != '/' && m->at[m->i] != '<')
		buf_add_char(
			&m->out, (char)tolower((unsigned char)m->at[m->i++]));
	while (m->i < m->n) {
		char c = m->at[m->i];

		if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
		} else if (quote != '\0' && c == quote) {
			quote = '\0';
		} else if (quote != '\0' && c == '<') {
			buf_add_text(&m->out, "&lt;");
			m->repaired = true;
			m->i++;
			continue;
		}
		mend_char(m);
		if (quote == '\0' && c == '>')
			return;
	}
}

static bool starts(const struct mend *m, const char *mark)
{
	size_t len = strlen(mark);

	return m->n - m->i >= len && memcmp(m->at + m->i, mark, len) == 0;
}

/* What begins with '<'. */
static fl_status mend_markup(struct mend *m, struct fl_error *err)
{
	unsigned char c = m->i + 1 < m->n ? (unsigned char)m->at[m->i + 1]
					  : (unsigned char)'\0';

	if (starts(m, "<![CDATA[")) {
		size_t end = find_end(m, "]]>");

		for (; m->i < end; m->i++) {
			unsigned char d = (unsigned char)m->at[m->i];

			if (d == '\r')
				continue;
			buf_add_char(&m->out, d < 0x20 && d != '\n' && d != '\t'
						      ? ' '
						      : (char)d);
		}
	} else if (starts(m, "<!--")) {
		keep_lines(m, find_end(m, "-->"));
	} else if (c == '?') {
		/* declarations stand anywhere and in any case: none is needed
		 */
		keep_lines(m, find_end(m, ">"));
	} else if (c == '!') {
		return status_fail(err, FL_INVALID,
			m->dutch ? "een declaratie (<!...): stuur de lead "
				   "zonder DTD"
				 : "a declaration (<!...): send the lead "
				   "without a DTD");
	} else if (isalpha(c) || c == '_' || c >= 0x80 ||
		   (c == '/' && m->i + 2 < m->n)) {
		mend_tag(m);
	} else {
		buf_add_text(&m->out, "&lt;");
		m->repaired = true;
		m->i++;
	}
	return FL_OK;
}

static fl_status mend_all(struct mend *m, size_t from, struct fl_error *err)
{
	fl_status s = FL_OK;

	buf_add_text(&m->out, root_open);
	keep_lines(m, from);
	while (m->i < m->n && s == FL_OK && !m->out.failed) {
		if (m->at[m->i] == '<') {
			s = mend_markup(m, err);
		} else if (starts(m, "]]>")) {
			buf_add_text(&m->out, "]]&gt;");
			m->repaired = true;
			m->i += 3;
		} else {
			mend_char(m);
		}
	}
	buf_add_text(&m->out, root_close);
	if (s == FL_OK && m->out.failed)
		s = status_fail(err, FL_NOMEM, "ADF document");
	return s;
}

/* ---- the tree ---- */

static void stop(struct parse *p, fl_status s, const char *what)
{
	if (p->status == FL_OK) {
		p->status = status_fail(p->err, s,
			p->out->dutch ? "regel %lu: %s" : "line %lu: %s",
			(unsigned long)XML_GetCurrentLineNumber(p->parser),
			what);
		XML_StopParser(p->parser, XML_FALSE);
	}
}

static struct text local_name(struct arena *a, const char *name)
{
	const char *colon = strrchr(name, ':');
	const char *from = colon != NULL ? colon + 1 : name;
	size_t n = strlen(from);
	char *out = arena_text(a, from, n);

	for (size_t i = 0; out != NULL && i < n; i++)
		out[i] = (char)tolower((unsigned char)out[i]);
	return (struct text){out, (uint32_t)n};
}

static void add_attributes(
	struct parse *p, struct adf_node *n, const XML_Char **list)
{
	struct adf_attribute **tail = &n->attributes;

	for (; list[0] != NULL; list += 2) {
		struct adf_attribute *it = NULL;

		if (strncmp(list[0], "xmlns", 5) == 0)
			continue;
		it = arena_alloc(p->arena, sizeof(*it));
		if (it == NULL)
			return;
		it->name = local_name(p->arena, list[0]);
		it->value = text_of(arena_strdup(p->arena, list[1]));
		*tail = it;
		tail = &it->next;
	}
}

static void XMLCALL on_start(
	void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct parse *p = ctx;
	struct adf_node *n = NULL;

	if (p->status != FL_OK)
		return;
	/* our own root is no level of the sender's */
	if (++p->depth > INTAKE_ADF_DEPTH + 1) {
		stop(p, FL_LIMIT, p->out->dutch
			? "meer dan 32 elementen in elkaar"
			: "more than 32 elements inside each other");
		return;
	}
	if (++p->elements > INTAKE_ADF_ELEMENTS) {
		stop(p, FL_LIMIT, p->out->dutch
			? "meer dan 20.000 elementen"
			: "more than 20,000 elements");
		return;
	}
	n = arena_alloc(p->arena, sizeof(*n));
	if (n == NULL) {
		stop(p, FL_NOMEM, "out of memory");
		return;
	}
	n->name = local_name(p->arena, name);
	n->line = (int)XML_GetCurrentLineNumber(p->parser);
	n->from = (size_t)XML_GetCurrentByteIndex(p->parser);
	n->parent = p->at;
	add_attributes(p, n, attributes);
	if (p->at == NULL)
		p->out->root = n;
	else if (p->at->last == NULL)
		p->at->first = n;
	else
		p->at->last->next = n;
	if (p->at != NULL)
		p->at->last = n;
	p->at = n;
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
	struct parse *p = ctx;

	(void)name;
	if (p->status != FL_OK)
		return;
	p->depth--;
	p->at->to = (size_t)XML_GetCurrentByteIndex(p->parser) +
		    (size_t)XML_GetCurrentByteCount(p->parser);
	p->at = p->at->parent;
}

static void XMLCALL on_text(void *ctx, const XML_Char *at, int n)
{
	struct parse *p = ctx;
	struct adf_node *node = p->at;
	uint32_t want = (uint32_t)n;
	char *grown = NULL;

	if (p->status != FL_OK || node == NULL)
		return;
	if (node->text.bytes + want > INTAKE_ADF_TEXT) {
		node->cut = true;
		want = INTAKE_ADF_TEXT - node->text.bytes;
		while (want > 0 && ((unsigned char)at[want] & 0xC0) == 0x80)
			want--;
	}
	if (want == 0)
		return;
	grown = arena_grow(p->arena, (void *)(uintptr_t)node->text.at,
		node->text.bytes, &node->text_cap, node->text.bytes + want + 1,
		1);
	if (grown == NULL) {
		stop(p, FL_NOMEM, "out of memory");
		return;
	}
	memcpy(grown + node->text.bytes, at, want);
	node->text.at = grown;
	node->text.bytes += want;
	grown[node->text.bytes] = '\0';
}

static void XMLCALL on_doctype(void *ctx, const XML_Char *name,
	const XML_Char *system, const XML_Char *public, int has_subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)has_subset;
	stop(ctx, FL_INVALID,
		no_doctype(((struct parse *)ctx)->out->dutch));
}

/* What expat says of the mistakes that files of leads have. */
static const char *xml_words(enum XML_Error code, bool dutch)
{
	if (dutch && code == XML_ERROR_TAG_MISMATCH)
		return "een <blok> wordt niet of met een andere naam gesloten";
	if (dutch && code == XML_ERROR_NO_ELEMENTS)
		return "het houdt halverwege op";
	if (dutch && code == XML_ERROR_INVALID_TOKEN)
		return "een teken dat hier niet mag: een & of < in een tekst is "
		       "&amp; of &lt;";
	return XML_ErrorString(code);
}

static fl_status parse_run(
	struct arena *a, struct adf_document *out, struct fl_error *err)
{
	struct parse p = {.arena = a, .out = out, .err = err};

	p.parser = XML_ParserCreate("UTF-8");
	if (p.parser == NULL)
		return status_fail(err, FL_NOMEM, "ADF parser");
	XML_SetUserData(p.parser, &p);
	XML_SetElementHandler(p.parser, on_start, on_end);
	XML_SetCharacterDataHandler(p.parser, on_text);
	XML_SetStartDoctypeDeclHandler(p.parser, on_doctype);
	XML_SetParamEntityParsing(p.parser, XML_PARAM_ENTITY_PARSING_NEVER);
	if (XML_Parse(p.parser, out->text, (int)out->bytes, 1) !=
			XML_STATUS_OK &&
		p.status == FL_OK)
		p.status = status_fail(err, FL_INVALID,
			out->dutch ? "regel %lu: geen geldige XML: %s"
				   : "line %lu: not well-formed XML: %s",
			(unsigned long)XML_GetCurrentLineNumber(p.parser),
			xml_words(XML_GetErrorCode(p.parser), out->dutch));
	XML_ParserFree(p.parser);
	if (p.status == FL_OK && a->failed)
		p.status = status_fail(err, FL_NOMEM, "ADF document");
	return p.status;
}

/* ---- prospects ---- */

static fl_status add_prospect(struct arena *a, struct adf_document *d,
	struct adf_node *n, struct fl_error *err)
{
	struct adf_node **grown = NULL;

	if (d->prospect_count == INTAKE_ADF_PROSPECTS)
		return status_fail(err, FL_LIMIT,
			d->dutch ? "meer dan %u prospects in een document: "
				   "splits het"
				 : "more than %u prospects in one document: "
				   "split it",
			INTAKE_ADF_PROSPECTS);
	grown = arena_grow(a, d->prospects, d->prospect_count, &d->prospect_cap,
		d->prospect_count + 1, sizeof(struct adf_node *));
	if (grown == NULL)
		return status_fail(err, FL_NOMEM, "ADF prospects");
	d->prospects = grown;
	d->prospects[d->prospect_count++] = n;
	return FL_OK;
}

/* Depth first without recursion on the sender's depth. */
static fl_status find_prospects(
	struct arena *a, struct adf_document *d, struct fl_error *err)
{
	struct adf_node *n = d->root;
	fl_status s = FL_OK;

	while (n != NULL && s == FL_OK) {
		bool prospect = text_is(n->name, "prospect") ||
				(text_is(n->name, "adf") &&
					adf_child(n, "prospect") == NULL &&
					adf_child(n, "customer") != NULL);

		if (prospect)
			s = add_prospect(a, d, n, err);
		if (!prospect && n->first != NULL) {
			n = n->first;
			continue;
		}
		while (n != NULL && n->next == NULL)
			n = n->parent;
		if (n != NULL)
			n = n->next;
	}
	return s;
}

fl_status adf_read(struct arena *a, const char *text, size_t n,
	struct adf_document *out, struct fl_error *err)
{
	struct mend m = {.at = text, .dutch = out->dutch};
	fl_status s = FL_OK;
	size_t from = 0;
	bool sliced = false;

	*out = (struct adf_document){.dutch = m.dutch};
	buf_init(&m.out, (size_t)INTAKE_ADF_BYTES * 6);
	sliced = find_slice(text, n, &from, &m.n);
	if ((s = prolog_check(text, sliced ? from : n, m.dutch, err)) != FL_OK)
		goto out;
	if (m.n - from > INTAKE_ADF_BYTES) {
		s = status_fail(err, FL_LIMIT,
			m.dutch ? "ADF van %zu bytes; hoogstens %u worden "
				  "gelezen"
				: "ADF of %zu bytes; at most %u are read",
			m.n - from,
			INTAKE_ADF_BYTES);
		goto out;
	}
	if ((s = mend_all(&m, from, err)) != FL_OK)
		goto out;
	out->repaired = m.repaired;
	out->bytes = m.out.len;
	out->text = arena_text(a, m.out.at, m.out.len);
	if (out->text == NULL) {
		s = status_fail(err, FL_NOMEM, "ADF document");
		goto out;
	}
	if ((s = parse_run(a, out, err)) != FL_OK ||
		(s = find_prospects(a, out, err)) != FL_OK)
		goto out;
	if (out->prospect_count == 0)
		s = status_fail(err, FL_INVALID,
			m.dutch ? "XML zonder prospect: er zit geen lead in"
				: "XML without a prospect: no lead is in it");
out:
	buf_deinit(&m.out);
	return s;
}

struct adf_node *adf_child(const struct adf_node *n, const char *name)
{
	struct adf_node *c = n == NULL ? NULL : n->first;

	while (c != NULL && !text_is(c->name, name))
		c = c->next;
	return c;
}

struct adf_node *adf_sibling(const struct adf_node *after, const char *name)
{
	struct adf_node *c = after->next;

	while (c != NULL && !text_is(c->name, name))
		c = c->next;
	return c;
}

struct text adf_attribute(struct adf_node *n, const char *name)
{
	struct adf_attribute *it = n == NULL ? NULL : n->attributes;

	for (; it != NULL; it = it->next) {
		if (text_is(it->name, name)) {
			it->used = true;
			return it->value;
		}
	}
	return (struct text){"", 0};
}
