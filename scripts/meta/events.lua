---@meta
-- Made by `make api` out of core/model/schema_table.c; not to be edited.
-- Every event with its fields. Packs may declare more.

---@alias Event
---| '"lead.received"' # A wish came in.
---| '"lead.duplicate_linked"' # The same customer with the same wish: linked, no second deal.
---| '"lead.assigned"' # A handler was chosen.
---| '"lead.reassigned"' # The handler changed.
---| '"lead.granted"' # A fresh lead was paid back for a failed deal.
---| '"lead.forwarded"' # The lead was given to a partner.
---| '"lead.outcome_reported"' # The partner told what came of it.
---| '"up.taken"' # A walk-in was greeted.
---| '"contact.attempted"' # We tried to reach the customer and did not talk.
---| '"contact.made"' # Real contact, either way.
---| '"contact.refused_by_guard"' # The engine held a touch back.
---| '"contact.requested"' # The customer asked to be contacted.
---| '"consent.given"' # The customer may be contacted this way.
---| '"consent.withdrawn"' # The customer may no longer be contacted this way.
---| '"appointment.set"' # An appointment was made.
---| '"appointment.kept"' # The customer came.
---| '"appointment.missed"' # The customer did not come.
---| '"appointment.moved"' # The appointment got another time.
---| '"visit.started"' # The customer is in the showroom.
---| '"visit.ended"' # The customer left.
---| '"quote.presented"' # An offer was shown.
---| '"objection.raised"' # The customer objected to something.
---| '"behaviour.observed"' # A neutral record of behaviour.
---| '"prospect.bought_elsewhere"' # Stop 1: bought elsewhere.
---| '"prospect.product_blocked"' # Stop 2: the product makes it impossible.
---| '"deal.opened"' # A wish has a file.
---| '"deal.turned_over"' # Another face took over the talk (T.O.).
---| '"deal.signed"' # The contract is signed: the hinge.
---| '"deal.dossier_filled"' # What was missing in the file was filled in.
---| '"deal.failed"' # It became a no; the fails department takes it.
---| '"deal.cancelled"' # Signed, then undone.
---| '"save_a_deal.done"' # Somebody really tried to save it.
---| '"fails.case_opened"' # The fails department has a case.
---| '"fails.case_accepted"' # A specialist took the case.
---| '"fails.step_done"' # A step of the case was done.
---| '"fails.case_closed"' # The case is over.
---| '"deal.revived"' # Back to life.
---| '"deal.lost"' # Closed with a lesson.
---| '"lesson.recorded"' # What was learned.
---| '"self_review.completed"' # A seller looked back.
---| '"deal.stopped"' # Stopped for a reason, such as no lawful channel left.
---| '"deal.reopened"' # The reason to stop or to rest fell away.
---| '"deal.state_changed"' # The deal moved in its life cycle.
---| '"delivery.handed_off"' # The deal was offered to a delivery specialist.
---| '"delivery.accepted"' # The specialist has it now.
---| '"delivery.refused"' # The dossier went back to the seller.
---| '"delivery.planned"' # The day of delivery is agreed.
---| '"delivery.item_done"' # One thing was prepared.
---| '"delivery.ready"' # All is prepared.
---| '"delivery.completed"' # The car was handed over.
---| '"handoff.excepted"' # The seller delivers this one, for a reason.
---| '"promise.made"' # Something is owed by a date.
---| '"promise.at_risk"' # Known inside: it may be late.
---| '"promise.slipped"' # The date moved.
---| '"promise.notice_sent"' # The customer was told.
---| '"promise.chased"' # The customer had to ask first.
---| '"promise.kept"' # Done as promised.
---| '"promise.broken"' # Not done.
---| '"goodwill.given"' # Something given for the trouble.
---| '"complaint.opened"' # A complaint, its story kept once.
---| '"complaint.retold"' # The customer had to tell it again.
---| '"complaint.resolved"' # Closed by the customer's yes.
---| '"payment.received"' # Money came in.
---| '"incident.reported"' # Trouble after delivery.
---| '"survey.sent"' # The customer was asked how it was.
---| '"survey.answered"' # The customer told how it was.
---| '"review.posted"' # The customer told others.
---| '"referral.received"' # One customer brought another.
---| '"purchase.repeated"' # The customer bought again.
---| '"wom.recorded"' # How many people heard of it.
---| '"person.absent"' # Somebody is away.
---| '"person.returned"' # Somebody is back.
---| '"person.left"' # Somebody left for good.
---| '"lead.owed"' # A seller is owed a fresh lead.
---| '"block.planned"' # Protected hours, such as hunting, with a target.
---| '"concern.raised"' # A member of staff speaks up.
---| '"mode.started"' # A mode switched settings.
---| '"mode.ended"' # The mode is over.
---| '"customer.exported"' # The customer's data were handed out.
---| '"customer.objected"' # No marketing any more, at once.
---| '"customer.erasure_requested"' # The customer asks to be erased.
---| '"customer.erased"' # The person was erased, the counts stay.
---| '"task.created"' # A task was made.
---| '"task.done"' # A task was answered.
---| '"task.missed"' # Nobody did it in time.
---| '"task.escalated"' # Somebody higher was told.
---| '"task.moved"' # The task went to another list or day.
---| '"task.withdrawn"' # The task is no longer needed.
---| '"task.accepted"' # Somebody took the task.
---| '"timer.fired"' # A step or timer came due.
---| '"card.moved"' # The rules moved it on to another card.
---| '"note.added"' # A note.
---| '"message.queued"' # A message waits to be sent.
---| '"message.sent"' # The message went out.
---| '"message.failed"' # The message could not be sent.
---| '"message.withdrawn"' # The message was held back for good.
---| '"message.resent"' # Sent once more.
---| '"messages.released"' # Held messages may go.
---| '"engine.started"' # The rules engine started.
---| '"clock.stepped"' # The machine's clock jumped.
---| '"outage.ended"' # The rules engine had been away.
---| '"config.activated"' # The configuration changed.
---| '"rules.activated"' # New rules are live.
---| '"rules.recomputed"' # People in flight were placed anew after a rule change.
---| '"rules.rejected"' # New rules were refused; the old ones stay.
---| '"rules.mended"' # The rule files are good again.
---| '"rules.undone"' # A bad ruleset was taken back.
---| '"rules.waiting"' # Good rules wait for a yes.
---| '"card.failed"' # A card of the rules failed.
---| '"card.crashed"' # A card brought the engine down.
---| '"card.quarantined"' # A card is set aside until the rules change.
---| '"event.set_aside"' # An event was kept without running cards.
---| '"event.retried"' # An event's cards ran again.
---| string

