while true do local _ = '9007199254740993' | 1 end
