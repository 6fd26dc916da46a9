digital-no_sku = there is no variant { $sku }
digital-no_code = this order has no code { $code }
digital-no_link = this order has no link { $link }
digital-link_over = this link opened downloads until { $until }
digital-link_used = this link opened all { $most } downloads that it opens
digital-codes = from 1 to { $most } codes can be added at once
digital-known = { $known } of the codes stand twice or were added before: none was added
digital-has_codes = the pool of { $sku } still has { $free } codes: take them out before it is delivered as a file