---A wish came in.
---@class event.lead.received: RuleEvent
---@field channel string?
---@field provider string?
---@field provider_lead_id string?
---@field customer any?
---@field vehicles any[]?
---@field vehicle any?
---@field trade_in any?
---@field kind string?
---@field timeframe string?
---@field comments string?
---@field consent any?
---@field raw_ref string?
---@field requested_at integer? milliseconds since 1970, UTC
---@field known Customer?
---@field into Deal?
---@field matched_on string?
---@field expected_value integer? cents
---@field status string?
---@field unreachable boolean?
---@field missing any[]?

---The same customer with the same wish: linked, no second deal.
---@class event.lead.duplicate_linked: RuleEvent
---@field lead Lead?
---@field into Deal
---@field matched_on string?

---A handler was chosen.
---@class event.lead.assigned: RuleEvent
---@field lead Lead?
---@field to Person
---@field from Person?
---@field reason string?
---@field batch string?

---The handler changed.
---@class event.lead.reassigned: RuleEvent
---@field lead Lead?
---@field to Person
---@field from Person?
---@field reason string?
---@field batch string?

---A fresh lead was paid back for a failed deal.
---@class event.lead.granted: RuleEvent
---@field to Person
---@field lead Lead?
---@field in_return_for Deal?
---@field pool string?
---@field card string?

---The lead was given to a partner.
---@class event.lead.forwarded: RuleEvent
---@field lead Lead?
---@field partner string
---@field due integer? milliseconds since 1970, UTC

---The partner told what came of it.
---@class event.lead.outcome_reported: RuleEvent
---@field lead Lead?
---@field partner string?
---@field result string

---A walk-in was greeted.
---@class event.up.taken: RuleEvent
---@field customer any?
---@field person Person?
---@field turn_no integer?
---@field vehicle any?
---@field kind string?

---We tried to reach the customer and did not talk.
---@class event.contact.attempted: RuleEvent
---@field channel "phone"|"email"|"sms"|"whatsapp"|"post"|"visit"?
---@field purpose string?
---@field template_kind string?
---@field outcome string?
---@field by Person?

