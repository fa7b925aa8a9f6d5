return deal[('x'):rep(2000000)]
