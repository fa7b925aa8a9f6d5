/* What each type of event is called in a story. {field} is a field of its
 * data; what stands between [ and ] is left out when a field in it is not
 * known. Without its brackets each calls the type itself, as rules name it:
 * every field stands between some. */
#include "ask/sentence.h"

static const struct sentence {
	const char *type, *nl, *en;
} sentences[] = {
	{"lead.received",
		"Nieuwe lead[ via {channel}][: {vehicles}][, zegt: "
		"\"{comments}\"]",
		"New lead[ through {channel}][: {vehicles}][, says: "
		"\"{comments}\"]"},
	{"lead.duplicate_linked", "Zelfde klant en wens: gekoppeld[ aan {into}]",
		"Same customer and wish: linked[ to {into}]"},
	{"lead.assigned", "Toegewezen[ aan {to}][ ({reason})]",
		"Assigned[ to {to}][ ({reason})]"},
	{"lead.reassigned", "Overgedragen[ aan {to}][ ({reason})]",
		"Handed over[ to {to}][ ({reason})]"},
	{"lead.granted", "Verse lead[ voor {to}]", "A fresh lead[ for {to}]"},
	{"lead.owed", "[{person} krijgt ]een verse lead tegoed",
		"[{person} is ]owed a fresh lead"},
	{"lead.forwarded", "Lead doorgegeven[ aan {partner}]",
		"Lead passed on[ to {partner}]"},
	{"lead.outcome_reported", "Terugmelding over de lead[: {result}]",
		"Told about the lead[: {result}]"},
	{"up.taken", "Inloper ontvangen[ door {person}]",
		"Walk-in greeted[ by {person}]"},
	{"contact.attempted", "Geprobeerd te bereiken[ ({channel})]",
		"Tried to reach[ ({channel})]"},
	{"contact.made",
		"Contact gehad[ ({channel})][: {questions}][, wil elke "
		"{tempo_days} dagen iets horen][, weer op {next_contact_at}]",
		"Spoke[ ({channel})][: {questions}][, wants to hear every "
		"{tempo_days} days][, again on {next_contact_at}]"},
	{"contact.refused_by_guard",
		"Contact mocht nu niet[ ({channel})][: {reason}]",
		"Contact was not allowed now[ ({channel})][: {reason}]"},
	{"contact.requested",
		"Klant vraagt om contact[ ({channel})][: {about}]",
		"The customer asks for contact[ ({channel})][: {about}]"},
	{"consent.given", "Toestemming[ voor {channel}]",
		"Consent[ for {channel}]"},
	{"consent.withdrawn", "Toestemming[ voor {channel}] ingetrokken",
		"Consent[ for {channel}] withdrawn"},
	{"appointment.set", "Afspraak gemaakt[ ({kind})][: {at}]",
		"Appointment made[ ({kind})][: {at}]"},
	{"appointment.kept", "Klant kwam op de afspraak[ ({kind})]",
		"The customer came to the appointment[ ({kind})]"},
	{"appointment.missed", "Klant kwam niet op de afspraak[ ({kind})]",
		"The customer missed the appointment[ ({kind})]"},
	{"appointment.moved", "Afspraak verzet[ naar {at}]",
		"Appointment moved[ to {at}]"},
	{"visit.started", "Bezoek begonnen[ bij {person}]",
		"Visit began[ with {person}]"},
	{"visit.ended",
		"Bezoek afgelopen[: {outcome}][, gesproken met "
		"{turned_over_to}][ ({left_reason})]",
		"Visit ended[: {outcome}][, met {turned_over_to}][ "
		"({left_reason})]"},
	{"quote.presented", "Voorstel gedaan[: {amount}]",
		"Offer shown[: {amount}]"},
	{"objection.raised", "Bezwaar[: {code}]", "Objection[: {code}]"},
	{"behaviour.observed", "Gedrag gezien[: {kind}][ ({note})]",
		"Behaviour seen[: {kind}][ ({note})]"},
	{"prospect.bought_elsewhere", "Elders gekocht[: {brand}]",
		"Bought elsewhere[: {brand}]"},
	{"prospect.product_blocked", "Kan niet met dit product[: {feature}]",
		"The product makes it impossible[: {feature}]"},
	{"deal.opened", "Dossier geopend[: {vehicle}]",
		"File opened[: {vehicle}]"},
	{"deal.turned_over", "Gesprek overgenomen[ door {to}][ ({why})]",
		"Talk taken over[ by {to}][ ({why})]"},
	{"deal.signed", "Getekend[ bij {seller}][ voor {price}]",
		"Signed[ with {seller}][ for {price}]"},
	{"deal.dossier_filled", "Dossier aangevuld", "File completed"},
	{"deal.failed", "Deal mislukt[ in {stage}][: {reason}]",
		"Deal failed[ in {stage}][: {reason}]"},
	{"deal.cancelled", "Koop geannuleerd[: {reason}]",
		"Purchase cancelled[: {reason}]"},
	{"save_a_deal.done", "Reddingspoging gedaan[, kwaliteit {quality}]",
		"Tried to save the deal[, quality {quality}]"},
	{"fails.case_opened", "Zaak bij afdeling mislukte deals[: {reason}]",
		"A case for the fails department[: {reason}]"},
	{"fails.case_accepted", "Zaak opgepakt[ door {by}]",
		"Case taken up[ by {by}]"},
	{"fails.step_done", "Stap van de zaak gedaan[: {step}]",
		"Step of the case done[: {step}]"},
	{"fails.case_closed", "Zaak gesloten[: {outcome}]",
		"Case closed[: {outcome}]"},
	{"deal.revived", "Deal weer tot leven", "Deal back to life"},
	{"deal.lost", "Verloren[, geleerd: {do_differently}]",
		"Lost[, learned: {do_differently}]"},
	{"lesson.recorded", "Les genoteerd[: {code}]", "Lesson[: {code}]"},
	{"self_review.completed", "Zelfreflectie gedaan[ ({period})]",
		"Looked back[ ({period})]"},
	{"deal.stopped", "Gestopt[: {reason}]", "Stopped[: {reason}]"},
	{"deal.reopened", "Weer geopend[: {reason}]",
		"Opened again[: {reason}]"},
	{"deal.state_changed", "Stand[: {to}]", "State[: {to}]"},
	{"delivery.handed_off", "Dossier aangeboden[ aan {to}]",
		"File offered[ to {to}]"},
	{"delivery.accepted", "Aflevering aangenomen[ door {by}]",
		"Delivery accepted[ by {by}]"},
	{"delivery.refused", "Dossier teruggegeven[, mist: {missing}]",
		"File sent back[, lacks: {missing}]"},
	{"delivery.planned", "Aflevering afgesproken[: {slot}]",
		"Delivery agreed[: {slot}]"},
	{"delivery.item_done", "Voorbereid[: {item}]", "Prepared[: {item}]"},
	{"delivery.ready", "Auto staat klaar", "The car is ready"},
	{"delivery.completed", "Afgeleverd[ ({vehicle_plate})]",
		"Delivered[ ({vehicle_plate})]"},
	{"handoff.excepted", "Verkoper levert zelf af[: {reason}]",
		"The seller delivers[: {reason}]"},
	{"promise.made", "Beloofd[: {what}][, uiterlijk {due_to}]",
		"Promised[: {what}][, by {due_to}]"},
	{"promise.at_risk", "Belofte in gevaar[: {cause}][, nu {new_estimate}]",
		"Promise at risk[: {cause}][, now {new_estimate}]"},
	{"promise.slipped", "Belofte schuift[ naar {new_due}][: {cause}]",
		"Promise moved[ to {new_due}][: {cause}]"},
	{"promise.notice_sent", "Klant ingelicht over de belofte",
		"The customer was told about the promise"},
	{"promise.chased", "Klant vroeg zelf naar de belofte",
		"The customer had to ask about the promise"},
	{"promise.kept", "Belofte nagekomen", "Promise kept"},
	{"promise.broken", "Belofte gebroken", "Promise broken"},
	{"goodwill.given", "Coulance gegeven[: {amount}]",
		"Goodwill given[: {amount}]"},
	{"complaint.opened", "Klacht[: {text}]", "Complaint[: {text}]"},
	{"complaint.retold", "Klant moest de klacht opnieuw vertellen",
		"The customer had to tell the complaint again"},
	{"complaint.resolved", "Klacht opgelost", "Complaint resolved"},
	{"payment.received", "Betaling ontvangen[: {amount}]",
		"Payment received[: {amount}]"},
	{"incident.reported", "Problemen onderweg[: {kind}]",
		"Trouble on the road[: {kind}]"},
	{"survey.sent", "Vragenlijst gestuurd", "Survey sent"},
	{"survey.answered", "Vragenlijst ingevuld[: {how_score}]",
		"Survey answered[: {how_score}]"},
	{"review.posted", "Recensie geplaatst[ op {site}][: {score}]",
		"Review posted[ on {site}][: {score}]"},
	{"referral.received", "Bracht een andere klant aan",
		"Brought another customer"},
	{"purchase.repeated", "Kocht opnieuw", "Bought again"},
	{"wom.recorded", "Mond-tot-mond[: {told}]", "Word of mouth[: {told}]"},
	{"person.absent",
		"[{person} is ]weg[ tot {until}][, waarnemer {deputy}]",
		"[{person} is ]away[ until {until}][, deputy {deputy}]"},
	{"person.returned", "[{person} is ]terug", "[{person} is ]back"},
	{"person.left", "[{person} is ]vertrokken", "[{person} has ]left"},
	{"block.planned", "Vaste uren[ voor {kind}][: {person}][ vanaf {from}]",
		"Hours[ for {kind}][: {person}][ from {from}]"},
	{"concern.raised", "Zorg gemeld[: {category}]",
		"Concern raised[: {category}]"},
	{"customer.exported", "Gegevens verstrekt", "Data handed out"},
	{"customer.objected", "Klant wil geen contact meer",
		"The customer wants no contact any more"},
	{"customer.erasure_requested", "Klant vraagt gewist te worden",
		"The customer asks to be erased"},
	{"customer.erased", "Klant is gewist", "The customer was erased"},
	{"note.added", "Notitie[: {text}]", "Note[: {text}]"},
	{"card.moved", "Verder[ met {card}][, na {from}]",
		"Goes on[ with {card}][, after {from}]"},
	{"mode.started", "[{mode} ]begint", "[{mode} ]begins"},
	{"mode.ended", "[{mode} ]is voorbij", "[{mode} ]is over"},
	{"message.queued", "Bericht klaargezet[ ({channel})]",
		"Message prepared[ ({channel})]"},
	{"message.withdrawn", "Bericht niet meer verstuurd[ ({channel})]",
		"Message taken back[ ({channel})]"},
	{"message.resent", "Bericht opnieuw verstuurd", "Message sent again"},
	{"messages.released", "Wachtende berichten mogen weg",
		"Waiting messages may go"},
	{"config.activated", "De instellingen zijn gewijzigd",
		"The settings have changed"},
	{"rules.undone", "Regels[ nummer {ruleset}] teruggedraaid",
		"Rules[ number {ruleset}] taken back"},
	{"rules.waiting", "Nieuwe regels wachten op een ja",
		"New rules wait for a yes"},
	{"rules.recomputed", "De nieuwe regels zijn doorgerekend",
		"The new rules were worked out for everybody"},
	{"card.crashed",
		"Regel[ {card}] bracht fairlead tot stilstand en is daarna "
		"overgeslagen[: {reason}]",
		"Card[ {card}] brought fairlead down and was then skipped[: "
		"{reason}]"},
	{"event.set_aside", "Apart gezet[: E{event}][ ({reason})]",
		"Set aside[: E{event}][ ({reason})]"},
	{"message.sent", "Bericht verzonden[ ({channel})]",
		"Message sent[ ({channel})]"},
	{"message.failed", "Bericht niet verzonden[ ({channel})]",
		"Message not sent[ ({channel})]"},
	{"engine.started", "fairlead[ {version}] is gestart",
		"fairlead[ {version}] started"},
	{"clock.stepped", "De klok van de computer sprong[ naar {to}]",
		"The computer's clock jumped[ to {to}]"},
	{"outage.ended", "Weer in bedrijf[, stil sinds {from}]",
		"Running again[, silent since {from}]"},
	{"rules.activated",
		"Nieuwe regels zijn live[ (nummer {ruleset})][: "
		"{summary}]",
		"New rules are live[ (number {ruleset})][: {summary}]"},
	{"rules.rejected", "Nieuwe regels geweigerd[: {error}]",
		"New rules were refused[: {error}]"},
	{"rules.mended", "De regelbestanden zijn weer goed",
		"The rule files are good again"},
	{"card.failed", "Regel[ {card}] gaf een fout[: {reason}]",
		"Card[ {card}] failed[: {reason}]"},
	{"card.quarantined",
		"Regel[ {card}] staat stil tot de regels wijzigen[: "
		"{reason}]",
		"Card[ {card}] is set aside until the rules change[: {reason}]"},
	{"event.retried", "Opnieuw verwerkt[: E{event}]",
		"Run again[: E{event}]"},
};

