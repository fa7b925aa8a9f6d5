error('x', 100)
