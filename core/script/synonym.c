#include "script/synonym.h"

#include "base/near.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct synonym {
	const char *said, *meant;
};

static const struct synonym synonyms[] = {
	/* kinds of card and their parts */
	{"kaart", "cadence"},
	{"ritme", "cadence"},
	{"contactritme", "cadence"},
	{"workflow", "cadence"},
	{"campaign", "cadence"},
	{"regel", "rule"},
	{"trigger", "rule"},
	{"overdracht", "handoff"},
	{"escalatie", "escalation"},
	{"poort", "gate"},
	{"stand", "mode"},
	{"stap", "step"},
	{"stappen", "step"},
	{"action", "step"},
	{"als", "when"},
	{"wanneer", "when"},
	{"on", "when"},
	{"toets", "test"},
	{"afdeling", "department"},
	{"instelling", "setting"},
	{"persoon", "person"},
	{"medewerker", "person"},
	{"user", "person"},
	{"veld", "field"},
	{"gebeurtenis", "event"},
	{"ploeg", "team"},
	{"dealer", "dealership"},
	{"bedrijf", "dealership"},
	{"verander", "change"},
	{"uitzetten", "switch_off"},
	/* keys of cards */
	{"naam", "name"},
	{"titel", "title"},
	{"name", "title"},
	{"label", "title"},
	{"description", "title"},
	{"omschrijving", "title"},
	{"over", "about"},
	{"gaat_over", "about"},
	{"kind", "about"},
	{"begint", "starts"},
	{"start", "starts"},
	{"begins", "starts"},
	{"begin", "starts"},
	{"stopt", "stops"},
	{"eindigt", "stops"},
	{"ends", "stops"},
	{"end", "stops"},
	{"until", "stops"},
	{"tot", "stops"},
	{"pauze", "pauses"},
	{"pause", "pauses"},
	{"pauzeert", "pauses"},
	{"zolang", "as_long_as"},
	{"zolang_als", "as_long_as"},
	{"while", "as_long_as"},
	{"prioriteit", "priority"},
	{"gesloten", "closed"},
	{"verwijderd", "removed"},
	/* keys of steps */
	{"na", "after"},
	{"wacht", "after"},
	{"wait", "after"},
	{"delay", "after"},
	{"voor", "before"},
	{"dag", "day"},
	{"elke", "every"},
	{"iedere", "every"},
	{"interval", "every"},
	{"herhaal", "every"},
	{"repeat", "every"},
	{"om", "at"},
	{"tijd", "at"},
	{"time", "at"},
	{"als_klaar", "when_over"},
	{"vanaf", "from"},
	{"van", "from"},
	{"of_field", "of"},
	{"minstens", "at_least"},
	{"minimaal", "at_least"},
	{"minimum", "at_least"},
	{"min", "at_least"},
	{"hoogstens", "at_most"},
	{"maximaal", "at_most"},
	{"maximum", "at_most"},
	{"max", "at_most"},
	{"tot_en_met", "up_to"},
	{"binnen", "within"},
	{"deadline", "within"},
	{"sla", "within"},
	{"uiterlijk", "due"},
	{"due_date", "due"},
	{"eenmalig", "once"},
	{"eenmaal", "once"},
	{"tenzij", "unless"},
	{"behalve", "unless"},
	{"if_not", "unless"},
	{"overslaan", "skip_if"},
	{"sla_over", "skip_if"},
	{"skip", "skip_if"},
	{"if", "if_state"},
	{"als_toestand", "if_state"},
	{"toestand", "if_state"},
	{"state", "if_state"},
	{"status", "if_state"},
	{"taak", "task"},
	{"tekst", "text"},
	{"wie", "who"},
	{"door", "by"},
	{"assignee", "who"},
	{"assigned_to", "who"},
	{"to", "who"},
	{"owner", "who"},
	{"voor_wie", "who"},
	{"met", "with"},
	{"kanaal", "channel"},
	{"kanaal", "by"},
	{"channel", "by"},
	{"channels", "by"},
	{"doel", "purpose"},
	{"reden", "purpose"},
	{"aanbod", "offers"},
	{"als_te_laat", "if_late"},
	{"te_laat", "if_late"},
	{"schrijft", "writes"},
	{"vult", "writes"},
	{"antwoorden", "answers"},
	{"antwoord", "answers"},
	{"outcomes", "answers"},
	{"results", "answers"},
	{"rij", "queue"},
	{"wachtrij", "queue"},
	{"gemist", "if_missed"},
	{"als_gemist", "if_missed"},
	{"escalate", "if_missed"},
	{"reminder", "remind"},
	{"herinner", "remind"},
	{"herinnering", "remind"},
	{"meld", "tell"},
	{"vertel", "tell"},
	{"notify", "tell"},
	{"ook", "also"},
	{"waarschuwing", "alert"},
	{"alarm", "alert"},
	{"coulance", "goodwill"},
	{"ga_naar", "move_to"},
	{"naar", "to"},
	{"move", "move_to"},
	{"goto", "move_to"},
	{"nodig", "needs"},
	{"requires", "needs"},
	{"required", "needs"},
	{"was_eerst", "was"},
	{"accepteren_binnen", "accept_within"},
	{"als_stil", "if_silent"},
	{"als_geweigerd", "if_refused"},
	{"als_vol", "when_full"},
	{"vol", "when_full"},
	{"weigert", "refuses"},
	{"bewaakt", "guards"},
	{"bewaak", "guards"},
	{"standaard", "default"},
	{"zeg", "say"},
	{"message", "say"},
	{"woorden", "words"},
	{"vraag", "ask"},
	{"title", "text"},
	{"text", "title"},
	/* dealership.lua */
	{"uren", "hours"},
	{"openingstijden", "hours"},
	{"opening_hours", "hours"},
	{"taal", "language"},
	{"wet", "legal"},
	{"munt", "currency"},
	{"valuta", "currency"},
	{"tijdzone", "zone"},
	{"timezone", "zone"},
	{"feestdagen", "holidays"},
	{"dicht", "closed"},
	{"rollen", "roles"},
	{"rol", "roles"},
	{"telefoon", "phone"},
	{"mail", "email"},
	{"merk", "brand"},
	{"extern", "external"},
	{"soort", "type"},
	{"default_value", "default"},
	{"value", "default"},
	{"waarde", "default"},
	{"onderwerp", "subject"},
	{"velden", "fields"},
	/* fields */
	{"voornaam", "first_name"},
	{"achternaam", "last_name"},
	{"prijs", "price"},
	{"total", "price"},
	{"bedrag", "amount"},
	{"auto", "vehicle"},
	{"car", "vehicle"},
	{"aanbetaling", "deposit"},
	{"inruil", "trade_in"},
	{"leverdatum", "delivery_target"},
	{"toestand", "state"},
	{"status", "state"},
	{"licht", "light"},
	{"sein", "light"},
	{"verkoper", "seller"},
	{"behandelaar", "handler"},
	{"owner", "handler"},
	{"reden", "reason"},
	{"opmerking", "comments"},
	{"opmerkingen", "comments"},
	{"adres", "address"},
	{"emailadres", "email"},
	{"telefoonnummer", "phone"},
	{"mobiel", "phone"},
	{"contacten", "touch_count"},
	/* formats of placeholders */
	{"datum", "date"},
	{"dd_mm_jjjj", "date"},
	{"dd_mm_yyyy", "date"},
	{"tijd", "time"},
	{"tijdstip", "time"},
	{"euro", "money"},
	{"procent", "percent"},
	{"kenteken", "plate"},
	/* people, tasks, answers */
	{"eigenaar", "owner"},
	{"rol", "role"},
	{"bel", "call"},
	{"bellen", "call"},
	{"phone", "call"},
	{"mailen", "mail"},
	{"email", "mail"},
	{"bezoek", "visit"},
	{"taak", "todo"},
	{"task", "todo"},
	{"doen", "todo"},
	{"leg_vast", "record"},
	{"opnieuw", "again"},
	{"notitie", "note"},
	{"minste_werk", "least_loaded"},
	{"om_beurten", "round_robin"},
	{"dienst", "on_duty"},
	{"bereikt", "reached"},
	{"geen_gehoor", "no_answer"},
	{"voicemail", "no_answer"},
	{"later", "later"},
	/* roles */
	{"verkoopleider", "sales_manager"},
	{"verkoopmanager", "sales_manager"},
	{"manager", "sales_manager"},
	{"afleveraar", "delivery_specialist"},
	{"directeur", "principal"},
	{"eigenaar", "principal"},
	{"receptie", "greeter"},
	{"receptionist", "greeter"},
	{"gastvrouw", "greeter"},
	{"beheerder", "dealer_admin"},
	{"admin", "dealer_admin"},
	{"administratie", "back_office"},
	{"financiering", "fni"},
	{"finance", "fni"},
	{"financieel_adviseur", "fni"},
	{"nazorg", "aftercare"},
	{"serviceadviseur", "service_advisor"},
	{"werkplaats", "service_advisor"},
	{"afsluiter", "closer"},
	{"leadteam", "bdc_agent"},
	{"bdc", "bdc_agent"},
	{"mislukte_deals", "fails_specialist"},
	{"importeur", "importer"},
	{"consultant", "consultant"},
	{"adviseur", "consultant"},
	/* kinds of record */
	{"klant", "customer"},
	{"client", "customer"},
	{"afspraak", "appointment"},
	{"toezegging", "promise"},
	{"belofte", "promise"},
	{"zaak", "case"},
	{"aflevering", "delivery"},
	{"klacht", "complaint"},
	{"vestiging", "rooftop"},
	{"verkoop", "deal"},
	{"order", "deal"},
	{"lead", "deal"},
	/* states */
	{"nieuw", "new"},
	{"bezocht", "visited"},
	{"getekend", "signed"},
	{"verkocht", "signed"},
	{"geleverd", "delivered"},
	{"afgeleverd", "delivered"},
	{"gereed", "ready"},
	{"klaar", "ready"},
	{"mislukt", "failed"},
	{"slapend", "dormant"},
	{"gestopt", "stopped"},
	{"offerte", "quoted"},
	{"open", "engaged"},
	/* whole events */
	{"delivered", "delivery.completed"},
	{"deal.delivered", "delivery.completed"},
	{"car.delivered", "delivery.completed"},
	{"customer.called", "contact.made"},
	{"customer.visited", "visit.ended"},
	/* what an event is about or does */
	{"sold", "signed"},
	{"won", "signed"},
	{"created", "received"},
	{"created", "opened"},
	{"new", "received"},
	{"done", "ended"},
	{"done", "completed"},
	{"contact", "contact"},
	{"gemaakt", "made"},
	{"gesproken", "made"},
	{"ontvangen", "received"},
	{"verloren", "lost"},
	{"geannuleerd", "cancelled"},
	{"gezet", "set"},
	{"gemaakt", "set"},
	{"beeindigd", "ended"},
	{"begonnen", "started"},
	{"nagekomen", "kept"},
	{"gebroken", "broken"},
	{"verschoven", "moved"},
	{"betaling", "payment"},
	{"toestemming", "consent"},
	{"gegeven", "given"},
	{"ingetrokken", "withdrawn"},
	{"proefrit", "appointment"},
	/* types and small words */
	{"string", "text"},
	{"getal", "number"},
	{"integer", "number"},
	{"int", "number"},
	{"bedrag", "money"},
	{"percentage", "percent"},
	{"tijdsduur", "duration"},
	{"duur", "duration"},
	{"ja_nee", "yes_no"},
	{"boolean", "yes_no"},
	{"bool", "yes_no"},
	{"ja_nee", "bool"},
	{"boolean", "bool"},
	{"date", "time"},
	{"datum", "time"},
	{"lijst", "list"},
	{"nederlands", "nl"},
	{"dutch", "nl"},
	{"engels", "en"},
	{"english", "en"},
	{"fone", "phone"},
	{"tel", "phone"},
	{"telephone", "phone"},
	{"mobile", "phone"},
	{"e_mail", "email"},
	{"app", "whatsapp"},
	{"brief", "post"},
	{"letter", "post"},
	{"hulp", "help"},
	{"bevestiging", "assurance"},
};

