deal.price = 1
