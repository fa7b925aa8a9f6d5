#include "model/schema_table.h"

#include <stddef.h>

#define OPENS TYPE_OPENS
#define REUSE TYPE_REUSE
#define TOUCH TYPE_TOUCH
#define ENGINE TYPE_ENGINE
#define EACH_DEAL TYPE_EACH_DEAL
#define NEW_DEAL TYPE_NEW_DEAL

/* by which somebody can be reached */
#define CHANNEL "channel:(phone|email|sms|whatsapp|post|visit)"
#define OPEN "new attempting engaged visited quoted deciding_at_home"
#define FAILING "failed saving fails_working"
#define SOLD "signed handed_off preparing ready"
#define AFTER "delivered aftercare"

const char *const schema_table_states[] = {"new", "attempting", "engaged",
	"visited", "quoted", "deciding_at_home", "signed", "handed_off",
	"preparing", "ready", "delivered", "aftercare", "failed", "saving",
	"fails_working", "dormant", "stopped", NULL};

const struct kind_row schema_table_kinds[] = {
	{"customer",
		"name:text~ first_name:text~ last_name:text~ phone:phone~ "
		"phone_raw:text~ phones:list~ email:email~ emails:list~ "
		"address:any~ birth_date:text~ "
		"language:text~ handler:person consent:map tempo_days:int "
		"next_contact_at:time last_touch_at:time touch_count:int=0 "
		"touches:list no_offers:bool no_push:bool objected:bool unreachable:bool "
		"erased:bool erasure_due:time "
		"customer_colour:(red|yellow|green|blue) "
		"current_brand:text conquest:bool influencers:list~ "
		"horizon:text what_score:int how_score:int "
		"word_of_mouth:int=0 value_10y:money purchases:int=0"},
	{"deal",
		"customer:@customer state:text=new handler:person "
		"seller:person kind:text vehicle:any competing:list "
		"trade_in:any light:(green|red)=green light_reason:text "
		"touch_count:int=0 last_touch_at:time first_contact_at:time "
		"opened_at:time attempts:int=0 last_attempt_at:time "
		"channel:text provider:text timeframe:text comments:text~ "
		"lead:@lead leads:int=0 visit:@visit case:@case "
		"delivery:@delivery appointment:@appointment "
		"appointment_at:time price:money quote_amount:money "
		"quote_version:int quote_valid_until:time informed:map "
		"promises:any extras:any delivery_target:time "
		"payment_agreed:any occasion:any brand_policy:any "
		"contract_no:text~ deposit:money paid:money=0 paid_at:time "
		"paid_in_full:bool signed_at:time delivered_at:time "
		"cancelled_at:time failed_at:time stage:text said_by:text "
		"reason:text attribution:text to_done:bool "
		"save_a_deal:map={\"done\":false,\"quality\":0} "
		"stop:text stop_detail:text revive_at:time revived_at:time "
		"credit:list reasons:list do_differently:text~ "
		"why_answer:text~ second_face:person accepted_by:person "
		"lesson:text~ lessons:list objections:list behaviour:list "
		"still_thinking:bool questions:any~ no_push:bool "
		"no_offers:bool flagged:bool conquest:bool "
		"turned_over_to:person turned_over_at:time "
		"turned_over_result:text influencers:list~ decision_at:time "
		"granted_to:person brand:text "
		"stated_wish:text~ need:text~ fits_wish:bool? spiff:money "
		"expected_value:money exception:map goodwill:money=0 "
		"spoke:list inferred:list"},
	{"lead",
		"customer:@customer deal:@deal handler:person "
		"state:(new|linked|assigned|granted|forwarded|closed)=new "
		"channel:text provider:text provider_lead_id:text "
		"vehicles:list timeframe:text comments:text~ raw_ref:text "
		"received_at:time resent:int=0 into:@deal matched_on:text "
		"partner:text partner_due:time result:text"},
	{"visit",
		"customer:@customer deal:@deal person:person "
		"state:(open|sold|unsold)=open started_at:time ended_at:time "
		"outcome:text turned_over_to:person left_reason:text~ "
		"expectation_met:bool? dims:map turn_no:int be_back:bool"},
	{"appointment",
		"customer:@customer deal:@deal "
		"kind:(visit|test_drive|delivery|call) at:time with:person "
		"made_by:text state:(set|kept|missed)=set moves:int=0"},
	{"promise",
		"customer:@customer deal:@deal what:text to:text due:time "
		"due_from:time due_to:time owner:person deputy:person "
		"source:text state:(open|at_risk|kept|broken)=open "
		"made_at:time first_term:int=0 total_delay:int=0 slips:int=0 "
		"cause:text new_estimate:time customer_told:bool "
		"told_at:time chased:int=0 breach:bool ended_at:time "
		"late_days:int=0 goodwill:money=0"},
	{"case",
		"customer:@customer deal:@deal seller:person handler:person "
		"queue:text state:(waiting|open|closed)=open stage:text "
		"reason:text said_by:text attribution:text to_done:bool "
		"save_a_deal:map={\"done\":false,\"quality\":0} "
		"expected_value:money=0 opened_at:time accepted_at:time "
		"closed_at:time outcome:text steps:list credit:list"},
	{"delivery",
		"customer:@customer deal:@deal from:person specialist:person "
		"state:(offered|accepted|refused|planned|ready|completed|"
		"excepted)=offered slot:time minutes:int place:text "
		"dossier:map missing:list refusals:int=0 items:list "
		"handed_off_at:time accepted_at:time completed_at:time "
		"by_role:text exception:text asked_by:text "
		"vehicle_plate:plate~ score:int"},
	{"complaint",
		"customer:@customer deal:@deal story_ref:text owner:person "
		"state:(open|resolved)=open severity:(light|serious|grave) "
		"retold:int=0 opened_at:time "
		"resolved_at:time goodwill:money=0 accepted:bool?"},
	{"person",
		"absent:bool absent_from:time absent_until:time deputy:person "
		"left:bool leads_owed:int=0 owed_since:time "
		"leads_granted:int=0 "
		"calls_target:int=0 blocks:list reviews:int=0 lessons:list"},
	{"rooftop",
		"new_leads:list service_drive:list owner_base:list "
		"sleeping:list deliveries:map={\"planned_load\":0} "
		"modes:list messages_held:bool rotation:map quarantined:map "
		"rules_waiting:map rules_held:text rejected:map"},
	{NULL, NULL},
};

