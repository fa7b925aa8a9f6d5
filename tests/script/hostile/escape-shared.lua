table.move({ 1 }, 1, 1, 1, utf8)
