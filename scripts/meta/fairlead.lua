---@meta
-- The words a rule file may use, for editors (lua-language-server). Nothing
-- here runs: fairlead has these words built in. Events with their fields stand
-- in events.lua beside this file, kinds of subject with theirs in kinds.lua.
--
-- Beside them: assert error ipairs next pairs pcall xpcall select tonumber
-- tostring type print setmetatable, and string (without dump), table, utf8 and
-- math, whose random begins anew for each event and subject: the same event
-- throws the same dice. pairs and next walk in order: numbers, then texts
-- in byte order, then booleans. table.sort keeps equal elements in order.
-- What a file keeps in "local" is read-only once the file has been read.

-- units ---------------------------------------------------------------------

---A length of time: "20 minutes", "4 work hours", "2 work days", "3 weeks",
---"18 months", "1 year"; in a Dutch rooftop also "2 werkdagen". A number is
---days. "work" counts only the opening hours of the department that must act.
---@alias Span string|number

---A moment of the day: "opening", "closing time", "end of day", "end of next
---work day", "first work day of next month", "09:30".
---@alias Moment string

---Text for people, in one language or in both, with {customer.first_name},
---{promise.due|date}, {deal.price|money}.
---@alias Wording string|{nl: string?, en: string?}

---@alias Money string # "€ 24.500" or, of a money field, "2%"
---@alias Channel "phone"|"email"|"sms"|"whatsapp"|"post"|"visit"
---@alias Purpose "help"|"assurance"|"offer"|"service"|"requested"
---@alias Kind "customer"|"deal"|"lead"|"visit"|"appointment"|"promise"|"case"|"delivery"|"complaint"|"person"|"rooftop"
---@alias Role string # "seller", "sales_manager", "delivery_specialist", "fails_specialist", "closer", "principal" ...
---@alias Asked fun(subject: AnySubject): any # a pure question: nothing changes, nothing is remembered
---@alias WhoIs Who|string # somebody, or a person's id from dealership.lua

---@class Who # somebody, found when the task is made, on the state then; absent people are deputised
---@class Task # call, mail, visit, todo
---@class Action # what an answer does
---@class Condition # something that is true or not
---@class Part # a step, when, ladder, needs or refuses of a card

-- what functions see --------------------------------------------------------

---A subject as a function sees it: its fields, read-only. A field that names
---another record or a person gives that record: deal.customer.name. Fields
---that packs declare are there too.
---@class Subject
---@field id string as people see it: "D128"
---@field link string the same, for a text
---@field [string] any

---The event a function is given. Its own fields: event.outcome.
---@class RuleEvent
---@field type Event
---@field at integer when it happened, milliseconds since 1970, UTC
---@field recorded_at integer when it was learned, milliseconds since 1970, UTC
---@field number integer
---@field id string
---@field source string
---@field actor string
---@field role string
---@field data table its fields alone
---@field after_hours boolean were the doors closed when it happened?
---@field before Subject? the subject before the event; nil: it was not there
---@field [string] any

-- dealership.lua ------------------------------------------------------------

---@class Department
---@field hours table<string, string>? { mon = "09:00-18:00", sat = "10:00-17:00" }
---@field closed string[]? days without opening, "2026-12-24"
---@field open table? days with other hours
---@field holidays string|table? "nl", "be", "us", or days
---@field liberation_day boolean? 5 May is a holiday every year, not every fifth

---@class Dealership: Department
---@field name string
---@field zone string? "Europe/Amsterdam"
---@field language "nl"|"en"?
---@field legal "nl"|"be"|"us"? whose calling hours and consent
---@field currency string? "EUR"
---@field publish "auto"|"review"? do small changes of rules go live by themselves?
---@field auto_limit integer? customers a change may move by itself
---@field pace integer? late things a person gets a day

---@class PersonOf
---@field name string?
---@field roles Role|Role[]?
---@field email string?
---@field phone string?
---@field brand string?
---@field external boolean? works elsewhere
---@field days string[]? works on, { "mon", "tue" }

---The rooftop itself, once.
---@param t Dealership
function dealership(t) end
---Somebody who works here.
---@param id string
---@return fun(t: PersonOf)
function person(id) end
---@param id string
---@return fun(members: string[])
function team(id) end
---Opening hours of the team of the same name.
---@param id string
---@return fun(t: Department)
function department(id) end