/* Shared field lists and projections. */
#define CUSTOMER_FIELDS                                                        \
	"customer.name ?= data.customer.name; "                                \
	"customer.first_name ?= data.customer.first_name; "                    \
	"customer.last_name ?= data.customer.last_name; "                      \
	"customer.phone ?= data.customer.phone; "                              \
	"customer.phones ?= data.customer.phones; "                            \
	"customer.phone_raw ?= data.customer.phone_raw; "                      \
	"customer.emails ?= data.customer.emails; "                            \
	"customer.email ?= data.customer.email; "                              \
	"customer.address ?= data.customer.address; "                          \
	"customer.language ?= data.customer.language; "                        \
	"customer.current_brand ?= data.customer.current_brand; "
#define DOSSIER_FIELDS                                                         \
	"promises:any extras:any delivery_target:time payment_agreed:any "     \
	"trade_in:any occasion:any "
#define DOSSIER                                                                \
	"deal.promises = promises?; deal.extras = extras?; "                   \
	"deal.delivery_target = delivery_target?; "                            \
	"deal.payment_agreed = payment_agreed?; "                              \
	"deal.trade_in = trade_in?; deal.occasion = occasion?; "
#define STOPPED(why)                                                           \
	"deal.light = 'red'; deal.light_reason = '" why "'; deal.stop = '" why \
	"'; "
#define APPOINTED "deal.appointment = nil; deal.appointment_at = nil; "