---Real contact, either way.
---@class event.contact.made: RuleEvent
---@field channel "phone"|"email"|"sms"|"whatsapp"|"post"|"visit"?
---@field direction string?
---@field purpose string?
---@field questions any?
---@field still_thinking boolean?
---@field next_contact_at integer? milliseconds since 1970, UTC
---@field tempo_days integer?
---@field consent any?
---@field no_offers boolean?
---@field no_push boolean?
---@field decision_at integer? milliseconds since 1970, UTC
---@field customer_colour string?
---@field stated_wish string?
---@field need string?
---@field by Person?

---The engine held a touch back.
---@class event.contact.refused_by_guard: RuleEvent
---@field channel string?
---@field guard string?
---@field retry_at integer? milliseconds since 1970, UTC
---@field reason string?
---@field who string?
---@field card string?
---@field step string?

---The customer asked to be contacted.
---@class event.contact.requested: RuleEvent
---@field channel string?
---@field when integer? milliseconds since 1970, UTC
---@field about string?
---@field proof_ref string?

---The customer may be contacted this way.
---@class event.consent.given: RuleEvent
---@field channel "phone"|"email"|"sms"|"whatsapp"|"post"|"visit"
---@field purpose string?
---@field basis string?
---@field wording string?
---@field proof_ref string?
---@field expires_at integer? milliseconds since 1970, UTC

---The customer may no longer be contacted this way.
---@class event.consent.withdrawn: RuleEvent
---@field channel "phone"|"email"|"sms"|"whatsapp"|"post"|"visit"
---@field purpose string?
---@field basis string?
---@field wording string?
---@field proof_ref string?
---@field expires_at integer? milliseconds since 1970, UTC

---An appointment was made.
---@class event.appointment.set: RuleEvent
---@field kind "visit"|"test_drive"|"delivery"|"call"?
---@field at integer milliseconds since 1970, UTC
---@field with Person?
---@field made_by string?

---The customer came.
---@class event.appointment.kept: RuleEvent
---@field kind "visit"|"test_drive"|"delivery"|"call"?
---@field at integer? milliseconds since 1970, UTC
---@field with Person?
---@field made_by string?

---The customer did not come.
---@class event.appointment.missed: RuleEvent
---@field kind "visit"|"test_drive"|"delivery"|"call"?
---@field at integer? milliseconds since 1970, UTC
---@field with Person?
---@field made_by string?

---The appointment got another time.
---@class event.appointment.moved: RuleEvent
---@field kind "visit"|"test_drive"|"delivery"|"call"?
---@field at integer milliseconds since 1970, UTC
---@field with Person?
---@field made_by string?

---The customer is in the showroom.
---@class event.visit.started: RuleEvent
---@field customer any?
---@field person Person?
---@field vehicle any?
---@field kind string?

---The customer left.
---@class event.visit.ended: RuleEvent
---@field person Person?
---@field outcome string?
---@field turned_over_to Person?
---@field left_reason string?
---@field expectation_met boolean?
---@field dims table?

---An offer was shown.
---@class event.quote.presented: RuleEvent
---@field version integer?
---@field amount integer? cents
---@field valid_until integer? milliseconds since 1970, UTC
---@field informed table?
---@field fits_wish boolean?
---@field spiff integer? cents

---The customer objected to something.
---@class event.objection.raised: RuleEvent
---@field code string
---@field answer_used string?

---A neutral record of behaviour.
---@class event.behaviour.observed: RuleEvent
---@field kind "false_info"|"no_commitment"|"stalling"
---@field note string?

---Stop 1: bought elsewhere.
---@class event.prospect.bought_elsewhere: RuleEvent
---@field brand string?
---@field when integer? milliseconds since 1970, UTC
---@field learned_from string?

---Stop 2: the product makes it impossible.
---@class event.prospect.product_blocked: RuleEvent
---@field feature string?
---@field alternatives_checked any?

---A wish has a file.
---@class event.deal.opened: RuleEvent
---@field customer any?
---@field kind string?
---@field vehicle any?
---@field competing any[]?
---@field trade_in any?
---@field handler Person?
---@field channel string?

---Another face took over the talk (T.O.).
---@class event.deal.turned_over: RuleEvent
---@field from Person?
---@field to Person
---@field why string?
---@field result string?