-- settings ------------------------------------------------------------------

---With a table: declares a setting (packs), { type = , default = , title = }.
---Without: its value.
---@param name string
---@return any
function setting(name) end
---The dealer's value, in settings.lua; nearest wins: person, team, brand. In a
---mode's changes: the value while it lasts.
---@param name string
---@param value any
---@param scope {brand: string?, team: string?, person: string?}?
function set(name, value, scope) end

-- what packs declare --------------------------------------------------------

---An event of one's own, "acme.hot_deal_won".
---@param name string
---@return fun(t: {subject: Kind, fields: table?, project: string?, opens: boolean?, touch: boolean?, means: string?, moves: table?})
function event(name) end
---Something to remember, declared: a field of a kind of subject.
---@param name string "deal.touch_score"
---@return fun(t: {type: string, default: any, choices: string[]?, personal: boolean?})
function field(name) end
---With a table { nl = {...}, en = {...} }: declares it. Without: refers to it.
---@param name string
---@return any
function word_list(name) end

-- cards ---------------------------------------------------------------------

---@class Pauses
---@field from Event|Event[] holds all waiting steps
---@field to Event|Event[] and lets them go on

---@class AnyCard
---@field title Wording? what people call it
---@field stops Event|Event[]? takes the subject out
---@field priority integer? -1000 to 1000; higher runs first, ties by pack, then id

---@class Card: AnyCard
---@field about Kind? kind of subject; else that of the first starts event
---@field starts Event|Event[]? puts the subject in
---@field pauses Pauses?
---@field as_long_as Asked? asked after every event on the subject; false leaves
---@field unless Condition|string|Asked? stays out
---@field closed boolean? lets nobody new in
---@field removed "finish"|"stop"? on its way out: those inside finish, or leave at once
---@field who WhoIs? of steps that say none
---@field deputy WhoIs? when that one is away
---@field purpose Purpose? of touches that say none
---@field queue string? the case list it lands on
---@field counts_by "end of range"|"start of range"? which end of a range counts; else its end

---A rhythm of contact with a customer.
---@class Cadence: Card

---Watches any subject and reacts.
---@class Rule: Card

---A subject passes from one person to another with a dossier.
---@class Handoff: Card
---@field from WhoIs gives it away
---@field to WhoIs takes it over
---@field dossier any[] must "field", nice "field"
---@field if_missing IfMissing? what the giver gets when something lacks
---@field accept_within Span? how long the taker may be silent
---@field if_refused IfRefused?
---@field if_silent IfSilent|Action? tell(...), or the next in the team
---@field frees_seller FreesSeller?

---A subject climbs a ladder of people.
---@class Escalation: Card
---@field to WhoIs takes it up
---@field when_full WhenFull? nobody has room
---@field accept_within Span?
---@field if_silent IfSilent|Action? tell(...)
---@field seller_gets FreshLead? fresh_lead { }

---@class IfRefused
---@field needs "missing"? a refusal names what is missing
---@field back_to WhoIs?
---@field within Span?
---@field second_time any tell(...)

---@class IfSilent
---@field offer_to "next in team"?
---@field then_tell WhoIs?
---@field tell WhoIs?
---@field after Span?
---@field text Wording?

---@class FreesSeller
---@field from "acceptance"|"handoff"? when
---@field keeps string[]? tasks that stay with the seller
---@field then_block "hunting"? in the seller's next work day
---@field calls integer|Asked? how many in it

---@class WhenFull
---@field order "expected value"|"oldest first"?
---@field waits_with WhoIs?
---@field tell_after Span?

---@class FreshLead
---@field within Span?
---@field from string[] pools, in order
---@field if_none Wording?
---@field not_for Asked?

---@class Exception
---@field asked_by any who may ask: "brand_policy", role "sales_manager"
---@field needs "reason"?
---@field counts "calls lost"?

---@class Must
---@field none_is_fine boolean? "none" is an answer; unknown is not
---@field ask Wording?
---@field when Asked? asked for only then

-- steps ---------------------------------------------------------------------

