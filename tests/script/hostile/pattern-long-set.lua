local set = '[' .. ('b'):rep(1000000) .. ']*' return (('a'):rep(1000000)):gsub(set, '')
