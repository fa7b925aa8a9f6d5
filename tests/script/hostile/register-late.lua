rule 'late' { about = 'deal', when 'deal.signed' { run = function() end } }
