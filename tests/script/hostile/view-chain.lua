local d = deal while true do d = d.customer and deal or deal end
