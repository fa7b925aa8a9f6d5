-- One timer a deal, and a task when it fires: for the bench of many timers.
-- Each deal is somebody's, or the manager would be told of every one.

event "bench.tick" { subject = "deal", opens = true, fields = { wait = "integer" } }

rule "ticker" {
  about = "deal",
  when "bench.tick" {
    run = function(deal, event, act)
      act.assign("sales")
      act.timer("tick", event.at + event.data.wait)
    end,
  },
  when "timer.fired" {
    name = "tick",
    run = function(deal, event, act)
      act.task { kind = "todo", title = "Tick", who = "sales", due = event.at, each_event = true }
    end,
  },
}