---The contract is signed: the hinge.
---@class event.deal.signed: RuleEvent
---@field contract_no string?
---@field seller Person?
---@field price integer? cents
---@field deposit integer? cents
---@field import_policy any?
---@field brand_policy any?
---@field promises any?
---@field extras any?
---@field delivery_target integer? milliseconds since 1970, UTC
---@field payment_agreed any?
---@field trade_in any?
---@field occasion any?

---What was missing in the file was filled in.
---@class event.deal.dossier_filled: RuleEvent
---@field promises any?
---@field extras any?
---@field delivery_target integer? milliseconds since 1970, UTC
---@field payment_agreed any?
---@field trade_in any?
---@field occasion any?
---@field brand_policy any?
---@field contract_no string?
---@field price integer? cents

---It became a no; the fails department takes it.
---@class event.deal.failed: RuleEvent
---@field stage string?
---@field said_by string?
---@field reason string?
---@field attribution string?
---@field to_done boolean?
---@field save_a_deal table? else {"done":false,"quality":0}

---Signed, then undone.
---@class event.deal.cancelled: RuleEvent
---@field stage string?
---@field by string?
---@field reason string?
---@field save_a_deal table? else {"done":false,"quality":0}

---Somebody really tried to save it.
---@class event.save_a_deal.done: RuleEvent
---@field by Person?
---@field quality integer?
---@field result string?

---The fails department has a case.
---@class event.fails.case_opened: RuleEvent
---@field queue string?
---@field stage string?
---@field reason string?
---@field attribution string?
---@field card string?
---@field handler Person?
---@field state "waiting"|"open"?
---@field expected_value integer? cents
---@field save_a_deal table?

---A specialist took the case.
---@class event.fails.case_accepted: RuleEvent
---@field by Person?

---A step of the case was done.
---@class event.fails.step_done: RuleEvent
---@field step string
---@field by Person?
---@field outcome string?

---The case is over.
---@class event.fails.case_closed: RuleEvent
---@field by Person?
---@field outcome string
---@field credit any[]?

---Back to life.
---@class event.deal.revived: RuleEvent
---@field by Person?
---@field credit any[]?

---Closed with a lesson.
---@class event.deal.lost: RuleEvent
---@field reasons any[]?
---@field attribution string?
---@field do_differently string?
---@field why_answer string?
---@field second_face Person?
---@field accepted_by Person?
---@field revive_at integer? milliseconds since 1970, UTC
---@field stop string?

---What was learned.
---@class event.lesson.recorded: RuleEvent
---@field code string
---@field situation string?
---@field blamed string?
---@field earlier_action string?
---@field yield string?
---@field lesson string?

---A seller looked back.
---@class event.self_review.completed: RuleEvent
---@field person Person?
---@field period string?
---@field items any[]?

---Stopped for a reason, such as no lawful channel left.
---@class event.deal.stopped: RuleEvent
---@field reason string

---The reason to stop or to rest fell away.
---@class event.deal.reopened: RuleEvent
---@field reason string?

---The deal moved in its life cycle.
---@class event.deal.state_changed: RuleEvent
---@field from string?
---@field to string?

---The deal was offered to a delivery specialist.
---@class event.delivery.handed_off: RuleEvent
---@field from Person?
---@field to Person?
---@field dossier table?
---@field missing any[]?

---The specialist has it now.
---@class event.delivery.accepted: RuleEvent
---@field from Person?
---@field to Person?
---@field by Person?

---The dossier went back to the seller.
---@class event.delivery.refused: RuleEvent
---@field from Person?
---@field to Person?
---@field by Person?
---@field missing any[]?
---@field reason string?

---The day of delivery is agreed.
---@class event.delivery.planned: RuleEvent
---@field slot integer milliseconds since 1970, UTC
---@field minutes integer?
---@field place string?

---One thing was prepared.
---@class event.delivery.item_done: RuleEvent
---@field item string
---@field by Person?

---All is prepared.
---@class event.delivery.ready: RuleEvent
---@field by Person?

---The car was handed over.
---@class event.delivery.completed: RuleEvent
---@field by_role string?
---@field minutes integer?
---@field exception string?
---@field vehicle_plate string? without hyphens

---The seller delivers this one, for a reason.
---@class event.handoff.excepted: RuleEvent
---@field asked_by string
---@field reason string?

---Something is owed by a date.
---@class event.promise.made: RuleEvent
---@field what string
---@field to string?
---@field due_from integer? milliseconds since 1970, UTC
---@field due_to integer milliseconds since 1970, UTC
---@field owner Person?
---@field deputy Person?
---@field source string?

