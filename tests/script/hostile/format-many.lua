return (('%s'):rep(200)):format(table.unpack({}, 1, 200)):rep(1e6)
