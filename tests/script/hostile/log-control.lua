print('\27[2J\r\n{"level":"error"}\0') error 'logged'
