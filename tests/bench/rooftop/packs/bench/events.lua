-- What happens in a dealer day, and what its rules remember of a deal.

local function told(more)
  local fields = { name = "text", phone = "text", channel = "text", vehicle = "text", price = "integer", note = "text" }
  for name, kind in pairs(more) do fields[name] = kind end
  return fields
end

event "bench.lead_created"      { subject = "deal", opens = true, fields = told {} }
event "bench.call_logged"       { subject = "deal", fields = told { outcome = "text", dnc = "yes_no" } }
event "bench.visit_booked"      { subject = "deal", fields = told { days = "integer" } }
event "bench.visit_done"        { subject = "deal", fields = told { testdrive = "yes_no" } }
event "bench.quote_sent"        { subject = "deal", fields = told { discount = "integer" } }
event "bench.deal_signed"       { subject = "deal", fields = told { contract = "text" } }
event "bench.deal_failed"       { subject = "deal", fields = told { reason = "text" } }
event "bench.delivery_promised" { subject = "deal", fields = told { days = "integer" } }
event "bench.promise_slipped"   { subject = "deal", fields = told { days = "integer" } }
event "bench.delivery_done"     { subject = "deal", fields = told { mileage = "integer" } }
event "bench.survey_answered"   { subject = "deal", fields = told { score = "integer" } }

field "deal.bench_stage"   { type = "text", default = "new" }
field "deal.bench_step"    { type = "integer", default = 0 }
field "deal.bench_touches" { type = "integer", default = 0 }
field "deal.bench_last"    { type = "integer", default = 0 }
field "deal.bench_owner"   { type = "text", default = "sales" }
field "deal.bench_stopped" { type = "integer", default = 0 }
field "deal.bench_slips"   { type = "integer", default = 0 }
field "deal.bench_flagged" { type = "integer", default = 0 }