static char plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == ' ' || c == '-' ? '_' : c;
}

static bool same(const char *said, const char *word)
{
	while (*said != '\0' && plain(*said) == *word)
		said++, word++;
	return *said == *word;
}

const char *synonym_among(const char *said, const char *const *names, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (same(said, names[k]))
			return names[k];
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++) {
		if (!same(said, synonyms[i].said))
			continue;
		for (size_t k = 0; k < n; k++)
			if (strcmp(names[k], synonyms[i].meant) == 0)
				return names[k];
	}
	return NULL;
}

/* ---- events ---- */

enum { EVENTS_MOST = 512, KINDS_MOST = 64 };

static const char *behind(const char *event)
{
	return strchr(event, '.') + 1;
}

/* Is this event one of that kind of record? NULL: of any. */
static bool is_of(const char *event, const char *kind)
{
	size_t n = kind != NULL ? strlen(kind) : 0;

	return kind == NULL ||
	       (strncmp(event, kind, n) == 0 && event[n] == '.');
}

/* The events of that kind; returns how many. */
static size_t events_of(const struct schema *s, const char *kind,
	const char *names[EVENTS_MOST])
{
	size_t n = 0;

	for (uint32_t i = 0; i < schema_event_count(s) && n < EVENTS_MOST; i++)
		if (is_of(schema_event_at(s, i)->name.at, kind))
			names[n++] = schema_event_at(s, i)->name.at;
	return n;
}

