while true do local _ = deal.link end
