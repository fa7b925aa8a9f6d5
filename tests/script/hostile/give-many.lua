for _ = 1, 100 do act.note(('x'):rep(65000)) end
