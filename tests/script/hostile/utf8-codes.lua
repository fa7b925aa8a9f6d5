local s = ('\u{20AC}'):rep(1 << 18) while true do for _ in utf8.codes(s) do end end
