local keep = {} for i = 1, 1e6 do keep[i] = person_in('visit.person') end