---@class Work
---@field task Task?
---@field who WhoIs?
---@field with WhoIs? a second person
---@field deputy WhoIs?
---@field within Span? due so long after it appears
---@field due Moment?
---@field by Channel[]? the first lawful one
---@field purpose Purpose?
---@field offers "never"? no offer templates
---@field writes string|string[]? fields an answer that tells of real contact must fill
---@field answers table<string, Action|Event|boolean>? the whole set; a bare name keeps its usual meaning
---@field queue string?
---@field if_missed IfMissed? nobody answered
---@field goodwill Goodwill?

---@class Reaction: Work
---@field once boolean? never again once it was done
---@field each_event boolean? a task for every event, not one open at a time
---@field unless Condition|string|Asked?
---@field skip_if Condition|string|Asked?
---@field if_state State|State[]?
---@field also Action? a further event
---@field assign WhoIs? who gets the deal
---@field if_closed Span|Asked? it would come while we are closed: so long after the opening
---@field mark string? yes/no field of the subject that becomes yes
---@field alert Alert?
---@field move_to Part? card "name"

---One step. How it appears: after, before, day, every, at or when_over.
---@class Step: Reaction
---@field after Span? so long after the anchor, due that day
---@field before Span? so long before `of`
---@field day integer? n-th work day of the card
---@field every Span|Asked? a rhythm
---@field at Moment|string? a moment, or a time field
---@field when_over string? when that step has run out
---@field from string? anchor: "last touch", "acceptance", "previous step", a step, a field
---@field of string? a time field
---@field at_least Span? every: never sooner
---@field at_most Span? every: never later
---@field up_to Span? every: runs out then
---@field if_late "do"|"skip"|"next slot"? it was due already, after an outage or at entering
---@field needs string? an event, or "loss closed"
---@field keeps_seller boolean? handoff: stays with the seller
---@field run Run?
---@field was string? the id it had before

---@class When: Reaction
---@field after Span?
---@field at Moment?
---@field if_late "do"|"skip"|"next slot"?
---@field run Run?
---@field name string? "timer.fired": only this timer

---@alias Run fun(subject: AnySubject, event: RuleEvent, act: Act)

---@class Ladder
---@field counts Event|Event[] what is counted
---@field also_top_if Condition|Asked? the last rung as well
---@field [integer] Rung

---@class Rung: Reaction

---@class IfMissing: Work

---@class IfMissed
---@field remind Wording?
---@field tell WhoIs?
---@field offer_to "next in team"?
---@field move_to WhoIs?
---@field reassign WhoIs? the deal goes to somebody else, and the task along
---@field after Span? how long after the due
---@field from "due"|"appearance"? what `after` counts from
---@field at Moment?
---@field text Wording?

---Somebody must know within minutes.
---@class Alert
---@field who WhoIs
---@field else_who WhoIs? when the first stays silent
---@field within Span?
---@field text Wording

---@class Goodwill
---@field at_least Money?
---@field at_most Money|fun(subject: any): any
---@field of string? a money field, for percents
---@field warn_below Money?

---@param id string
---@return fun(t: Cadence)
function cadence(id) end
---@param id string
---@return fun(t: Handoff)
function handoff(id) end
---@param id string
---@return fun(t: Escalation)
function escalation(id) end
---@param id string
---@return fun(t: Rule)
function rule(id) end
---@param id string
---@return fun(t: Step): Part
function step(id) end
---Reacts at once.
---@param events Event|Event[]
---@return fun(t: When): Part
function when(events) end
---The n-th time one of `counts` happens to the subject, rung n appears at
---once; past the last one the last again.
---@param id string
---@return fun(t: Ladder): Part
function ladder(id) end
---A card by name, for move_to.
---@param name string
---@return Part
function card(name) end
---Changes a card without copying it: keys and steps given here win.
---@param card string "standard/own-tempo"
---@return fun(t: Card|Handoff|Escalation|Gate|Mode)
function change(card) end
---@param card string "standard/own-tempo"
function switch_off(card) end

-- people --------------------------------------------------------------------

