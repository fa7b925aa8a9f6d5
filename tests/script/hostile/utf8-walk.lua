local s = ('\u{20AC}'):rep(1 << 18) while true do utf8.len(s) end
