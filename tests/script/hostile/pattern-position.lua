return (('a'):rep(100000)):gsub('()a-()', function() return nil end):rep(1e6)
