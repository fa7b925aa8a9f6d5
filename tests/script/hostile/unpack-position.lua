string.unpack('b', 'x', math.mininteger)
