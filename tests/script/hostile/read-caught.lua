local t = { ('x'):rep(60000), print } while true do pcall(act.emit, 'acme.won', { score = t }) end
