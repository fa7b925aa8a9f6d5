return (('a'):rep(400000)):match(('(a)'):rep(31) .. ('a?'):rep(500))
