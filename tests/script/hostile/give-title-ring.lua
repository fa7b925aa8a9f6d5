local t = {} t.nl = t act.task { title = t, who = handler }
