local n = 'os' return _ENV[n].exit()
