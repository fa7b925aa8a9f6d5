/*
 * intake.h - a file's bytes into events ready for posting. What it is shows in
 * the bytes, never in the name: ADF 1.0 leads as senders really write them
 * (XML), the same inside an e-mail or HTML, or JSON events (object, list, one
 * per line), which pass through.
 *
 * An ADF lead becomes
 *   {id, type: "lead.received", source, at?, data}
 * source  "adf:" + the sender of the lead's own id, else the provider's name,
 *         else "unknown"
 * id      the sender's id, else a digest of what the lead says. So the same
 *         file again is the same (source, id), by whatever road it came.
 * at      int, UTC ms; absent when the sender's date cannot be read
 * data    lead, channel ("adf"), provider, provider_lead_id, status ("new",
 *         "resend"), customer{}, vehicles[], trade_in{}, timeframe, comments,
 *         requestdate (as sent, when unreadable), unreachable (true),
 * missing[], extra{}, raw_ref (digest of the prospect's text). Absent: unknown.
 * customer  name, first_name, middle_name, last_name, business, email, phone
 *         (E.164 only), phone_raw, language, emails[] (text), phones[]{raw,
 *         e164, type, time, preferred}, address{street, apartment, city,
 *         region, postal_code, country, type}
 * vehicles[], trade_in  interest, status, year (int), make, model, trim, vin,
 *         stock, plate (bare), price (int, cents), currency, doors, bodystyle,
 *         transmission, odometer, odometer_unit, condition, exterior_color,
 *         interior_color, comments, price_comments. The customer's own car
 *         (trade-in, sell) is never in vehicles; a vehicle that says nothing is
 *         in neither.
 * extra   whatever has no place above: path ("customer/contact/fax",
 *         "vehicle@status", a repeated one "phone#2") to text. Nothing sent is
 *         dropped but markup.
 *
 * Promises: no DTD, no entity but the five and numeric ones, nothing fetched,
 * every size limited, the same bytes give the same events. Any thread; no
 * state between calls.
 */
#pragma once

#include "base/problem.h"
#include "base/zone.h"

#define INTAKE_ADF_BYTES     (256u * 1024) /* one ADF document */
#define INTAKE_ADF_DEPTH     32u	   /* nested elements */
#define INTAKE_ADF_TEXT	     (16u * 1024)  /* of one element; rest is cut */
#define INTAKE_ADF_ELEMENTS  20000u	   /* in one document */
#define INTAKE_ADF_PROSPECTS 1000u	   /* in one document */
#define INTAKE_EXTRA	     200u	   /* entries of `extra` */
#define INTAKE_MAIL_DEPTH    8u		   /* multipart in multipart */
#define INTAKE_MAIL_PARTS    100u	   /* of one e-mail */
#define INTAKE_FILE_BYTES    (8u * 1024 * 1024)
#define INTAKE_EVENTS	     100000u /* of one JSON file */

/* Stable codes of the notes. */
#define INTAKE_UNFILLED	   "FL601" /* template placeholders left in */
#define INTAKE_UNREACHABLE "FL602" /* neither phone nor e-mail */
#define INTAKE_PHONE_RAW   "FL603" /* number kept as written only */
#define INTAKE_EMAIL_ODD   "FL604" /* not an e-mail address */
#define INTAKE_DATE_ODD	   "FL605" /* date kept as written only */
#define INTAKE_CUT	   "FL606" /* text or extras past a limit were cut */
#define INTAKE_REPAIRED	   "FL607" /* not quite XML; mended and read */
#define INTAKE_SAME_ID	   "FL608" /* one id, two different leads in a file */
#define INTAKE_NOT_EVENT   "FL609" /* JSON that is no event */

enum intake_kind { INTAKE_KIND_ADF, INTAKE_KIND_MAIL, INTAKE_KIND_JSON };

enum intake_verdict {
	INTAKE_LEAD,	/* post it */
	INTAKE_RESEND,	/* post it; it came before, says the sender or shows
			 * this file: FL_CONFLICT on posting means "known
			 * already", nothing is wrong */
	INTAKE_FLAGGED, /* post it; somebody must look (unreachable) */
	INTAKE_HELD,	/* never post: a template nobody filled in */
	INTAKE_EVENT,	/* JSON, passed through: post it */
	INTAKE_REFUSED	/* JSON that is no event; notes say why */
};

struct intake_item {
	enum intake_verdict verdict;
	struct value event;    /* map; null when HELD or REFUSED */
	struct value draft;    /* HELD: the event as far as read; else null */
	struct problems notes; /* HELD and REFUSED have one error at least */
	uint32_t index;	       /* 1-based prospect, list item or line */
	int line;	       /* in the file; 0 unknown (inside an e-mail) */
};

struct intake_options {
	const char *default_country; /* calling code; NULL: "31" */
	const struct zone *zone;     /* dates without offset; NULL: UTC */
	bool dutch;		     /* language of the notes */
};

struct intake_result {
	enum intake_kind kind;
	struct intake_item *items; /* in the file's order */
	uint32_t count, cap;
	uint32_t to_post; /* items whose event may be posted */
};

/* Reads all of `bytes` (borrowed until return). `file_name` is for messages
 * only, copied; NULL: "input". `opt` may be NULL. Everything in *out lives in
 * `a`. FL_OK: at least one item. Else no item, and *err names file, line and
 * what is wrong: FL_INVALID (not ADF, e-mail or JSON; not well-formed; a
 * DOCTYPE; no prospect), FL_LIMIT (a size above), FL_NOMEM. */
fl_status intake_read(struct arena *a, const char *file_name, const char *bytes,
	size_t n, const struct intake_options *opt, struct intake_result *out,
	struct fl_error *err);

/* "lead", "resend", "flagged", "held", "event", "refused". Static. */
const char *intake_verdict_name(enum intake_verdict v);
