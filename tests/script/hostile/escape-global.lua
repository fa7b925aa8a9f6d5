local n = 'leak' _ENV[n] = 1
