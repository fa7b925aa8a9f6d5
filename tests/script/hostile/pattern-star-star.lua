return (('a'):rep(2000)):find(('.-'):rep(100) .. 'b')
