table.insert(math, 1)
