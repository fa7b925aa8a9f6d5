setting('tempo').days = 1
