return #{ utf8.codepoint(('x'):rep(900000), 1, -1) }
