-- Where the marks stand below the line: under the wrong word only, as it is
-- written, whatever was mended before it in that line.

--- step: a field in a text
--v FL357 first_name
after = "1 day", task = call "Bel {customer.frist_name} over de offerte",
--                                ^^^^^^^^^^^^^^^^^^^^^

--- step: two fields in one text
--v FL357 first_name
--v FL357 {deal.prijs}
after = "1 day", task = call "Bel {customer.frist_name} over {deal.prijs}",
--                                ^^^^^^^^^^^^^^^^^^^^^      ^^^^^^^^^^^^

--- step: a field behind letters with accents
--v FL357 name
after = "1 day", task = call "Één café: bel {customer.nmae}",
--                                          ^^^^^^^^^^^^^^^

--- step: a way of writing
--v FL358 date
after = "1 day", task = call "Op {delivery.slot|daet} klaar",
--                               ^^^^^^^^^^^^^^^^^^^^

--- step: a placeholder that is not closed
--v FL356 not closed
after = "1 day", task = call "Bel {customer.name over de offerte",
--                                ^^^^^^^^^^^^^^

--- step: a text with an escape is marked as a whole
--v FL357 name
after = "1 day", task = call "Bel \"{customer.nmae}\"",
--                           ^^^^^^^^^^^^^^^^^^^^^^^^^

--- a field in a long text of several lines
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "1 day", task = call [[
  Bel over de auto.
--v FL357 name
  Vraag naar {customer.nmae} en noteer het.]] } }
--           ^^^^^^^^^^^^^^^

--- a field in a long text that begins at once
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "1 day", task = call [[Bel.
--v FL357 name
Vraag naar {customer.nmae}.]] } }
--         ^^^^^^^^^^^^^^^

--- step: behind a mend that made the line longer
--v FL114 "2 werkdagen"
--v FL357 name
after = 2 werkdagen, task = call "Bel {customer.nmae}",
--      ^^^^^^^^^^^                   ^^^^^^^^^^^^^^^

--- step: behind a mend that made the line shorter
--v FL119 Write =
--v FL357 name
after => "1 day", task = call "Bel {customer.nmae}",
--    ^^                           ^^^^^^^^^^^^^^^

--- step: behind two mends of one round
--v FL119 Write =
--v FL119 Write =
--v FL357 name
after => "1 day", task == call "Bel {customer.nmae}",
--    ^^               ^^           ^^^^^^^^^^^^^^^

--- step: behind mends of several rounds
--v FL119 Write =
--v FL114 "2 days"
--v FL357 name
after: 2 days, task: call "Bel {customer.nmae}", who = handler,
--                             ^^^^^^^^^^^^^^^

--- step: a comma mended, then a word
--v FL111 comma
--v FL357 name
after = "1 day" task = call "Bel {customer.nmae}", who = handler,
--                               ^^^^^^^^^^^^^^^

--- cond: a field behind a mended sign
--v FL119 Write and
--v FL335 no_push
return deal.no_offers en deal.no_pussh
--                    ^^      ^^^^^^^^

--- cond: a mended sign behind one
--v FL108 ~=
--v FL381 green
return deal.no_push != true or deal.light == "geen"
--                                           ^^^^^^

--- run: a word behind a mend
--v FL119 Write ~=
--v FL301 handler
if deal.state <> "visited" then act.task { kind = "call", who = handlr, title = "x" } end
--                                                              ^^^^^^

--- cond: a text with accents that a field never has
--v FL381 green
return deal.light == "één"
--                   ^^^^^
