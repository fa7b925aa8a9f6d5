local s = ('a'):rep(3000) return s:gsub('a', function() return (s:gsub('a', function() return (s:gsub('a', 'b')) end)) end)
