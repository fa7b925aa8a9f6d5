act.timer('x', math.mininteger)