static const char *pattern_of(const struct view *v, struct text type)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (text_is(type, sentences[i].type))
			return v->nl ? sentences[i].nl : sentences[i].en;
	return NULL;
}

static bool is_known(const struct value *v)
{
	if (v == NULL || v->kind == VALUE_NULL)
		return false;
	return (v->kind != VALUE_TEXT && v->kind != VALUE_LIST &&
		       v->kind != VALUE_MAP) ||
	       v->count > 0;
}

/* A mode is called by its title: "Najaarsdrukte begint". Empty: no mode. */
static struct text card_title(struct view *v, struct text field,
	const struct value *value)
{
	const struct card *c = text_is(field, "mode")
				       ? rulebook_card(v->book,
						 value_as_text(value))
				       : NULL;

	return c != NULL ? wording_text(&c->title, v->book) : TEXT("");
}

/* Writes "{field}" at `at` to b; returns how far it reached, *known false
 * when the event does not say it. */
static const char *put_field(struct view *v, struct buf *b, const char *at,
	const struct event_def *def, const struct value *data, bool *known)
{
	size_t n = strcspn(at + 1, "}");
	struct text name = {arena_text(v->a, at + 1, n), (uint32_t)n};
	const struct value *value;
	struct text t;

	if (name.at == NULL)
		return at + n + 2;
	value = value_get_text(data, name);
	if (!is_known(value)) {
		*known = false;
		buf_add_char(b, '?');
	} else {
		t = card_title(v, name, value);
		if (t.bytes == 0)
			t = words_value(v,
				def != NULL ? event_field(def, name) : NULL,
				value);
		buf_add(b, t.at, t.bytes);
	}
	return at + n + 2;
}

struct text sentence_make(
	struct view *v, struct text type, const struct value *data)
{
	const struct event_def *def = schema_event(v->schema, type);
	const char *at = pattern_of(v, type);
	size_t open_len = 0;
	bool known = true;
	struct buf b;

	if (at == NULL)
		return def != NULL && def->means.bytes > 0 ? def->means : type;
	buf_init(&b, WORDS_BYTES);
	while (*at != '\0') {
		if (*at == '[') {
			open_len = b.len;
			known = true;
			at++;
		} else if (*at == ']') {
			if (!known && b.at != NULL) {
				b.len = open_len;
				b.at[b.len] = '\0';
			}
			at++;
		} else if (*at == '{') {
			at = put_field(v, &b, at, def, data, &known);
		} else {
			buf_add_char(&b, *at++);
		}
	}
	return words_buf(v, &b);
}
