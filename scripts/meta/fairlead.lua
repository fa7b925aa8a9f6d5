---@meta
-- The words a rule file may use, for editors (lua-language-server). Nothing
-- here runs: fairlead has these words built in.
--
-- Beside them: assert error ipairs next pairs pcall xpcall select tonumber
-- tostring type print setmetatable, and string (without dump), table, utf8 and
-- math, whose random begins anew for each event and subject: the same event
-- throws the same dice. pairs and next walk in order: numbers, then texts
-- in byte order, then booleans. table.sort keeps equal elements in order.
-- What a file keeps in "local" is read-only once the file has been read.

---@alias Event string # name of an event, "deal.signed"
---@alias Span string|number # "2 work days", "3 weken"; a number is days
---@alias Moment string # "opening", "closing time", "end of day", "end of next work day", "09:30"
---@alias Wording string|{nl: string?, en: string?} # with {customer.name}, {promise.due|date}
---@alias Channel "phone"|"email"|"sms"|"whatsapp"|"post"|"visit"
---@alias Purpose "help"|"assurance"|"offer"|"service"|"requested"

---@class Who # somebody, found when the task is made
---@class Task # call, mail, visit, todo
---@class Action # what an answer does
---@class Condition
---@class Part # a step or a when, a card

---A subject as a function sees it: its fields, read-only. A field that names
---another record or a person gives that record: deal.customer.name.
---@class Subject
---@field id integer|string

---@class RuleEvent
---@field type Event
---@field at integer when it happened, milliseconds since 1970
---@field recorded_at integer when it was learned
---@field number integer
---@field id string
---@field source string
---@field actor string
---@field role string
---@field data table its fields; also directly: event.outcome

-- dealership.lua ------------------------------------------------------------

---The rooftop itself, once.
---@param t {name: string, zone: string?, language: "nl"|"en"?, legal: "nl"|"be"|"us"?, currency: string?, hours: table?, closed: table?, open: table?, holidays: string|table?, liberation_day: boolean?, publish: "auto"|"review"?, auto_limit: integer?, pace: integer?}
function dealership(t) end
---@param id string
---@return fun(t: {name: string?, roles: string|string[]?, email: string?, phone: string?, brand: string?, external: boolean?, days: table?})
function person(id) end
---@param id string
---@return fun(members: string[])
function team(id) end
---Opening hours of the team of the same name.
---@param id string
---@return fun(t: {hours: table?, closed: table?, open: table?, holidays: string|table?})
function department(id) end

-- settings ------------------------------------------------------------------

---With a table: declares a setting (packs). Without: its value.
---@param name string
---@return any
function setting(name) end
---The dealer's value, in settings.lua; nearest wins: person, team, brand.
---@param name string
---@param value any
---@param scope {brand: string?, team: string?, person: string?}?
function set(name, value, scope) end

-- what packs declare --------------------------------------------------------

---@param name Event
---@return fun(t: {subject: string, fields: table, project: string?})
function event(name) end
---@param name string "deal.touch_score"
---@return fun(t: {type: string, default: any, choices: string[]?})
function field(name) end

-- cards ---------------------------------------------------------------------

---@class Card
---@field title Wording?
---@field about string? kind of subject; else that of the first starts event
---@field starts Event|Event[]?
---@field stops Event|Event[]?
---@field pauses {from: Event|Event[], to: Event|Event[]}?
---@field as_long_as (fun(subject: Subject): boolean)?
---@field unless Condition|string|(fun(subject: Subject): boolean)?
---@field closed boolean? lets nobody new in
---@field removed "finish"|"stop"? on its way out: those inside finish, or leave at once
---@field priority integer? higher runs first
---@field who Who|string?
---@field deputy Who|string?
---@field purpose Purpose?
---@field queue string?
---@field counts_by "end of range"|"start of range"? which end of a range counts; else its end

---@class Handoff: Card
---@field from Who|string
---@field to Who|string
---@field dossier any[] must "field", nice "field"
---@field if_missing Step?
---@field accept_within Span?
---@field if_refused {needs: "missing"?, back_to: Who?, within: Span?, second_time: any}?
---@field if_silent any tell(...), or { offer_to = "next in team", then_tell = , after = }
---@field frees_seller {from: "acceptance"|"handoff"?, keeps: string[]?, then_block: "hunting"?, calls: integer?}?

