#include "ask/asking.h"

#include "base/plate.h"

static const char *const days[2][7] = {
	{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	{"ma", "di", "wo", "do", "vr", "za", "zo"}};
static const char *const months[2][12] = {
	{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
		"Nov", "Dec"},
	{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt",
		"nov", "dec"}};

/* Codes of the rules as Dutch people say them (states and kinds: schema.c). An
 * English reader gets the code with its underscores taken out. */
static const struct {
	const char *code, *nl;
} dutch[] = {
	{"lost", "verloren"},
	{"green", "groen"},
	{"red", "rood"},
	{"phone", "telefoon"},
	{"web", "website"},
	{"form", "formulier"},
	{"showroom", "showroom"},
	{"email", "e-mail"},
	{"visit", "bezoek"},
	{"test_drive", "proefrit"},
	{"delivery", "aflevering"},
	{"call", "bellen"},
	{"mail", "mailen"},
	{"todo", "doen"},
	{"thinking", "denkt na"},
	{"sold", "verkocht"},
	{"unsold", "niet verkocht"},
	{"reached", "gesproken"},
	{"no_answer", "geen gehoor"},
	{"sent", "verstuurd"},
	{"later", "later"},
	{"bought", "elders gekocht"},
	{"impossible", "kan niet"},
	{"leave_me_be", "wil geen contact"},
	{"accepted", "aangenomen"},
	{"refused", "teruggegeven"},
	{"done", "gedaan"},
	{"saved", "gered"},
	{"not_saved", "niet gered"},
	{"price", "prijs"},
	{"quote", "voorstel"},
	{"promises", "beloften"},
	{"extras", "extra's"},
	{"delivery_target", "gewenste leverdatum"},
	{"payment_agreed", "betaalafspraak"},
	{"trade_in", "inruil"},
	{"occasion", "gelegenheid"},
	{"trade_in_value", "inruilprijs"},
	{"delivery_time", "levertijd"},
	{"bought elsewhere", "elders gekocht"},
	{"product blocked", "product past niet"},
	{"objection", "bezwaar van de klant"},
	{"erased", "gewist"},
	{"revived", "weer tot leven"},
	{"tempo_days", "contacttempo in dagen"},
	{"next_contact_at", "datum van het volgende contact"},
	{"consent.phone", "toestemming voor telefoon"},
	{"consent.email", "toestemming voor e-mail"},
	{"brand", "merk"},
	{"feature", "eigenschap"},
	{"alternatives_checked", "bekeken alternatieven"},
	{"quality", "kwaliteit"},
	{"missing", "wat ontbreekt"},
	{"sales_manager", "verkoopleider"},
	{"delivery_specialist", "afleveraar"},
	{"fails_specialist", "medewerker mislukte deals"},
	{"principal", "directie"},
	{"dealer_admin", "beheerder"},
	{"back_office", "administratie"},
	{"bdc_agent", "leadteam"},
	{"service_advisor", "serviceadviseur"},
	{"waiting", "wacht"},
	{"open", "open"},
	{"closed", "gesloten"},
	{"hunting", "jagen"},
	{"withdrawn", "vervallen"},
	{"missed", "gemist"},
	{"in", "inkomend"},
	{"out", "uitgaand"},
	{"seller", "verkoper"},
	{"system", "systeem"},
	{"next in turn", "aan de beurt"},
	{"nobody acted in time", "niemand was op tijd"},
	{"role", "rol"},
	{"on duty", "heeft dienst"},
	{"least loaded", "heeft de meeste ruimte"},
	{"deputy", "waarnemer"},
	{"next in team", "de volgende in het team"},
	{"same role", "zelfde rol"},
	{"manager", "verkoopleider"},
	{"nobody present", "niemand aanwezig"},
	{"assigned", "toegewezen"},
	{"at_risk", "in gevaar"},
	{"at risk", "in gevaar"},
	{"blue", "blauw"},
	{"yellow", "geel"},
	{"broken", "gebroken"},
	{"kept", "nagekomen"},
	{"cause", "oorzaak"},
	{"channel", "kanaal"},
	{"closer", "afsluiter"},
	{"consultant", "adviseur"},
	{"desk", "verkoopleiding"},
	{"fni", "financiering en verzekering"},
	{"greeter", "ontvangst"},
	{"importer", "importeur"},
	{"operator", "beheer van het systeem"},
	{"partner", "partner"},
	{"false_info", "klopte niet"},
	{"no_commitment", "wilde zich niet vastleggen"},
	{"stalling", "stelt uit"},
	{"forwarded", "doorgegeven"},
	{"granted", "toegekend"},
	{"linked", "gekoppeld"},
	{"light", "licht"},
	{"serious", "ernstig"},
	{"grave", "zwaar"},
	{"go_on", "doorgaan"},
	{"slow_down", "rustiger aan"},
	{"stop", "stoppen"},
	{"new_due", "nieuwe datum"},
	{"new_estimate", "verwachte datum"},
	{"due_to", "uiterste datum"},
	{"no", "nee"},
	{"yes", "ja"},
	{"not_yet", "nog niet"},
	{"no_click_with_us", "geen klik met ons"},
	{"no_need_yet", "nog geen behoefte"},
	{"received", "ontvangen"},
	{"referral", "doorverwijzing"},
	{"referred", "iemand aangeraden"},
	{"resolved", "opgelost"},
	{"solved", "opgelost"},
	{"set", "gemaakt"},
	{"slipped", "uitgelopen"},
	{"survey", "vragenlijst"},
	{"trouble", "problemen"},
	{"signed_deal", "getekende deal"},
	{"kind", "soort"},
	{"amount", "bedrag"},
	{"reason", "reden"},
	{"second_face", "tweede gezicht"},
	{"accepted_by", "aanvaard door"},
	{"do_differently", "wat je anders doet"},
	{"reasons", "redenen"},
	{"attribution", "waar het aan lag"},
	{"revive_at", "weer oppakken op"},
	{"deal", "deal"},
	{"lead", "lead"},
	{"owner", "verantwoordelijke"},
	{"handler", "behandelaar"},
	{"none", "geen"},
	{"due", "uiterste moment"},
	{"last touch", "het laatste contact"},
	{"acceptance", "de acceptatie"},
	{"previous step", "de vorige stap"},
	{"named", "zoals genoemd"},
	{"a lead is owed", "heeft een lead tegoed"},
	{"outcome", "uitkomst"},
	{"open cases", "open zaken"},
	{"deliveries a day", "afleveringen per dag"},
	{"tasks", "taken"},
	{"customers", "lopende deals"},
	{"help", "helpen"},
	{"as_long_as says no", "as_long_as van de kaart zegt nee"},
	{"excepted: the seller delivers", "de verkoper levert zelf af"},
	{"nothing is left to close", "er is niets meer af te sluiten"},
	{"the rules no longer have this mode", "deze stand staat niet meer in "
		"de regels"},
	{"the rules no longer have this step", "deze stap staat niet meer in "
		"de regels"},
	{"its step has another name now", "de stap heet nu anders"},
	{"the rules stop this card", "de regels stoppen deze kaart"},
	{"moved to another card", "gaat verder in een andere kaart"},
	{"the delivery specialist has taken over", "de afleveraar heeft het "
		"overgenomen"},
	{"the ladder went on", "de ladder is een sport verder"},
	{"there was contact already", "er was al contact"},
	{"the date it counts from has moved", "de dag waarvan wordt geteld is "
		"verschoven"},
	{"service", "service"},
};

struct text words_code(struct view *v, struct text code)
{
	char *spaced;

	if (v->nl && schema_state(code) >= 0)
		return schema_state_word(schema_state(code), true);
	if (v->nl && !text_equal(schema_kind_word(code, true), code))
		return schema_kind_word(code, true);
	for (size_t i = 0; v->nl && i < sizeof(dutch) / sizeof(dutch[0]); i++)
		if (text_is(code, dutch[i].code))
			return text_of(dutch[i].nl);
	if (code.bytes == 0 || memchr(code.at, '_', code.bytes) == NULL ||
		memchr(code.at, ' ', code.bytes) != NULL || /* a sentence */
		(spaced = arena_text(v->a, code.at, code.bytes)) == NULL)
		return code;
	for (char *c = spaced; *c != '\0'; c++)
		if (*c == '_')
			*c = ' ';
	return (struct text){spaced, code.bytes};
}

static struct text made(const char *text)
{
	return text != NULL ? text_of(text) : TEXT("");
}

struct text words_buf(struct view *v, struct buf *b)
{
	struct text t = TEXT("");

	if (b->failed)
		v->a->failed = true;
	else if (b->len > 0)
		t = made(arena_text(v->a, b->at, b->len));
	buf_deinit(b);
	return t;
}

static struct text day_words(
	struct view *v, const struct civil *c, const struct civil *now)
{
	int weekday = civil_weekday(civil_days(c->year, c->month, c->day));
	const char *day = days[v->nl][weekday];
	const char *month = months[v->nl][c->month - 1];

	if (c->year != now->year)
		return made(arena_printf(
			v->a, "%s %d %s %d", day, c->day, month, (int)c->year));
	return made(arena_printf(v->a, "%s %d %s", day, c->day, month));
}

static bool is_whole_day(const struct civil *c)
{
	return (c->hour == 23 && c->minute == 59) ||
	       (c->hour == 0 && c->minute == 0);
}

static struct text clock_words(struct view *v, int64_t at_ms, bool today_too)
{
	struct civil c, now;
	struct text day;
	bool today;

	zone_civil(v->book->zone, at_ms, &c);
	zone_civil(v->book->zone, v->ask->now_ms, &now);
	today = c.year == now.year && c.month == now.month && c.day == now.day;
	if (today && !today_too && is_whole_day(&c))
		return v->nl ? TEXT("vandaag") : TEXT("today");
	if (today && !today_too)
		return made(arena_printf(v->a, "%02d:%02d", c.hour, c.minute));
	day = day_words(v, &c, &now);
	if (is_whole_day(&c))
		return day;
	return made(
		arena_printf(v->a, "%s %02d:%02d", day.at, c.hour, c.minute));
}

struct text words_time(struct view *v, int64_t at_ms)
{
	return clock_words(v, at_ms, false);
}

struct text words_moment(struct view *v, int64_t at_ms)
{
	return clock_words(v, at_ms, true);
}

/* "€ 31.250" or "USD 31,250.50": the thousands as the language writes them. */
struct text words_money(struct view *v, int64_t cents)
{
	const char *sign = text_is(v->book->currency, "EUR")
				   ? "€"
				   : v->book->currency.at;
	uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
	char digits[24], out[40];
	int n = snprintf(digits, sizeof(digits), "%llu",
		(unsigned long long)(size / 100));
	size_t at = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			out[at++] = v->nl ? '.' : ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	if (size % 100 != 0)
		snprintf(out + at, sizeof(out) - at, "%c%02d",
			v->nl ? ',' : '.', (int)(size % 100));
	return made(arena_printf(v->a, "%s%s %s", cents < 0 ? "-" : "", sign,
		out));
}

/* 0.005 is "0.5%", in Dutch "0,5%". */
struct text words_percent(struct view *v, double share)
{
	char *text = arena_printf(v->a, "%g%%", share * 100);
	char *point = text != NULL && v->nl ? strchr(text, '.') : NULL;

	if (point != NULL)
		*point = ',';
	return made(text);
}

struct text words_person(struct view *v, struct text id)
{
	const struct person *p = rulebook_person(v->book, id);

	if (p != NULL && p->name.bytes > 0)
		return p->name;
	if (text_is(id, "admin"))
		return v->nl ? TEXT("de beheerder") : TEXT("the administrator");
	if (text_is(id, "system"))
		return TEXT("fairlead");
	return id;
}

struct text words_customer(struct view *v, const struct record *customer)
{
	struct text name = field_text(customer, "name");
	struct text first = field_text(customer, "first_name");
	struct text last = field_text(customer, "last_name");

	if (name.bytes > 0)
		return name;
	if (first.bytes > 0 && last.bytes > 0)
		return made(arena_printf(v->a, "%s %s", first.at, last.at));
	return first.bytes > 0 ? first : last;
}

static void add_word(struct buf *b, const struct value *map, const char *key)
{
	const struct value *w = value_get(map, key);

	if (w == NULL || (w->kind != VALUE_TEXT && w->kind != VALUE_INT))
		return;
	if (b->len > 0)
		buf_add_char(b, ' ');
	if (w->kind == VALUE_INT)
		buf_add_int(b, w->as.integer);
	else
		buf_add(b, w->as.text, w->count);
}

static struct text car_value(struct view *v, const struct value *car)
{
	static const char *const parts[] = {"make", "model", "trim", "year"};
	const char *plate = value_get_str(car, "plate");
	char print[PLATE_PRINT];
	struct buf b;

	if (car == NULL)
		return TEXT("");
	if (car->kind == VALUE_TEXT)
		return value_as_text(car);
	if (car->kind == VALUE_LIST)
		return car->count > 0 ? car_value(v, &car->as.items[0])
				      : TEXT("");
	buf_init(&b, WORDS_BYTES);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		add_word(&b, car, parts[i]);
	if (plate != NULL)
		buf_printf(&b, b.len > 0 ? " (%s)" : "%s",
			plate_print(plate, print) ? print : plate);
	return words_buf(v, &b);
}

struct text words_car(struct view *v, const struct record *deal)
{
	return car_value(
		v, deal != NULL ? value_get(&deal->fields, "vehicle") : NULL);
}

static struct text list_words(struct view *v, const struct value *list)
{
	struct buf b;

	if (list->count == 0)
		return v->nl ? TEXT("geen") : TEXT("none");
	buf_init(&b, WORDS_BYTES);
	for (uint32_t i = 0; i < list->count; i++) {
		struct text t = words_value(v, NULL, &list->as.items[i]);

		if (b.len > 0)
			buf_add_text(&b, ", ");
		buf_add(&b, t.at, t.bytes);
	}
	return words_buf(v, &b);
}

static struct text map_words(struct view *v, const struct value *map)
{
	const char *name = value_get_str(map, "name");
	struct text car;
	struct buf b;

	if (name != NULL)
		return text_of(name);
	if ((car = car_value(v, map)).bytes > 0)
		return car;
	buf_init(&b, WORDS_BYTES);
	for (uint32_t i = 0; i < map->count; i++) {
		struct text key = words_code(v, map->as.members[i].key);
		struct text t = words_value(v, NULL, &map->as.members[i].value);

		buf_printf(&b, "%s%s %s", i > 0 ? ", " : "", key.at, t.at);
	}
	return words_buf(v, &b);
}

static struct text int_words(
	struct view *v, const struct field_def *def, int64_t n)
{
	if (def != NULL && def->type == FIELD_TIME)
		return words_moment(v, n);
	if (def != NULL && def->type == FIELD_MONEY)
		return words_money(v, n);
	if (def != NULL && def->type == FIELD_REF)
		return id_show(v->a, def->ref_kind, n);
	return made(arena_printf(v->a, "%lld", (long long)n));
}

struct text words_value(
	struct view *v, const struct field_def *def, const struct value *value)
{
	switch (value != NULL ? value->kind : VALUE_NULL) {
	case VALUE_BOOL:
		if (value->as.boolean)
			return v->nl ? TEXT("ja") : TEXT("yes");
		return v->nl ? TEXT("nee") : TEXT("no");
	case VALUE_INT:
		return int_words(v, def, value->as.integer);
	case VALUE_REAL:
		return made(arena_printf(v->a, "%g", value->as.real));
	case VALUE_TEXT:
		if (def != NULL && def->type == FIELD_PERSON)
			return words_person(v, value_as_text(value));
		return words_code(v, value_as_text(value));
	case VALUE_LIST:
		return list_words(v, value);
	case VALUE_MAP:
		return map_words(v, value);
	default:
		return TEXT("");
	}
}

/* ---- into answers ---- */

static void put_part(struct view *v, struct value *map, const char *key,
	const char *ending, struct value value)
{
	const char *name = arena_printf(v->a, "%s%s", key, ending);

	if (name != NULL)
		value_put(v->a, map, name, value);
}

void put_time(struct view *v, struct value *map, const char *key, int64_t ms,
	bool text)
{
	char iso[48];
	const char *kept;

	if (ms == 0 || ms == INT64_MAX)
		return;
	zone_write_time(v->book->zone, ms, iso, sizeof(iso));
	if ((kept = arena_strdup(v->a, iso)) == NULL)
		return;
	put_part(v, map, key, "", value_text(kept));
	put_part(v, map, key, "_ms", value_int(ms));
	if (text)
		put_part(
			v, map, key, "_text", value_of_text(words_time(v, ms)));
}

void ask_time(struct ask *ask, struct value *map, const char *key, int64_t ms)
{
	const struct rulebook *book = ruleset_book(ask->ruleset);
	struct view v = {.ask = ask, .a = ask->a, .book = book,
		.nl = text_is(book->language, "nl")};

	put_time(&v, map, key, ms, true);
}

void put_text(struct view *v, struct value *map, const char *key, struct text t)
{
	if (t.bytes > 0)
		value_put(v->a, map, key, value_of_text(t));
}

void put_id(struct view *v, struct value *map, const char *key,
	struct text kind, int64_t id)
{
	if (id != 0)
		put_text(v, map, key, id_show(v->a, kind, id));
}
