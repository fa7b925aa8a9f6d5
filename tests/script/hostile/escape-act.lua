act.note = print
