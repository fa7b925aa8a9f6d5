act.note(('x'):rep(1 << 20))
