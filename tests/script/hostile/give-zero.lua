act.note('a\0b')