const struct type_row schema_table_types[] = {
	/* leads */
	{"lead.received", "lead", OPENS | NEW_DEAL,
		"channel:text provider:text provider_lead_id:text "
		"customer:any~ vehicles:list vehicle:any trade_in:any "
		"kind:text timeframe:text comments:text~ consent:any "
		"raw_ref:text requested_at:time known:@customer into:@deal "
		"matched_on:text expected_value:money status:text "
		"unreachable:bool missing:list",
		"lead.customer = @customer; lead.deal = @deal; "
		"lead.channel = channel?; lead.provider = provider?; "
		"lead.provider_lead_id = provider_lead_id?; "
		"lead.vehicles = vehicles?; lead.timeframe = timeframe?; "
		"lead.comments = comments?; lead.raw_ref = raw_ref?; "
		"lead.received_at ?= @at; " CUSTOMER_FIELDS
		"deal.customer = @customer; deal.lead ?= @subject; "
		"deal.leads += 1; deal.opened_at ?= @at; "
		"deal.channel ?= channel; deal.provider ?= provider; "
		"deal.kind ?= kind; deal.vehicle ?= vehicle; "
		"deal.vehicle ?= vehicles.1; deal.trade_in ?= trade_in; "
		"deal.brand ?= vehicle.make; deal.brand ?= vehicles.1.make; "
		"deal.timeframe ?= timeframe; deal.comments ?= comments; "
		"deal.expected_value ?= expected_value; grant consent",
		"A wish came in.", NULL},
	{"lead.duplicate_linked", "lead", ENGINE,
		"lead:@lead into:@deal! matched_on:text",
		"lead.state = 'linked'; lead.into = into; "
		"lead.matched_on = matched_on?",
		"The same customer with the same wish: linked, no second deal.",
		NULL},
	{"lead.assigned", "deal", 0,
		"lead:@lead to:person! from:person reason:text batch:text",
		"deal.handler = to; customer.handler = to; lead.handler = to; "
		"lead.state = 'assigned'",
		"A handler was chosen.", NULL},
	{"lead.reassigned", "deal", 0,
		"lead:@lead to:person! from:person reason:text batch:text",
		"deal.handler = to; customer.handler = to; lead.handler = to",
		"The handler changed.", NULL},
	{"lead.granted", "deal", 0,
		"to:person! lead:@lead in_return_for:@deal pool:text "
		"card:text",
		"deal.handler = to; customer.handler = to; lead.handler = to; "
		"deal.granted_to = to; lead.state = 'granted'; "
		"person[to].leads_owed -= 1; person[to].owed_since = nil; "
		"person[to].leads_granted += 1",
		"A fresh lead was paid back for a failed deal.", NULL},
	{"lead.forwarded", "lead", 0, "lead:@lead partner:text! due:time",
		"lead.partner = partner; lead.partner_due = due?; "
		"lead.state = 'forwarded'",
		"The lead was given to a partner.", NULL},
	{"lead.outcome_reported", "lead", 0,
		"lead:@lead partner:text result:text!",
		"lead.result = result; lead.state = 'closed'",
		"The partner told what came of it.", NULL},
	/* contact */
	{"up.taken", "visit", OPENS | NEW_DEAL | TOUCH,
		"customer:any~ person:person turn_no:int vehicle:any kind:text",
		"visit.deal = @deal; visit.customer = @customer; "
		"visit.person = person?; visit.turn_no = turn_no?; "
		"visit.started_at ?= @at; " CUSTOMER_FIELDS
		"deal.customer ?= @customer; deal.opened_at ?= @at; "
		"deal.channel ?= 'showroom'; deal.vehicle ?= vehicle; "
		"deal.kind ?= kind; deal.visit = @subject; "
		"deal.handler ?= person; customer.handler ?= person",
		"A walk-in was greeted.", NULL},
	{"contact.attempted", "deal", 0,
		CHANNEL " purpose:text template_kind:text outcome:text "
		"by:person",
		"deal.attempts += 1; deal.last_attempt_at = @at",
		"We tried to reach the customer and did not talk.", NULL},
	{"contact.made", "deal", TOUCH,
		CHANNEL " direction:text purpose:text questions:any~ "
		"still_thinking:bool next_contact_at:time tempo_days:int "
		"consent:any no_offers:bool no_push:bool decision_at:time "
		"customer_colour:text stated_wish:text~ need:text~ by:person",
		"customer.tempo_days = tempo_days?; "
		"customer.next_contact_at = next_contact_at?; "
		"customer.customer_colour = customer_colour?; "
		"customer.no_offers = no_offers?; "
		"customer.no_push = no_push?; "
		"deal.still_thinking = still_thinking?; "
		"deal.questions = questions?; deal.decision_at = decision_at?; "
		"deal.stated_wish = stated_wish?; deal.need = need?; "
		"grant consent",
		"Real contact, either way.", NULL},
	{"contact.refused_by_guard", "deal", ENGINE,
		"channel:text guard:text retry_at:time reason:text who:text "
		"card:text step:text", "",
		"The engine held a touch back.", NULL},
	{"contact.requested", "deal", TOUCH,
		"channel:text when:time about:text~ proof_ref:text",
		"customer.next_contact_at = when?",
		"The customer asked to be contacted.", NULL},
	{"consent.given", "customer", 0,
		CHANNEL "! purpose:text basis:text wording:text "
		"proof_ref:text expires_at:time",
		"customer.consent[channel] = {given_at = @at, purpose, basis, "
		"wording, proof_ref, expires_at}; customer.objected = nil",
		"The customer may be contacted this way.", NULL},
	{"consent.withdrawn", "customer", 0,
		CHANNEL "! purpose:text basis:text wording:text "
		"proof_ref:text expires_at:time",
		"customer.consent[channel] = nil",
		"The customer may no longer be contacted this way.", NULL},
	/* appointments and visits */
	{"appointment.set", "appointment", OPENS,
		"kind:(visit|test_drive|delivery|call) at:time! with:person "
		"made_by:text",
		"appointment.deal = @deal; appointment.customer = @customer; "
		"appointment.kind = kind?; appointment.at = at; "
		"appointment.with = with?; appointment.made_by = made_by?; "
		"appointment.state = 'set'; deal.appointment = @subject; "
		"deal.appointment_at = at",
		"An appointment was made.", NULL},
	{"appointment.kept", "appointment", OPENS | REUSE | TOUCH,
		"kind:(visit|test_drive|delivery|call) at:time with:person "
		"made_by:text",
		"appointment.state = 'kept'; " APPOINTED,
		"The customer came.", NULL},
	{"appointment.missed", "appointment", OPENS | REUSE,
		"kind:(visit|test_drive|delivery|call) at:time with:person "
		"made_by:text",
		"appointment.state = 'missed'; " APPOINTED,
		"The customer did not come.", NULL},
	{"appointment.moved", "appointment", OPENS | REUSE,
		"kind:(visit|test_drive|delivery|call) at:time! with:person "
		"made_by:text",
		"appointment.at = at; appointment.with = with?; "
		"appointment.moves += 1; appointment.state = 'set'; "
		"appointment.deal = @deal; deal.appointment = @subject; "
		"deal.appointment_at = at",
		"The appointment got another time.", NULL},
	{"visit.started", "visit", OPENS | NEW_DEAL | TOUCH,
		"customer:any~ person:person vehicle:any kind:text",
		"visit.deal = @deal; visit.customer = @customer; "
		"visit.person = person?; visit.started_at = @at; "
		"visit.state = 'open'; " CUSTOMER_FIELDS
		"deal.customer ?= @customer; deal.opened_at ?= @at; "
		"deal.vehicle ?= vehicle; deal.kind ?= kind; "
		"deal.visit = @subject; deal.handler ?= person; "
		"customer.handler ?= person",
		"The customer is in the showroom.", NULL},
	{"visit.ended", "visit", OPENS | REUSE | TOUCH,
		"person:person outcome:text turned_over_to:person "
		"left_reason:text~ expectation_met:bool dims:map",
		"visit.deal = @deal; visit.customer = @customer; "
		"visit.person = person?; visit.started_at ?= @at; "
		"visit.ended_at = @at; visit.outcome = outcome?; "
		"visit.turned_over_to = turned_over_to?; "
		"visit.left_reason = left_reason?; "
		"visit.expectation_met = expectation_met?; "
		"visit.dims = dims?; deal.visit = @subject; "
		"deal.turned_over_to = turned_over_to?",
		"The customer left.", "open"},
	/* the deal before the signature */
	{"quote.presented", "deal", TOUCH,
		"version:int amount:money valid_until:time informed:map "
		"fits_wish:bool spiff:money",
		"deal.quote_version = version?; deal.quote_amount = amount?; "
		"deal.quote_valid_until = valid_until?; "
		"deal.informed = informed?; deal.spiff = spiff?; "
		"deal.fits_wish = fits_wish?",
		"An offer was shown.", NULL},
	{"objection.raised", "deal", 0, "code:text! answer_used:text~",
		"deal.objections add code", "The customer objected to something.",
		NULL},
	{"behaviour.observed", "deal", 0,
		"kind:(false_info|no_commitment|stalling)! note:text~",
		"deal.behaviour add kind", "A neutral record of behaviour.",
		NULL},
	{"prospect.bought_elsewhere", "deal", 0,
		"brand:text when:time learned_from:text",
		STOPPED("bought elsewhere") "deal.stop_detail = brand?; "
		"close case bought_elsewhere",
		"Stop 1: bought elsewhere.", NULL},
	{"prospect.product_blocked", "deal", 0,
		"feature:text alternatives_checked:any",
		STOPPED("product blocked") "deal.stop_detail = feature?; "
		"close case product_blocked",
		"Stop 2: the product makes it impossible.", NULL},
	{"deal.opened", "deal", OPENS | NEW_DEAL,
		"customer:any~ kind:text vehicle:any competing:list "
		"trade_in:any handler:person channel:text",
		"deal.customer ?= @customer; deal.kind ?= kind; "
		"deal.vehicle ?= vehicle; deal.competing = competing?; "
		"deal.trade_in ?= trade_in; deal.handler ?= handler; "
		"customer.handler ?= handler; "
		"deal.channel ?= channel; deal.opened_at ?= @at; "
		CUSTOMER_FIELDS, "A wish has a file.", NULL},
	{"deal.turned_over", "deal", 0,
		"from:person to:person! why:text result:text",
		"deal.turned_over_to = to; deal.turned_over_at = @at; "
		"deal.turned_over_result = result?; visit.turned_over_to = to",
		"Another face took over the talk (T.O.).", NULL},
	{"deal.signed", "deal", TOUCH,
		"contract_no:text~ seller:person price:money deposit:money "
		"import_policy:any brand_policy:any " DOSSIER_FIELDS,
		"deal.seller = seller?; deal.seller ?= deal.handler; "
		"deal.contract_no = contract_no?; deal.price = price?; "
		"deal.price ?= deal.quote_amount; deal.deposit = deposit?; "
		"deal.brand_policy = import_policy?; "
		"deal.brand_policy = brand_policy?; " DOSSIER
		"deal.signed_at = @at; deal.light = 'red'; "
		"deal.light_reason = 'signed'; close case revived; "
		"visit.state = 'sold'",
		"The contract is signed: the hinge.", NULL},
	/* why: the answer of handoff.complete-file fills a file that is
	 * already signed; deal.signed can happen only once */
	{"deal.dossier_filled", "deal", 0,
		DOSSIER_FIELDS "brand_policy:any contract_no:text~ price:money",
		DOSSIER "deal.brand_policy = brand_policy?; "
		"deal.contract_no = contract_no?; deal.price = price?",
		"What was missing in the file was filled in.", NULL},
	/* failure and return */
	{"deal.failed", "deal", 0,
		"stage:text said_by:text reason:text attribution:text "
		"to_done:bool save_a_deal:map={\"done\":false,\"quality\":0}",
		"deal.failed_at = @at; deal.stage = stage?; "
		"deal.said_by = said_by?; deal.reason = reason?; "
		"deal.attribution = attribution?; deal.to_done = to_done?; "
		"deal.save_a_deal = save_a_deal",
		"It became a no; the fails department takes it.", NULL},
	{"deal.cancelled", "deal", 0,
		"stage:text by:text reason:text "
		"save_a_deal:map={\"done\":false,\"quality\":0}",
		"deal.cancelled_at = @at; deal.failed_at = @at; "
		"deal.stage = stage?; deal.said_by = by?; "
		"deal.reason = reason?; deal.save_a_deal = save_a_deal",
		"Signed, then undone.", NULL},
	{"save_a_deal.done", "deal", 0, "by:person quality:int result:text",
		"deal.save_a_deal = {done = true, quality, result, by}; "
		"case.save_a_deal = {done = true, quality, result, by}",
		"Somebody really tried to save it.", NULL},
	{"fails.case_opened", "case", OPENS | REUSE,
		"queue:text stage:text reason:text attribution:text "
		"card:text handler:person state:(waiting|open) "
		"expected_value:money "
		"save_a_deal:map",
		"case.deal = @deal; case.customer = @customer; "
		"case.seller = deal.handler; case.state = 'open'; "
		"case.state = state?; case.queue = queue?; "
		"case.handler = handler?; case.stage = deal.stage; "
		"case.stage = stage?; case.reason = deal.reason; "
		"case.reason = reason?; case.said_by = deal.said_by; "
		"case.attribution = deal.attribution; "
		"case.to_done = deal.to_done; "
		"case.save_a_deal = save_a_deal?; "
		"case.expected_value = deal.expected_value; "
		"case.expected_value = expected_value?; "
		"case.opened_at = @at; case.outcome = nil; "
		"case.closed_at = nil; deal.case = @subject",
		"The fails department has a case.", NULL},
	{"fails.case_accepted", "case", 0, "by:person",
		"case.handler = @actor; case.handler = by?; "
		"case.state = 'open'; case.accepted_at = @at",
		"A specialist took the case.", "waiting open"},
	{"fails.step_done", "case", 0, "step:text! by:person outcome:text",
		"case.steps add step", "A step of the case was done.",
		"waiting open"},
	{"fails.case_closed", "case", 0,
		"by:person outcome:text! credit:list",
		"case.outcome = outcome; case.credit = credit?; "
		"close case", "The case is over.", "waiting open"},
	{"deal.revived", "deal", 0, "by:person credit:list",
		"deal.revived_at = @at; deal.credit = credit?; "
		"case.credit = credit?; close case revived",
		"Back to life.", NULL},
	{"deal.lost", "deal", 0,
		"reasons:list attribution:text do_differently:text~ "
		"why_answer:text~ second_face:person accepted_by:person "
		"revive_at:time stop:text",
		"deal.reasons = reasons?; deal.attribution = attribution?; "
		"deal.do_differently = do_differently?; "
		"deal.lesson = do_differently?; "
		"deal.why_answer = why_answer?; "
		"deal.second_face = second_face?; "
		"deal.accepted_by = accepted_by?; "
		"deal.revive_at = revive_at?; deal.stop = stop?; "
		"close case lost",
		"Closed with a lesson.", NULL},
	{"lesson.recorded", "deal", 0,
		"code:text! situation:text~ blamed:text earlier_action:text~ "
		"yield:text lesson:text~",
		"deal.lessons add code; deal.lesson = lesson?",
		"What was learned.", NULL},
	{"self_review.completed", "person", 0,
		"person:person period:text items:list",
		"person.reviews += 1", "A seller looked back.", NULL},
	{"deal.stopped", "deal", 0, "reason:text!",
		"deal.light = 'red'; deal.light_reason = reason; "
		"deal.stop = reason; close case stopped",
		"Stopped for a reason, such as no lawful channel left.", NULL},
	{"deal.reopened", "deal", 0, "reason:text",
		"deal.stop = nil; deal.stop_detail = nil; deal.revive_at = nil",
		"The reason to stop or to rest fell away.", NULL},
	{"deal.state_changed", "deal", ENGINE, "from:text to:text", "",
		"The deal moved in its life cycle.", NULL},
	/* the handing over */
	{"delivery.handed_off", "delivery", OPENS | REUSE,
		"from:person to:person dossier:map missing:list",
		"delivery.deal = @deal; delivery.customer = @customer; "
		"delivery.from = deal.seller; delivery.from = from?; "
		"delivery.specialist = to?; delivery.dossier = dossier?; "
		"delivery.missing = missing?; delivery.state = 'offered'; "
		"delivery.handed_off_at = @at; deal.delivery = @subject",
		"The deal was offered to a delivery specialist.", NULL},
	{"delivery.accepted", "delivery", OPENS | REUSE,
		"from:person to:person by:person",
		"delivery.specialist = to?; delivery.specialist = by?; "
		"delivery.state = 'accepted'; delivery.accepted_at = @at; "
		"delivery.missing = nil; delivery.deal = @deal; "
		"delivery.customer = @customer; deal.delivery = @subject; "
		"deal.handler ?= deal.seller; "
		"deal.handler = delivery.specialist?",
		"The specialist has it now.", "offered refused"},
	{"delivery.refused", "delivery", OPENS | REUSE,
		"from:person to:person by:person missing:list reason:text",
		"delivery.state = 'refused'; delivery.missing = missing?; "
		"delivery.refusals += 1; delivery.deal = @deal; "
		"delivery.customer = @customer; deal.delivery = @subject",
		"The dossier went back to the seller.", "offered"},
	{"delivery.planned", "delivery", OPENS | REUSE,
		"slot:time! minutes:int place:text",
		"delivery.slot = slot; delivery.minutes = minutes?; "
		"delivery.place = place?; delivery.state = 'planned'; "
		"delivery.deal = @deal; delivery.customer = @customer; "
		"deal.delivery = @subject",
		"The day of delivery is agreed.", NULL},
	{"delivery.item_done", "delivery", OPENS | REUSE,
		"item:text! by:person", "delivery.items add item",
		"One thing was prepared.", NULL},
	{"delivery.ready", "delivery", OPENS | REUSE, "by:person",
		"delivery.state = 'ready'; delivery.deal = @deal; "
		"deal.delivery = @subject",
		"All is prepared.", NULL},
	{"delivery.completed", "delivery", OPENS | REUSE | TOUCH,
		"by_role:text minutes:int exception:text vehicle_plate:plate~",
		"delivery.deal = @deal; delivery.customer = @customer; "
		"delivery.state = 'completed'; delivery.completed_at = @at; "
		"delivery.by_role = by_role?; delivery.minutes = minutes?; "
		"delivery.exception = exception?; "
		"delivery.vehicle_plate = vehicle_plate?; "
		"deal.delivery = @subject; deal.delivered_at = @at",
		"The car was handed over.", NULL},
	{"handoff.excepted", "delivery", OPENS | REUSE,
		"asked_by:text! reason:text",
		"delivery.deal = @deal; delivery.customer = @customer; "
		"delivery.specialist = deal.seller; "
		"delivery.state = 'excepted'; delivery.exception = reason?; "
		"delivery.asked_by = asked_by; deal.delivery = @subject; "
		"deal.exception = {asked_by, reason}",
		"The seller delivers this one, for a reason.", NULL},
	/* promises and complaints */
	{"promise.made", "promise", OPENS,
		"what:text! to:text due_from:time due_to:time! owner:person "
		"deputy:person source:text",
		"promise.deal = @deal; promise.customer = @customer; "
		"promise.what = what; promise.to = to?; "
		"promise.due_from = due_from?; promise.due_to = due_to; "
		"promise.due = due_to; promise.owner = owner?; "
		"promise.owner ?= deal.handler; promise.deputy = deputy?; "
		"promise.source = source?; promise.made_at = @at; "
		"promise.first_term = due_to - @at; promise.state = 'open'",
		"Something is owed by a date.", NULL},
	{"promise.at_risk", "promise", 0, "cause:text new_estimate:time",
		"promise.state = 'at_risk'; promise.cause = cause?; "
		"promise.new_estimate = new_estimate?; "
		"promise.customer_told = nil",
		"Known inside: it may be late.", "open at_risk"},
	{"promise.slipped", "promise", 0,
		"old_due:time new_due:time! slip_no:int cause:text",
		"promise.total_delay += new_due - promise.due; "
		"promise.due = new_due; promise.due_to = new_due; "
		"promise.slips += 1; promise.cause = cause?; "
		"promise.new_estimate = nil; promise.customer_told = nil; "
		"promise.state = 'open'",
		"The date moved.", "open at_risk"},
	{"promise.notice_sent", "promise", 0,
		"channel:text before_due:bool days_ahead:int",
		"promise.customer_told = true; promise.told_at = @at",
		"The customer was told.", NULL},
	{"promise.chased", "promise", TOUCH, "notified_before:bool",
		"promise.chased += 1", "The customer had to ask first.", NULL},
	{"promise.kept", "promise", 0, "late_days:int",
		"promise.state = 'kept'; promise.late_days = late_days?; "
		"promise.ended_at = @at", "Done as promised.", "open at_risk"},
	{"promise.broken", "promise", 0, "late_days:int",
		"promise.state = 'broken'; promise.late_days = late_days?; "
		"promise.ended_at = @at", "Not done.", "open at_risk"},
	{"goodwill.given", "", 0,
		"promise:@promise complaint:@complaint amount:money! "
		"by:person",
		"promise.goodwill += amount; complaint.goodwill += amount; "
		"deal.goodwill += amount", "Something given for the trouble.",
		NULL},
	{"complaint.opened", "complaint", OPENS,
		"story_ref:text owner:person to:text text:text~ "
		"severity:(light|serious|grave)",
		"complaint.deal = @deal; complaint.customer = @customer; "
		"complaint.story_ref = story_ref?; complaint.owner = owner?; "
		"complaint.severity = severity?; "
		"complaint.state = 'open'; complaint.opened_at = @at",
		"A complaint, its story kept once.", NULL},
	{"complaint.retold", "complaint", 0, "to:text", "complaint.retold += 1",
		"The customer had to tell it again.", NULL},
	{"complaint.resolved", "complaint", 0, "goodwill:money accepted:bool",
		"complaint.state = 'resolved'; complaint.resolved_at = @at; "
		"complaint.goodwill = goodwill?; complaint.accepted = accepted?",
		"Closed by the customer's yes.", "open"},
	/* after the delivery */
	{"payment.received", "deal", 0, "amount:money! final:bool",
		"deal.paid += amount; deal.paid_at = @at; "
		"deal.paid_in_full = final?", "Money came in.", NULL},
	{"incident.reported", "deal", TOUCH,
		"kind:text place:text~ needs_help_now:bool", "",
		"Trouble after delivery.", NULL},
	{"survey.sent", "deal", 0, "channel:text", "",
		"The customer was asked how it was.", NULL},
	{"survey.answered", "deal", 0,
		"what_score:int how_score:int dims:map comment:text~",
		"customer.what_score = what_score?; "
		"customer.how_score = how_score?; "
		"delivery.score = how_score?", "The customer told how it was.",
		NULL},
	{"review.posted", "customer", 0, "site:text score:number reach:int",
		"", "The customer told others.", NULL},
	{"referral.received", "customer", 0, "from:@customer to:@customer", "",
		"One customer brought another.", NULL},
	{"purchase.repeated", "customer", 0, "deal:@deal",
		"customer.purchases += 1", "The customer bought again.", NULL},
	{"wom.recorded", "customer", 0,
		"level:text told:int! basis:text", "customer.word_of_mouth += told",
		"How many people heard of it.", NULL},
	/* people and the rooftop */
	{"person.absent", "person", 0,
		"person:person from:time to:time until:time deputy:person",
		"person.absent = true; person.absent_from = @at; "
		"person.absent_from = from?; person.absent_until = nil; "
		"person.absent_until = to?; person.absent_until = until?; "
		"person.deputy = deputy?", "Somebody is away.", NULL},
	{"person.returned", "person", 0, "person:person",
		"person.absent = nil; person.absent_from = nil; "
		"person.absent_until = nil; person.deputy = nil",
		"Somebody is back.", NULL},
	{"person.left", "person", 0, "person:person deputy:person",
		"person.left = true; person.deputy = deputy?",
		"Somebody left for good.", NULL},
	/* why: the debt must be state, and shown, until a lead pays it */
	{"lead.owed", "person", 0, "person:person in_return_for:@deal",
		"person.leads_owed += 1; person.owed_since ?= @at",
		"A seller is owed a fresh lead.", NULL},
	/* why: hunting hours after an acceptance belong to a person, no deal */
	{"block.planned", "person", 0,
		"person:person kind:text! from:time to:time calls:int",
		"person.blocks add {kind, from, to, calls}; "
		"person.calls_target = calls?",
		"Protected hours, such as hunting, with a target.", NULL},
	{"concern.raised", "rooftop", 0, "category:text! to:person text:text~",
		"", "A member of staff speaks up.", NULL},
	{"mode.started", "rooftop", ENGINE, "mode:text! cause:text",
		"rooftop.modes add mode", "A mode switched settings.", NULL},
	{"mode.ended", "rooftop", ENGINE, "mode:text! cause:text",
		"rooftop.modes remove mode", "The mode is over.", NULL},
	/* the customer's rights */
	{"customer.exported", "customer", 0, "scope:text due:time", "",
		"The customer's data were handed out.", NULL},
	{"customer.objected", "customer", EACH_DEAL, "scope:text due:time",
		"customer.objected = true; customer.consent = nil; "
		STOPPED("objection") "close case objection",
		"No marketing any more, at once.", NULL},
	{"customer.erasure_requested", "customer", 0, "scope:text due:time",
		"customer.erasure_due = due?", "The customer asks to be erased.",
		NULL},
	{"customer.erased", "customer", EACH_DEAL | TYPE_ERASES,
		"scope:text due:time",
		"customer.erased = true; customer.consent = nil; "
		STOPPED("erased") "close case erased",
		"The person was erased, the counts stay.", NULL},
	/* tasks and timers; subject: whatever the task is about */
	{"task.created", "", ENGINE, "task:int owner:text due:time card:text "
		"step:text ruleset:int", "", "A task was made.", NULL},
	{"task.done", "", 0, "task:any! outcome:text fields:map by:text", "",
		"A task was answered.", NULL},
	{"task.missed", "", ENGINE, "task:int card:text step:text", "",
		"Nobody did it in time.", NULL},
	{"task.escalated", "", ENGINE, "task:int to:text", "",
		"Somebody higher was told.", NULL},
	{"task.moved", "", 0, "task:any! to:person due:time reason:text", "",
		"The task went to another list or day.", NULL},
	{"task.withdrawn", "", 0, "task:any! by:text reason:text", "",
		"The task is no longer needed.", NULL},
	{"task.accepted", "", 0, "task:any! by:text", "",
		"Somebody took the task.", NULL},
	{"timer.fired", "", ENGINE,
		"card:text! step:text name:text due:time", "",
		"A step or timer came due.", NULL},
	/* why: a step may move its subject on into another card (S3-14) */
	{"card.moved", "", ENGINE, "card:text! from:text", "",
		"The rules moved it on to another card.", NULL},
	{"note.added", "", 0, "text:text~ task:any", "", "A note.", NULL},
	/* messages */
	{"message.queued", "", ENGINE, "message:text channel:text "
		"outcome:text", "", "A message waits to be sent.", NULL},
	{"message.sent", "", ENGINE, "message:text channel:text outcome:text",
		"", "The message went out.", NULL},
	{"message.failed", "", ENGINE, "message:text channel:text "
		"outcome:text", "", "The message could not be sent.", NULL},
	{"message.withdrawn", "", ENGINE, "message:text channel:text "
		"outcome:text", "", "The message was held back for good.",
		NULL},
	{"message.resent", "", 0, "message:text!", "", "Sent once more.",
		NULL},
	{"messages.released", "rooftop", 0, "count:int by:text",
		"rooftop.messages_held = nil",
		"Held messages may go.", NULL},
	/* the daemon's own life */
	{"engine.started", "rooftop", ENGINE, "version:text semantics:int "
		"reason:text", "", "The rules engine started.", NULL},
	{"clock.stepped", "rooftop", ENGINE,
		"from:time to:time missed:int deadlines:int", "",
		"The machine's clock jumped.", NULL},
	{"outage.ended", "rooftop", ENGINE,
		"from:time to:time missed:int deadlines:int", "",
		"The rules engine had been away.", NULL},
	{"config.activated", "rooftop", ENGINE, "digest:text", "",
		"The configuration changed.", NULL},
	{"rules.activated", "rooftop", ENGINE,
		"ruleset:int digest:text error:text summary:text moved:int "
		"held:text",
		"rooftop.rules_waiting = nil; rooftop.rules_held = held",
		"New rules are live.", NULL},
	/* why: after new rules people in flight are recomputed in slices, and
	 * each slice is history that can be folded */
	{"rules.recomputed", "rooftop", ENGINE,
		"ruleset:int upto:int done:bool paced:map away_from:time "
		"away_to:time", "",
		"People in flight were placed anew after a rule change.", NULL},
	{"rules.rejected", "rooftop", ENGINE,
		"ruleset:int digest:text error:text", "",
		"New rules were refused; the old ones stay.", NULL},
	{"rules.mended", "rooftop", ENGINE, "", "",
		"The rule files are good again.", NULL},
	{"rules.undone", "rooftop", ENGINE,
		"ruleset:int! withdrawn:list messages:list sent:list", "",
		"A bad ruleset was taken back.", NULL},
	{"rules.waiting", "rooftop", ENGINE, "digest:text plan:any",
		"rooftop.rules_waiting = {digest, plan, since = @at}",
		"Good rules wait for a yes.", NULL},
	{"card.failed", "", ENGINE, "card:text! step:text line:int "
		"file:text reason:text event:int", "",
		"A card of the rules failed.", NULL},
	{"card.crashed", "", ENGINE, "card:text! step:text line:int "
		"file:text reason:text event:int", "",
		"A card brought the engine down.", NULL},
	{"card.quarantined", "", ENGINE, "card:text! step:text line:int "
		"file:text reason:text event:int", "",
		"A card is set aside until the rules change.", NULL},
	{"event.set_aside", "", ENGINE, "event:int! reason:text", "",
		"An event was kept without running cards.", NULL},
	{"event.retried", "", 0,
		"event:int! type:text data:map at:time cards:list reason:text",
		"",
		"An event's cards ran again.", NULL},
	{NULL, NULL, 0, NULL, NULL, NULL, NULL},
};