/* The kind of record that stands before the point; NULL: none. */
static const char *kind_meant(
	const struct schema *s, const char *wrong, const char *dot)
{
	const char *kinds[KINDS_MOST];
	char said[64];
	size_t n = 0;

	for (uint32_t i = 0; i < schema_kind_count(s) && n < KINDS_MOST; i++)
		kinds[n++] = schema_kind_at(s, i)->name.at;
	snprintf(said, sizeof(said), "%.*s", (int)(dot - wrong), wrong);
	return synonym_among(said, kinds, n);
}

/* The only event of that kind whose last part is meant; of any kind the
 * deal's comes first. */
static const char *part_meant(
	const struct schema *s, const char *kind, const char *part)
{
	const char *names[EVENTS_MOST], *parts[EVENTS_MOST] = {0}, *last;
	size_t n = events_of(s, kind, names), found = 0;

	for (size_t i = 0; i < n; i++)
		parts[i] = behind(names[i]);
	last = synonym_among(part, parts, n);
	for (size_t i = 0; last != NULL && i < n; i++) {
		if (strcmp(parts[i], last) != 0)
			continue;
		if (is_of(names[i], "deal"))
			return names[i];
		names[found++] = names[i];
	}
	return found == 1 ? names[0] : NULL;
}

/* Known kinds only: else a slip before the point stands for another kind. */
static const char *event_meant(const struct schema *s, const char *wrong)
{
	const char *dot = strchr(wrong, '.'), *kind, *meant;

	if (dot == NULL)
		return part_meant(s, NULL, wrong);
	if ((kind = kind_meant(s, wrong, dot)) == NULL)
		return NULL;
	meant = part_meant(s, kind, dot + 1);
	return meant != NULL ? meant : part_meant(s, NULL, dot + 1);
}

const char *synonym_event(const struct schema *s, struct text wrong)
{
	const char *names[EVENTS_MOST], *meant, *dot = strchr(wrong.at, '.');
	size_t n = events_of(s, NULL, names);
	int at;

	meant = synonym_among(wrong.at, names, n);
	if (meant == NULL)
		meant = event_meant(s, wrong.at);
	if (meant != NULL)
		return meant;
	if ((at = near_name(wrong.at, names, n)) >= 0)
		return names[at];
	return dot != NULL ? part_meant(s, NULL, dot + 1) : NULL;
}
