return (('a'):rep(5000)):find('(a*)(a*)(a*)%1%2%3b')