---@class Escalation: Card
---@field to Who|string
---@field when_full {order: "expected value"|"oldest first"?, waits_with: Who?, tell_after: Span?}?
---@field accept_within Span?
---@field if_silent any
---@field seller_gets any fresh_lead { }

---@class Step
---@field after Span? appears so long after the anchor, due that day
---@field before Span? appears so long before `of`
---@field day integer? n-th work day of the card
---@field every Span? rhythm, with at_least, at_most, up_to
---@field at Moment|string?
---@field when_over string? appears when that step has run out
---@field from string? "last touch", "acceptance", "previous step", a step, a field
---@field of string? a field
---@field at_least Span?
---@field at_most Span?
---@field up_to Span?
---@field within Span? due so long after it appears
---@field due Moment?
---@field once boolean?
---@field each_event boolean?
---@field unless Condition|string|(fun(subject: Subject): boolean)?
---@field skip_if Condition|string|(fun(subject: Subject): boolean)?
---@field if_state string|string[]?
---@field task Task?
---@field who Who|string?
---@field with Who|string?
---@field deputy Who|string?
---@field by Channel[]? the first lawful one
---@field purpose Purpose?
---@field offers "never"?
---@field if_late "do"|"skip"|"next slot"?
---@field writes string|string[]? fields the answer must fill
---@field answers table? the whole set; a bare name keeps its usual meaning
---@field queue string?
---@field if_missed table? { remind = , tell = , offer_to = , move_to = , after = , at = , text = }
---@field also Action?
---@field mark string? yes/no field of the subject that becomes yes
---@field alert {who: Who, else_who: Who?, within: Span?, text: Wording}? somebody must know within minutes
---@field goodwill {at_least: string?, at_most: string, of: string?, warn_below: string?}? "0,5%" of a money field, or "€ 250"
---@field move_to Part? card "name"
---@field needs string? an event, or "loss closed"
---@field run (fun(subject: Subject, event: RuleEvent, act: Act))?
---@field was string? the id it had before
---@field keeps_seller boolean? handoff: stays with the seller
---@field name string? when "timer.fired": only this timer

---@param id string
---@return fun(t: Card)
function cadence(id) end
---@param id string
---@return fun(t: Handoff)
function handoff(id) end
---@param id string
---@return fun(t: Escalation)
function escalation(id) end
---@param id string
---@return fun(t: Card)
function rule(id) end
---@param id string
---@return fun(t: Step): Part
function step(id) end
---@param events Event|Event[]
---@return fun(t: Step): Part
function when(events) end
---The n-th time one of `counts` happens to the subject, rung n appears at
---once; past the last one the last again. also_top_if: the last one as well.
---@param id string
---@return fun(t: {counts: Event|Event[], also_top_if: Condition|(fun(subject: Subject): boolean)?, [integer]: Step}): Part
function ladder(id) end
---@param name string
---@return Part
function card(name) end
---A test beside the cards, run by `fairlead test`.
---@param name string
---@return fun(body: fun(t: any))
function test(name) end

-- people --------------------------------------------------------------------

---@type Who # works it now
handler = nil
---@type Who # signed it
seller = nil
---@type Who # is accountable for it
owner = nil
---@param field string "visit.person"
---@return Who
function person_in(field) end
---@param name string
---@return Who
function role(name) end
---@param name string
---@return Who
function on_duty(name) end
---@param team string
---@return Who # may be called with { at_most = "25 open cases" }
function least_loaded(team) end
---@param team string
---@return Who
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
---@param name Event
---@return Action # may be called with { field = value, ask = , credit = }
function record(name) end
---@param t {after: Span, at_most: integer?}
---@return Action
function again(t) end
---@param text string
---@return Action
function note(text) end
---@param who Who
---@param more Wording|{text: Wording?, after: Span?, at: Moment?}?
function tell(who, more) end

-- handoffs and escalations --------------------------------------------------

---@param t {asked_by: any, needs: "reason"?, counts: "calls lost"?}
function exception(t) end
---@param field string
---@return any # may be called with { none_is_fine = , ask = , when = }
function must(field) end
---@param field string
---@return any
function nice(field) end
---@param t {within: Span?, from: string[], if_none: Wording?, not_for: (fun(case: Subject): boolean)?}
function fresh_lead(t) end

