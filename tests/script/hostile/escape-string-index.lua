('x').rep = nil
