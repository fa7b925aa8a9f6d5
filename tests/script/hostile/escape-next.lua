local _, f = next(string) table.insert(string, f)