#define STOPS "prospect.bought_elsewhere prospect.product_blocked deal.stopped"

const struct move_row schema_table_moves[] = {
	{"new", "contact.attempted", "", "attempting"},
	{"ALL", "contact.attempted", "", ""},
	{"new attempting dormant", "contact.made contact.requested", "",
		"engaged"},
	{"ALL", "contact.made contact.requested", "", ""},
	{OPEN " dormant fails_working", "up.taken visit.started", "",
		"visited"},
	{"ALL", "up.taken visit.started", "", ""},
	{"visited quoted", "visit.ended", "outcome=sold", ""},
	{"visited quoted", "visit.ended", "turned_over_to",
		"deciding_at_home"},
	{"ALL", "visit.ended", "", ""},
	{OPEN, "quote.presented", "", "quoted"},
	{FAILING " dormant", "quote.presented", "", ""},
	{OPEN " " FAILING " dormant", "deal.signed", "", "signed"},
	{OPEN, "deal.failed", "", "failed"},
	{SOLD, "deal.cancelled", "", "failed"},
	{"failed", "fails.case_opened", "save_a_deal.quality>=2",
		"fails_working"},
	{"failed", "fails.case_opened", "", "saving"},
	{"saving fails_working", "fails.case_opened", "", ""},
	{"saving", "save_a_deal.done", "", "fails_working"},
	{OPEN " failed fails_working", "save_a_deal.done", "", ""},
	{FAILING, "deal.revived", "", "engaged"},
	{"fails_working", "deal.lost", "stop", "stopped"},
	{"fails_working", "deal.lost", "", "dormant"},
	{OPEN " " FAILING " dormant", STOPS, "", "stopped"},
	{"stopped", STOPS, "", ""},
	{OPEN " " FAILING " dormant", "customer.objected customer.erased", "",
		"stopped"},
	{"ALL", "customer.objected customer.erased", "", ""},
	{"stopped dormant", "deal.reopened", "", "engaged"},
	{"signed", "delivery.handed_off", "", "handed_off"},
	{"handed_off", "delivery.handed_off", "", ""},
	{"handed_off", "delivery.accepted", "", "preparing"},
	{"handed_off", "delivery.refused", "", "signed"},
	{"signed handed_off", "handoff.excepted", "", "preparing"},
	{SOLD, "delivery.planned delivery.item_done", "", ""},
	{"preparing", "delivery.ready", "", "ready"},
	{"ready", "delivery.ready", "", ""},
	{"handed_off preparing ready", "delivery.completed", "", "delivered"},
	{"delivered", "deal.state_changed", "to=delivered", "aftercare"},
	{"ALL", "deal.state_changed", "", ""},
	{SOLD " " AFTER, "deal.dossier_filled", "", ""},
	{NULL, NULL, NULL, NULL},
};
