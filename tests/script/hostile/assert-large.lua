assert(false, ('x'):rep(3000000))
