local t = {} for _ = 1, 100 do t = { t } end act.note(t)
