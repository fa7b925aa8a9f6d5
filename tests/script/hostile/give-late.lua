act.timer('x', 1e300)
