table.sort(string) string.len = nil
