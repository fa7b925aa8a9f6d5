local s = 'x' .. ('\128'):rep(2000000) local f = utf8.codes('') while true do pcall(f, s, 1) end
