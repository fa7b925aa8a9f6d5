return ('x'):rep(1 << 30, ('y'):rep(1 << 10))