---Known inside: it may be late.
---@class event.promise.at_risk: RuleEvent
---@field cause string?
---@field new_estimate integer? milliseconds since 1970, UTC

---The date moved.
---@class event.promise.slipped: RuleEvent
---@field old_due integer? milliseconds since 1970, UTC
---@field new_due integer milliseconds since 1970, UTC
---@field slip_no integer?
---@field cause string?

---The customer was told.
---@class event.promise.notice_sent: RuleEvent
---@field channel string?
---@field before_due boolean?
---@field days_ahead integer?

---The customer had to ask first.
---@class event.promise.chased: RuleEvent
---@field notified_before boolean?

---Done as promised.
---@class event.promise.kept: RuleEvent
---@field late_days integer?

---Not done.
---@class event.promise.broken: RuleEvent
---@field late_days integer?

---Something given for the trouble.
---@class event.goodwill.given: RuleEvent
---@field promise Promise?
---@field complaint Complaint?
---@field amount integer cents
---@field by Person?

---A complaint, its story kept once.
---@class event.complaint.opened: RuleEvent
---@field story_ref string?
---@field owner Person?
---@field to string?
---@field text string?
---@field severity "light"|"serious"|"grave"?

---The customer had to tell it again.
---@class event.complaint.retold: RuleEvent
---@field to string?

---Closed by the customer's yes.
---@class event.complaint.resolved: RuleEvent
---@field goodwill integer? cents
---@field accepted boolean?

---Money came in.
---@class event.payment.received: RuleEvent
---@field amount integer cents
---@field final boolean?

---Trouble after delivery.
---@class event.incident.reported: RuleEvent
---@field kind string?
---@field place string?
---@field needs_help_now boolean?

---The customer was asked how it was.
---@class event.survey.sent: RuleEvent
---@field channel string?

---The customer told how it was.
---@class event.survey.answered: RuleEvent
---@field what_score integer?
---@field how_score integer?
---@field dims table?
---@field comment string?

---The customer told others.
---@class event.review.posted: RuleEvent
---@field site string?
---@field score number?
---@field reach integer?

---One customer brought another.
---@class event.referral.received: RuleEvent
---@field from Customer?
---@field to Customer?

---The customer bought again.
---@class event.purchase.repeated: RuleEvent
---@field deal Deal?

---How many people heard of it.
---@class event.wom.recorded: RuleEvent
---@field level string?
---@field told integer
---@field basis string?

---Somebody is away.
---@class event.person.absent: RuleEvent
---@field person Person?
---@field from integer? milliseconds since 1970, UTC
---@field to integer? milliseconds since 1970, UTC
---@field until integer? milliseconds since 1970, UTC
---@field deputy Person?

---Somebody is back.
---@class event.person.returned: RuleEvent
---@field person Person?

---Somebody left for good.
---@class event.person.left: RuleEvent
---@field person Person?
---@field deputy Person?

---A seller is owed a fresh lead.
---@class event.lead.owed: RuleEvent
---@field person Person?
---@field in_return_for Deal?

---Protected hours, such as hunting, with a target.
---@class event.block.planned: RuleEvent
---@field person Person?
---@field kind string
---@field from integer? milliseconds since 1970, UTC
---@field to integer? milliseconds since 1970, UTC
---@field calls integer?

---A member of staff speaks up.
---@class event.concern.raised: RuleEvent
---@field category string
---@field to Person?
---@field text string?

---A mode switched settings.
---@class event.mode.started: RuleEvent
---@field mode string
---@field cause string?

---The mode is over.
---@class event.mode.ended: RuleEvent
---@field mode string
---@field cause string?

---The customer's data were handed out.
---@class event.customer.exported: RuleEvent
---@field scope string?
---@field due integer? milliseconds since 1970, UTC

---No marketing any more, at once.
---@class event.customer.objected: RuleEvent
---@field scope string?
---@field due integer? milliseconds since 1970, UTC

---The customer asks to be erased.
---@class event.customer.erasure_requested: RuleEvent
---@field scope string?
---@field due integer? milliseconds since 1970, UTC

---The person was erased, the counts stay.
---@class event.customer.erased: RuleEvent
---@field scope string?
---@field due integer? milliseconds since 1970, UTC

---A task was made.
---@class event.task.created: RuleEvent
---@field task integer?
---@field owner string?
---@field due integer? milliseconds since 1970, UTC
---@field card string?
---@field step string?
---@field ruleset integer?