-- modes ---------------------------------------------------------------------

---@class Mode
---@field title Wording?
---@field starts Event|Event[]|any every_year { from = "1 November", to = "30 November" }
---@field stops Event|Event[]?
---@field or_when (fun(rooftop: Subject): boolean)? rooftop.deliveries.planned_load, looked at each opening
---@field back_when (fun(rooftop: Subject): boolean)? when it may end; else: or_when says no
---@field lasts_at_least Span?
---@field warn {before: Span, who: Who, text: Wording}? with {load|percent} and {gap|hours}
---@field changes any[] set, never_in, protect, push_back
---@field never_changes string[]? settings (or what their names begin with) that must stay
---@field priority integer?

---A period in which other cards' numbers are other than usual; what it changes
---changes back by itself, and a deadline already given stays.
---@param id string
---@return fun(t: Mode)
function mode(id) end
---@param t {from: string, to: string} "1 November"
function every_year(t) end
---@param diary string "seller diary"
---@param what "delivery"|"visit"|"test_drive"|"call"
function never_in(diary, what) end
---@param diary string "seller diary"
---@param hours string|string[] "09:30-11:00": side work waits until they are over
---@param block "hunting"?
function protect(diary, hours, block) end
---@param step string "aftercare.day-30"
---@param by Span
function push_back(step, by) end

-- gates, and cards of packs -------------------------------------------------

---@class Need # person_who, words, some_of or either
---@class Gate
---@field title Wording?
---@field guards Event|Event[] what is refused until the needs are met
---@field stops Event|Event[]? nothing is left to close
---@field if_handler_is table? { role "sales_manager", second_face = role "principal" }
---@field if_handler_left table? { accepted_by = role "sales_manager" }
---@field if_open_after table? { "5 work days", from = "deal.failed", tell = who, text = Wording? }
---@field default table? { revive_at = "90 days" }: filled in when nobody says it
---@field priority integer?

---A person's command that lacks something is refused, with everything that is
---missing; a fact from outside passes and the manager gets a task.
---@param id string
---@return fun(t: Gate)
function gate(id) end
---@param t table<string, Need> by field of the guarded event
---@return Part
function needs(t) end
---@param t {when: Condition|(fun(loss: Subject): boolean)?, words: any?, field: string?, say: Wording}
---@return Part
function refuses(t) end
---@param t {same_as: Who?, not_the_same_as: Who?, has_role: string|string[]?, spoke_to_customer: boolean?}
---@return Need
function person_who(t) end
---@param t {at_least: integer?, ask: Wording?} characters
---@return Need
function words(t) end
---@param names string[]
---@return Need
function some_of(names) end
---@param fields string[] one of them must be given
---@return Need
function either(fields) end
---With a table { nl = {...}, en = {...} }: declares it. Without: refers to it.
---@param name string
---@return any
function word_list(name) end
---Changes a card without copying it: keys and steps given here win.
---@param card string "standard/own-tempo"
---@return fun(t: Card|Gate|Mode)
function change(card) end
---@param card string "standard/own-tempo"
function switch_off(card) end

-- conditions ----------------------------------------------------------------

---@param name Event
---@return Condition # it has happened since the card began
function logged(name) end
---@param name Event
---@return Condition
function no_event(name) end
---@param step string
---@return Condition
function touched_since(step) end

-- act: what a run function wants --------------------------------------------

---@class Act
local act = {}

---@param t {kind: "call"|"mail"|"visit"|"todo"?, title: Wording, who: Who|string, due: Span|Moment|integer?, within: Span?, each_event: boolean?, writes: string[]?, with: Who|string?, queue: string?, purpose: Purpose?, answers: any, about: any}
function act.task(t) end
---@param who Who|string
---@param reason string?
function act.assign(who, reason) end
---@param field string declared with field
---@param value any
function act.set(field, value) end
---Comes back as timer.fired with this name; setting it again replaces it.
---@param name string
---@param due Span|Moment|integer
function act.timer(name, due) end
---@param name string? none: all timers of this card
function act.cancel(name) end
---@param t {channel: Channel?, to: any, template: string, about: any, purpose: Purpose?}
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
---@param reason string?
function act.stop(reason) end