---@type Who # works it now; in a card about a person: that person
handler = nil
---@type Who # signed it
seller = nil
---@type Who # is accountable for it
owner = nil
---@param field string "visit.person"
---@return Who
function person_in(field) end
---@param name Role
---@return Who
function role(name) end
---Has the role and is here.
---@param name Role
---@return Who
function on_duty(name) end
---May be called with { at_most = "25 open cases" }, or with a setting and what
---is counted: { at_most = setting "fails_load", of = "open cases" }.
---@param team string
---@return Who|fun(t: {at_most: string|integer, of: string?}): Who
function least_loaded(team) end
---Each in turn; who has as many as at_most says is passed over:
---{ at_most = "60 prospects due in 14 days" }.
---@param team string
---@return Who|fun(t: {at_most: string|integer, of: string?}): Who
function round_robin(team) end

-- tasks and answers ---------------------------------------------------------
-- Usual answers: call reached, no_answer, later; mail sent; visit visited,
-- missed; todo done.

---@param text Wording
---@return Task
function call(text) end
---@param text Wording
---@return Task
function mail(text) end
---@param text Wording
---@return Task
function visit(text) end
---@param text Wording
---@return Task
function todo(text) end
---Posts an event. May be called with { field = value, ask = , credit = }.
---@param name Event
---@return Action|fun(t: table): Action
function record(name) end
---Shows the step again later.
---@param t {after: Span, at_most: integer?}
---@return Action
function again(t) end
---@param text string
---@return Action
function note(text) end
---@param who WhoIs
---@param more Wording|{text: Wording?, after: Span?, at: Moment?}?
---@return Action
function tell(who, more) end

-- handoffs and escalations --------------------------------------------------

---@param t Exception
---@return Condition
function exception(t) end
---@param field string
---@return any|fun(t: Must): any
function must(field) end
---@param field string
---@return any|fun(t: Must): any
function nice(field) end
---@param t FreshLead
---@return FreshLead
function fresh_lead(t) end

-- modes ---------------------------------------------------------------------

---@class Mode: AnyCard
---@field starts Event|Event[]|any or every_year { from = "1 November", to = "30 November" }
---@field or_when (fun(rooftop: Rooftop): any)? rooftop.deliveries.planned_load; asked at the opening after it changed
---@field back_when (fun(rooftop: Rooftop): any)? when it may end; else: or_when says no
---@field lasts_at_least Span?
---@field warn {before: Span, who: WhoIs, text: Wording, at_least: string|number?}? with {load|percent}, {gap|hours}, {work|hours}, {room|hours}; at_least: from which load, "50%"
---@field changes any[] set, never_in, protect, push_back
---@field never_changes string[]? settings (or what their names begin with) that must stay

---A period in which other cards' numbers are other than usual; what it changes
---changes back by itself, and a deadline already given stays.
---@param id string
---@return fun(t: Mode)
function mode(id) end
---@param t {from: string, to: string} "1 November"
---@return any
function every_year(t) end
---@param diary string "seller diary"
---@param what "delivery"|"visit"|"test_drive"|"call"
---@return any
function never_in(diary, what) end
---@param diary string "seller diary"
---@param hours string|string[] "09:30-11:00": side work waits until they are over
---@param block "hunting"?
---@return any
function protect(diary, hours, block) end
---@param step string "aftercare.day-30"
---@param by Span
---@return any
function push_back(step, by) end

-- gates ---------------------------------------------------------------------

---@class Need # person_who, words, some_of or either

---@class Gate: AnyCard
---@field guards Event|Event[] what is refused until the needs are met
---@field if_handler_is table? { role "sales_manager", second_face = role "principal" }
---@field if_handler_left table? { accepted_by = role "sales_manager" }
---@field if_open_after table? { "5 work days", from = "deal.failed", tell = who, text = Wording? }
---@field default table? { revive_at = "90 days" }: filled in when nobody says it

---@class PersonWho
---@field same_as Who?
---@field not_the_same_as Who?
---@field has_role Role|Role[]?
---@field spoke_to_customer boolean?

---@class Words
---@field at_least integer? characters
---@field ask Wording?

---@class Refuses
---@field when Condition|fun(loss: AnySubject, event: RuleEvent): boolean|nil what is guarded as it would be after the event, and the event as it was said
---@field words any? word_list "name": none of these
---@field field string? look only in this field
---@field say Wording with {word}