---A task was answered.
---@class event.task.done: RuleEvent
---@field task any
---@field outcome string?
---@field fields table?
---@field by string?

---Nobody did it in time.
---@class event.task.missed: RuleEvent
---@field task integer?
---@field card string?
---@field step string?

---Somebody higher was told.
---@class event.task.escalated: RuleEvent
---@field task integer?
---@field to string?

---The task went to another list or day.
---@class event.task.moved: RuleEvent
---@field task any
---@field to Person?
---@field due integer? milliseconds since 1970, UTC
---@field reason string?

---The task is no longer needed.
---@class event.task.withdrawn: RuleEvent
---@field task any
---@field by string?
---@field reason string?

---Somebody took the task.
---@class event.task.accepted: RuleEvent
---@field task any
---@field by string?

---A step or timer came due.
---@class event.timer.fired: RuleEvent
---@field card string
---@field step string?
---@field name string?
---@field due integer? milliseconds since 1970, UTC

---The rules moved it on to another card.
---@class event.card.moved: RuleEvent
---@field card string
---@field from string?

---A note.
---@class event.note.added: RuleEvent
---@field text string?
---@field task any?

---A message waits to be sent.
---@class event.message.queued: RuleEvent
---@field message string?
---@field channel string?
---@field outcome string?

---The message went out.
---@class event.message.sent: RuleEvent
---@field message string?
---@field channel string?
---@field outcome string?

---The message could not be sent.
---@class event.message.failed: RuleEvent
---@field message string?
---@field channel string?
---@field outcome string?

---The message was held back for good.
---@class event.message.withdrawn: RuleEvent
---@field message string?
---@field channel string?
---@field outcome string?

---Sent once more.
---@class event.message.resent: RuleEvent
---@field message string

---Held messages may go.
---@class event.messages.released: RuleEvent
---@field count integer?
---@field by string?

---The rules engine started.
---@class event.engine.started: RuleEvent
---@field version string?
---@field semantics integer?
---@field reason string?

---The machine's clock jumped.
---@class event.clock.stepped: RuleEvent
---@field from integer? milliseconds since 1970, UTC
---@field to integer? milliseconds since 1970, UTC
---@field missed integer?
---@field deadlines integer?

---The rules engine had been away.
---@class event.outage.ended: RuleEvent
---@field from integer? milliseconds since 1970, UTC
---@field to integer? milliseconds since 1970, UTC
---@field missed integer?
---@field deadlines integer?

---The configuration changed.
---@class event.config.activated: RuleEvent
---@field digest string?

---New rules are live.
---@class event.rules.activated: RuleEvent
---@field ruleset integer?
---@field digest string?
---@field error string?
---@field summary string?
---@field moved integer?
---@field held string?

---People in flight were placed anew after a rule change.
---@class event.rules.recomputed: RuleEvent
---@field ruleset integer?
---@field upto integer?
---@field done boolean?
---@field paced table?
---@field away_from integer? milliseconds since 1970, UTC
---@field away_to integer? milliseconds since 1970, UTC

---New rules were refused; the old ones stay.
---@class event.rules.rejected: RuleEvent
---@field ruleset integer?
---@field digest string?
---@field error string?

---The rule files are good again.
---@class event.rules.mended: RuleEvent

---A bad ruleset was taken back.
---@class event.rules.undone: RuleEvent
---@field ruleset integer
---@field withdrawn any[]?
---@field messages any[]?
---@field sent any[]?

---Good rules wait for a yes.
---@class event.rules.waiting: RuleEvent
---@field digest string?
---@field plan any?

---A card of the rules failed.
---@class event.card.failed: RuleEvent
---@field card string
---@field step string?
---@field line integer?
---@field file string?
---@field reason string?
---@field event integer?

---A card brought the engine down.
---@class event.card.crashed: RuleEvent
---@field card string
---@field step string?
---@field line integer?
---@field file string?
---@field reason string?
---@field event integer?

---A card is set aside until the rules change.
---@class event.card.quarantined: RuleEvent
---@field card string
---@field step string?
---@field line integer?
---@field file string?
---@field reason string?
---@field event integer?

---An event was kept without running cards.
---@class event.event.set_aside: RuleEvent
---@field event integer
---@field reason string?

---An event's cards ran again.
---@class event.event.retried: RuleEvent
---@field event integer
---@field type string?
---@field data table?
---@field at integer? milliseconds since 1970, UTC
---@field cards any[]?
---@field reason string?