---A person's command that lacks something is refused, with everything that is
---missing; a fact from outside passes and the manager gets a task.
---@param id string
---@return fun(t: Gate)
function gate(id) end
---@param t table<string, Need> by field of the guarded event
---@return Part
function needs(t) end
---@param t Refuses
---@return Part
function refuses(t) end
---@param t PersonWho
---@return Need
function person_who(t) end
---@param t Words
---@return Need
function words(t) end
---@param names string[]
---@return Need
function some_of(names) end
---@param fields string[] one of them must be given
---@return Need
function either(fields) end

-- conditions ----------------------------------------------------------------

---It has happened since the card began.
---@param name Event
---@return Condition
function logged(name) end
---@param name Event
---@return Condition
function no_event(name) end
---@param step string
---@return Condition
function touched_since(step) end

-- act: what a run function wants --------------------------------------------

---What it asks is data: checked, then applied, or none of it when the function
---fails.
---@class Act
local act = {}

---@class ActTask
---@field kind "call"|"mail"|"visit"|"todo"? else todo
---@field title Wording
---@field who WhoIs
---@field due Span|Moment|integer? a number is milliseconds since 1970, UTC
---@field within Span?
---@field each_event boolean? one for every event, not one open at a time
---@field writes string[]?
---@field with WhoIs?
---@field queue string?
---@field purpose Purpose?
---@field answers any
---@field about any

---@class ActMessage
---@field channel Channel? else email
---@field to any
---@field template string
---@field about any
---@field purpose Purpose?

---@param t ActTask
function act.task(t) end
---@param who WhoIs
---@param reason string?
function act.assign(who, reason) end
---@param field string declared with field
---@param value any
function act.set(field, value) end
---Comes back as timer.fired with this name; setting it again replaces it.
---@param name string
---@param due Span|Moment|integer a number is milliseconds since 1970, UTC
function act.timer(name, due) end
---@param name string? none: all timers of this card
function act.cancel(name) end
---@param t ActMessage
function act.message(t) end
---@param url string
---@param event any
function act.webhook(url, event) end
---@param data table fields of promise.made
function act.promise(data) end
---@param data table fields of fails.case_opened
function act.case(data) end
---@param type Event
---@param data table?
function act.emit(type, data) end
---@param text string
function act.note(text) end
---Takes the subject out of this card.
---@param reason string?
function act.stop(reason) end

-- t: tests beside the cards -------------------------------------------------

---@class T
local t = {}

---@class Expected
---@field who string? a person's id
---@field step string?
---@field card string?
---@field kind "call"|"mail"|"visit"|"todo"?
---@field open boolean?
---@field count integer? exactly so many
---@field at_least integer? else 1
---@field at_most integer?

---A test, run by `fairlead test`; the clock is the test's own.
---@param name string
---@return fun(body: fun(t: T))
function test(name) end

---Where the clock stands. First of all, as "2026-09-01 10:00".
---@param time string
function t:at(time) end
---A deal with its customer, made at once; its fields, and consent = { "phone" },
---tempo_days, customer = { }.
---@param fields table?
---@return string deal its name in this test
function t:deal(fields) end
---A fact from outside.
---@param type Event
---@param data table?
function t:happens(type, data) end
---Somebody's command, which gates may refuse.
---@param who string
---@param type Event
---@param data table?
function t:says(who, type, data) end
---The same, and it must be refused for each of the fields named.
---@param who string
---@param type Event
---@param data table?
---@param ... string
function t:refused(who, type, data, ...) end
---From now on every task is answered so, as far as it knows that answer.
---@param ... string
function t:everyone_answers(...) end
---From now on tasks stay open.
function t:nobody_answers() end
---Answers one open task.
---@param task {who: string?, step: string?, card: string?, kind: string?, outcome: string, fields: table?}
function t:answers(task) end
---@param span Span
function t:run_for(span) end
---Such tasks were made since the test began.
---@param task Expected
function t:expect_task(task) end
---No such task is open.
---@param task Expected
function t:expect_none(task) end
---@param event Event|{type: Event, count: integer?, at_least: integer?, at_most: integer?}
function t:expect_event(event) end
---@param subject string what t:deal gave, or a ref
---@param state State
function t:expect_state(subject, state) end
---@param subject string what t:deal gave, or a ref
---@param field string also of what it names: "customer.value_10y"
---@param value any
function t:expect_field(subject, field, value) end
